import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { loadData } from '../../../src/data/load';
import { readNewSamples } from '../../../src/data/newSamples';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { analyze } from '../../../src/model/analyze';
import type { JsonObject } from '../../../src/model/json';
import { filesOf, loadCsv, refuses } from './support';

const cities = Array.from({ length: 40 }, (_, i) => `city ${String(i).padStart(2, '0')}`);
const text = [
  'size,city,y',
  ...Array.from({ length: 400 }, (_, i) => `${i % 9},${cities[(i * 7) % 40]},${((i * 7) % 40) % 2 ? 'odd' : 'even'}`),
].join('\n');

const network = (vocabulary: number): JsonObject => ({
  version: 1,
  data: { source: 'csv', path: 't.csv', target: 'y', indices: ['city'], split: { train: 0.7, validation: 0.3 } },
  layers: [
    { id: 'input', kind: 'input', shape: [2] },
    { id: 'city', kind: 'slice', start: 1, count: 1 },
    { id: 'vectors', kind: 'embedding', inputDimension: vocabulary, outputDimension: 4 },
    { id: 'flat', kind: 'flatten' },
    { id: 'rest', kind: 'slice', count: 1, inputs: ['input'] },
    { id: 'both', kind: 'concat', inputs: ['flat', 'rest'] },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  training: {
    loss: 'crossentropy',
    optimizer: { kind: 'adam', learningRate: 0.05 },
    batchSize: 16,
    epochs: 15,
    seed: 1,
  },
});
async function trainerOf(vocabulary: number): Promise<Trainer> {
  const { model, diagnostics } = analyze(JSON.stringify(network(vocabulary)), catalogue);
  assert.ok(model, diagnostics.map((d) => d.message).join('\n'));
  const { dataset } = await loadData(model, filesOf({ 't.csv': text }));
  return new Trainer(compile(model), dataset);
}

describe('columns of indices', () => {
  it('hold the place of each value from 1, unscaled, in one input', async () => {
    const { dataset } = await loadCsv('n,c,y\n10,b,0\n20,a,1\n30,b,0\n40,c,1\n', {
      indices: ['c'],
      split: { train: 4 },
    });
    assert.deepEqual(dataset.inputNames, ['n', 'c']);
    const { rows, inputs } = dataset.train;
    rows.forEach((row, i) => assert.equal(inputs[2 * i + 1], [2, 1, 2, 3][row]));
    assert.ok(Math.abs(inputs[0]) < 2, 'numbers beside them are scaled');
  });

  it('take more values than categories may have, and 0 where one is missing', async () => {
    const many = [
      'c,n,y',
      ...Array.from({ length: 600 }, (_, i) => `${i === 5 ? '' : `v${i}`},${i % 7},${i % 2}`),
    ].join('\n');
    const { dataset } = await loadCsv(many, { indices: ['c'], missing: 'median', split: { train: 600 } });
    assert.equal(dataset.inputShape[0], 2);
    const { rows, inputs } = dataset.train;
    assert.equal(inputs[2 * rows.indexOf(5)], 0);
    assert.equal(Math.max(...inputs.filter((_, i) => i % 2 === 0)), 599);
    await refuses(
      loadCsv(many, { categories: ['c'], missing: 'median' }),
      'many-categories',
      ['data', 'categories'],
      '"indices"',
      'embedding',
    );
  });

  it('are no categories at once, and must be inputs', async () => {
    const small = 'n,c,y\n10,b,0\n20,a,1\n30,b,0\n';
    await refuses(
      loadCsv(small, { indices: ['c'], categories: ['c'] }),
      'listed-twice',
      ['data', 'indices', 0],
      'Keep one',
    );
    await refuses(loadCsv(small, { indices: ['y'] }), 'not-an-input', ['data', 'indices', 0], '"y"');
    await refuses(loadCsv(small, { indices: ['d'] }), 'unknown-column', ['data', 'indices', 0], '"d"');
  });

  it('go through a slice to an embedding, which learns what each value means', async () => {
    const trainer = await trainerOf(41);
    while (!trainer.end) trainer.advance();
    assert.ok(trainer.evaluate('validation').accuracy! > 0.95);
  });

  it('are held against the vocabulary before training, through the slice', async () => {
    await assert.rejects(trainerOf(40), /Layer "vectors" reads indices, whole numbers from 0 to 39, but found 40/);
  });

  it('are prepared anew in the same way, and 0 where training never saw the value', async () => {
    const { stored } = await loadCsv('n,c,y\n10,b,0\n20,a,1\n30,b,0\n', {
      indices: ['c'],
      scale: 'none',
      split: { train: 3 },
    });
    const read = (csv: string, unknown: 'refuse' | 'none') =>
      readNewSamples(new TextEncoder().encode(csv), 'n.csv', JSON.parse(JSON.stringify(stored)) as typeof stored, {
        unknown,
      });
    assert.deepEqual([...read('c,n\nb,1\na,2\n', 'refuse').samples.inputs], [1, 2, 2, 1]);
    assert.throws(() => read('c,n\nz,1\n', 'refuse'), /never saw/);
    const { samples, unseen } = read('c,n\nz,1\n', 'none');
    assert.deepEqual([...samples.inputs], [1, 0]);
    assert.equal(unseen.get('c')!.rows, 1);
  });
});
