// npm run screenshots [-- NAME…]: takes the README's pictures in the real VS Code and puts them into docs/screenshots.
import { build } from 'esbuild';
import { pathToFileURL } from 'node:url';
import { ensureBrowser } from './lib/browser.mjs';
import { build as buildProduct, installVSCode, runScript } from './lib/install.mjs';
import { inRoot, root } from './lib/paths.mjs';

await runScript(async () => {
  installVSCode();
  ensureBrowser();
  buildProduct('--production');
  process.env.DROPOUT_STUDIO_ROOT = root;
  const outfile = inRoot('out', 'screenshots.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/harness/screenshots.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile).href);
});
