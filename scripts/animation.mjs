// npm run animation: takes the README's moving picture in the real VS Code and puts it into docs/screenshots.
// With ANIMATION_FRAMES=FOLDER its frames go there too, to be looked at one by one.
import { ensureBrowser } from './lib/browser.mjs';
import { runBundled } from './lib/bundle.mjs';
import { build as buildProduct, installVSCode, runScript } from './lib/install.mjs';

await runScript(async () => {
  installVSCode();
  ensureBrowser();
  buildProduct('--production');
  await runBundled('test/harness/animation.ts', 'animation.mjs');
});
