// Writes the samples of a model exactly as the network gets them, for training peers on the same numbers:
//   node scripts/peers/export.mjs MODEL FOLDER [SEED...]      FOLDER/SEED.json for each data seed
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [model, folder, ...seeds] = process.argv.slice(2);
if (!model || !folder) {
  console.error('usage: node scripts/peers/export.mjs MODEL FOLDER [SEED...]');
  process.exit(2);
}
const temporary = mkdtempSync(join(tmpdir(), 'netjson-export-'));
try {
  const outfile = join(temporary, 'data.cjs');
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    outfile,
    stdin: {
      resolveDir: root,
      contents: `export { catalogue } from './src/catalogue'; export { loadDataset } from './src/data/load';
        export { fileIo } from './src/runs/files'; export { analyze } from './src/model/analyze';`,
    },
  });
  const { analyze, catalogue, fileIo, loadDataset } = await import(pathToFileURL(outfile).href);
  const analysis = analyze(readFileSync(model, 'utf8'), catalogue);
  if (!analysis.model?.data) throw new Error(analysis.diagnostics.map((d) => d.message).join('\n') || 'no data');
  mkdirSync(folder, { recursive: true });
  for (const seed of seeds.length > 0 ? seeds.map(Number) : [analysis.model.data.params.seed]) {
    const { data } = analysis.model;
    const seeded = { ...analysis.model, data: { ...data, params: { ...data.params, seed } } };
    const dataset = await loadDataset(seeded, fileIo(dirname(resolve(model))));
    const part = ({ inputs, targets }) => ({ inputs: [...inputs], targets: [...targets] });
    const { inputShape, target, train, validation, test } = dataset;
    const out = {
      inputShape,
      outputs: target.names.length,
      // What a miss times this is in the units of the file. One column of numbers is all that files have.
      ...(target.scale && { targetScale: target.scale[0].scale }),
      train: part(train),
      validation: part(validation),
      test: part(test),
    };
    writeFileSync(join(folder, `${seed}.json`), JSON.stringify(out));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
