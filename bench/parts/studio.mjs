// Parts "view", "start" and "designer": what they need is installed and built as for the tests, and what measures is bundled like them.
import { build } from 'esbuild';
import { pathToFileURL } from 'node:url';
import { ensureBrowser } from '../../scripts/lib/browser.mjs';
import { build as buildProduct, installVSCode } from '../../scripts/lib/install.mjs';
import { inRoot, root } from '../../scripts/lib/paths.mjs';

/** @type {Promise<typeof import('../studio/main')> | undefined} */
let bundled;

async function bundle() {
  installVSCode();
  ensureBrowser();
  buildProduct('--production');
  process.env.DROPOUT_STUDIO_ROOT = root;
  const outfile = inRoot('out', 'bench', 'studio.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/studio/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

/** @param {{ rounds: number, seconds: number }} options */
export const viewPart = async (options) => (await (bundled ??= bundle())).viewPart(options);

/** @param {{ rounds: number, seconds: number }} options */
export const startPart = async (options) => (await (bundled ??= bundle())).startPart(options);

/** @param {{ rounds: number, seconds: number }} options */
export const designerPart = async (options) => (await (bundled ??= bundle())).designerPart(options);
