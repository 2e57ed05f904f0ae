// Part "live": built and bundled like the product, measured without VS Code.
import { build } from 'esbuild';
import { pathToFileURL } from 'node:url';
import { ensureBrowser } from '../../scripts/lib/browser.mjs';
import { build as buildProduct } from '../../scripts/lib/install.mjs';
import { inRoot, root } from '../../scripts/lib/paths.mjs';

/** @param {{ rounds: number, seconds: number }} options @returns {Promise<string>} */
export async function livePart(options) {
  ensureBrowser();
  buildProduct('--production');
  process.env.DROPOUT_STUDIO_ROOT = root;
  const outfile = inRoot('out', 'bench', 'live.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/studio/live.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return (await import(pathToFileURL(outfile).href)).livePart(options);
}
