import assert from 'node:assert/strict';
import { checkAgainstData } from '../../../src/data/check';
import { loadData } from '../../../src/data/load';
import { toDataUnits } from '../../../src/engine/dataset';
import { filesOf, loadCsv, modelWith, refuses } from './support';

const text = `x,low,high,weight
1,10,1000,1
2,20,900,0.5
3,30,800,0
4,40,700,2
5,50,600,1
`;
const split = { train: 3, validation: 2 };
const two = (data: object = {}) => loadCsv(text, { target: ['high', 'low'], ignore: ['weight'], split, ...data });

describe('several targets', () => {
  it('are learned together, in the order in which they are named', async () => {
    const { dataset } = await two();
    assert.deepEqual(dataset.target, { type: 'numbers', names: ['high', 'low'] });
    assert.deepEqual(dataset.inputNames, ['x']);
    const { rows, targets } = dataset.train;
    rows.forEach((row, i) =>
      assert.deepEqual([...targets.subarray(2 * i, 2 * i + 2)], [1000 - 100 * row, 10 + 10 * row]),
    );
  });

  it('are each scaled by their own training rows, and come back in their own units', async () => {
    const { dataset } = await two({ scaleTarget: 'standardize' });
    const { train, validation, target } = dataset;
    for (const column of [0, 1]) {
      const own = [...train.targets].filter((_, i) => i % 2 === column);
      assert.ok(Math.abs(own.reduce((a, b) => a + b)) < 1e-6);
      assert.ok(Math.abs(own.reduce((a, b) => a + b * b, 0) - 3) < 1e-5);
    }
    const back = toDataUnits(validation.targets.slice(), target);
    validation.rows.forEach((row, i) => {
      assert.ok(Math.abs(back[2 * i] - (1000 - 100 * row)) < 1e-3);
      assert.ok(Math.abs(back[2 * i + 1] - (10 + 10 * row)) < 1e-4);
    });
  });

  it('need an output each', async () => {
    const data = { source: 'csv', path: 't.csv', target: ['high', 'low'], ignore: ['weight'], split };
    const files = filesOf({ 't.csv': text });
    const good = modelWith(data, { inputs: 1, outputs: 2, loss: 'meanSquaredError' });
    assert.deepEqual(checkAgainstData(good, (await loadData(good, files)).dataset), []);
    const bad = modelWith(data, { inputs: 1, outputs: 1, loss: 'meanSquaredError' });
    const [error] = checkAgainstData(bad, (await loadData(bad, files)).dataset);
    assert.equal(error.code, 'output-units');
    assert.match(error.message, /2 numbers to give \(high, low\)/);
  });

  it('are refused where one is a word, missing, named twice, or ignored, and as classes', async () => {
    const at = ['data', 'target'];
    await refuses(
      loadCsv(text.replace('900', 'many'), { target: ['high', 'low'] }),
      'not-a-number',
      at,
      'line 3',
      '"high"',
    );
    await refuses(
      loadCsv(text.replace('40', '?'), { target: ['high', 'low'] }),
      'missing-value',
      at,
      'line 5',
      '"low"',
    );
    await refuses(two({ target: ['low', 'low'] }), 'duplicate-target', [...at, 1], 'twice');
    await refuses(two({ target: ['low', 'hihg'] }), 'unknown-column', [...at, 1], '"high"');
    await refuses(two({ ignore: ['low'] }), 'target-ignored', ['data', 'ignore'], '"low"');
    await refuses(two({ targetType: 'class' }), 'several-targets', ['data', 'targetType'], '"high" and "low"');
    await refuses(two({ split: { time: 'low', train: 3 } }), 'split-column', ['data', 'split', 'time']);
  });
});

describe('sample weights', () => {
  const weighted = (csv: string, data: object = {}) =>
    loadCsv(csv, { target: 'low', ignore: ['high'], weight: 'weight', split, ...data });

  it('stand beside the samples of each part, and are no input', async () => {
    const { dataset } = await weighted(text);
    assert.deepEqual(dataset.inputNames, ['x']);
    const of = [1, 0.5, 0, 2, 1];
    for (const part of [dataset.train, dataset.validation])
      assert.deepEqual(
        [...part.weights!],
        [...part.rows].map((row) => of[row]),
      );
    assert.equal((await two()).dataset.train.weights, undefined, 'none where none are asked for');
  });

  it('are refused where one is negative, no number or missing, and where no training row counts', async () => {
    const at = ['data', 'weight'];
    for (const [cell, found] of [
      ['-0.5', '-0.5'],
      ['NaN', 'NaN'],
      ['1e300', '1e300'],
      ['', '""'],
    ])
      await refuses(weighted(text.replace('0.5\n', `${cell}\n`)), 'weight', at, 'line 3', '"weight"', found);
    const none = text.replace(/,[\d.]+\n/g, ',0\n');
    await refuses(weighted(none), 'weight', at, '3 training rows', 'nothing to learn');
    await refuses(weighted(text, { weight: 'low' }), 'weight-column', at, 'is the target');
    await refuses(weighted(text, { weight: 'wieght' }), 'unknown-column', at, '"weight"');
  });
});
