// Part "live": built and bundled like the product, measured without VS Code.
import { ensureBrowser } from '../../scripts/lib/browser.mjs';
import { runBundled } from '../../scripts/lib/bundle.mjs';
import { build as buildProduct } from '../../scripts/lib/install.mjs';

/** @param {{ rounds: number, seconds: number }} options @returns {Promise<string>} */
export async function livePart(options) {
  ensureBrowser();
  buildProduct('--production');
  return (await runBundled('bench/studio/live.ts', 'bench', 'live.mjs')).livePart(options);
}
