// Bundles our runner as the product is bundled, once a start of the benchmark.
import { build } from 'esbuild';
import { dirname } from 'node:path';
import { buildKernels } from '../../kernels/build.mjs';
import { inRoot, root } from '../../scripts/lib/paths.mjs';

/** @returns {Promise<string>} the file to start under any Node */
export async function bundleOurs() {
  const outfile = inRoot('out', 'bench', 'ours.js');
  await buildKernels();
  await build({
    absWorkingDir: root,
    // Helper threads start from a file beside the bundle.
    entryPoints: { ours: 'bench/runners/ours.ts', table: 'bench/runners/table.ts', helper: 'src/threads/helper.ts' },
    outdir: dirname(outfile),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    mainFields: ['module', 'main'],
    loader: { '.wasm': 'binary' },
    logLevel: 'warning',
  });
  return outfile;
}
