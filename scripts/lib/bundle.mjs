// Programs of the repository that are written in TypeScript and run under Node: bundled, and their modules loaded.
import { build } from 'esbuild';
import { pathToFileURL } from 'node:url';
import { inRoot, root } from './paths.mjs';

/**
 * @param {string} entry the program, from the root
 * @param {string[]} place where its bundle goes, within "out"
 * @returns {Promise<any>} what it exports, once it has run
 */
export async function runBundled(entry, ...place) {
  process.env.DROPOUT_STUDIO_ROOT = root;
  const outfile = inRoot('out', ...place);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
