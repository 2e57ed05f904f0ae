// Reads one table as training does, and tells what it took: node table.js FILE COLUMNS
import { resolve } from 'node:path';
import { catalogue } from '../../src/catalogue';
import { loadDataset } from '../../src/data/load';
import type { Dataset } from '../../src/engine/dataset';
import { analyze } from '../../src/model/analyze';
import { fileIo } from '../../src/runs/files';

const [, , file, columns] = process.argv;
const text = JSON.stringify({
  version: 1,
  data: { source: 'csv', path: resolve(file), target: 'y' },
  layers: [
    { id: 'input', kind: 'input', shape: [Number(columns) - 1] },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  training: { loss: 'crossentropy' },
});

const bytesOf = ({ train, validation, test }: Dataset): number =>
  [train, validation, test].reduce(
    (sum, { inputs, targets, rows }) => sum + inputs.byteLength + targets.byteLength + rows.byteLength,
    0,
  );

async function measure(): Promise<void> {
  const { model } = analyze(text, catalogue);
  if (!model) throw new Error('The model is wrong.');
  const before = process.memoryUsage.rss();
  const started = performance.now();
  const dataset = await loadDataset(model, fileIo('/'));
  const seconds = (performance.now() - started) / 1000;
  // The most that the process ever had, in kibibytes.
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  const parts = [dataset.train.count, dataset.validation.count, dataset.test.count];
  process.stdout.write(JSON.stringify({ seconds, peak, final: bytesOf(dataset), parts }));
}

void measure();
