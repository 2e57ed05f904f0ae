// npm run screenshots [-- NAME…]: takes the README's pictures in the real VS Code and puts them into docs/screenshots.
import { ensureBrowser } from './lib/browser.mjs';
import { runBundled } from './lib/bundle.mjs';
import { build as buildProduct, installVSCode, runScript } from './lib/install.mjs';

await runScript(async () => {
  installVSCode();
  ensureBrowser();
  buildProduct('--production');
  await runBundled('test/harness/screenshots.ts', 'screenshots.mjs');
});
