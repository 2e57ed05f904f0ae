// Parts "view", "start" and "designer": what they need is installed and built as for the tests, and what measures is bundled like them.
import { ensureBrowser } from '../../scripts/lib/browser.mjs';
import { runBundled } from '../../scripts/lib/bundle.mjs';
import { build as buildProduct, installVSCode } from '../../scripts/lib/install.mjs';

/** @type {Promise<typeof import('../studio/main')> | undefined} */
let bundled;

async function bundle() {
  installVSCode();
  ensureBrowser();
  buildProduct('--production');
  return runBundled('bench/studio/main.ts', 'bench', 'studio.mjs');
}

/** @param {{ rounds: number, seconds: number }} options */
export const viewPart = async (options) => (await (bundled ??= bundle())).viewPart(options);

/** @param {{ rounds: number, seconds: number }} options */
export const startPart = async (options) => (await (bundled ??= bundle())).startPart(options);

/** @param {{ rounds: number, seconds: number }} options */
export const designerPart = async (options) => (await (bundled ??= bundle())).designerPart(options);
