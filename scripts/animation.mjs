// npm run animation: takes the README's moving picture in the real VS Code and puts it into docs/screenshots.
// With ANIMATION_FRAMES=FOLDER its frames go there too, to be looked at one by one.
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
  const outfile = inRoot('out', 'animation.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/harness/animation.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile).href);
});
