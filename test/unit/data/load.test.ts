import assert from 'node:assert/strict';
import { adviseOnData } from '../../../src/data/advice';
import { checkAgainstData } from '../../../src/data/check';
import { loadData, loadDataset } from '../../../src/data/load';
import { apportion } from '../../../src/data/split/sizes';
import type { Dataset } from '../../../src/engine/dataset';
import { evaluate } from '../../../src/engine/evaluation';
import { compile } from '../../../src/engine/network';
import { predict } from '../../../src/engine/predict';
import { Trainer } from '../../../src/engine/trainer';
import { Viewer } from '../../../src/engine/viewer';
import type { JsonObject } from '../../../src/model/json';
import { filesOf, labelsOf, load, loadCsv, modelWith, refuses } from './support';

const parts = (d: Dataset) => [d.train, d.validation, d.test];
const counts = (d: Dataset) => parts(d).map((p) => p.count);
const split = async (samples: number, given: JsonObject) =>
  (await load({ source: 'moons', samples, split: given })).dataset;

describe('split', () => {
  it('gives exact, disjoint parts, by share and by count', async () => {
    assert.deepEqual(counts(await split(400, { train: 0.5, validation: 0.25, test: 0.25 })), [200, 100, 100]);
    assert.deepEqual(counts(await split(400, { train: 0.7, validation: 0.2, test: 0.1 })), [280, 80, 40]);
    assert.deepEqual(counts(await split(101, { train: 0.6, validation: 0.2, test: 0.2 })), [61, 20, 20]);
    assert.deepEqual(counts(await split(100, { train: 0.5 })), [50, 0, 0]);
    assert.deepEqual(counts(await split(1797, { train: 300, validation: 400, test: 1097 })), [300, 400, 1097]);
    const dataset = await split(1797, { train: 300, validation: 400, test: 1097 });
    assert.equal(new Set(parts(dataset).flatMap((p) => [...p.rows])).size, 1797);
  });

  it('holds each class in its share, to the row, where it stratifies; and need not where it does not', async () => {
    const text = ['a,y', ...Array.from({ length: 100 }, (_, i) => `${i},${i < 70 ? 'x' : i < 90 ? 'y' : 'z'}`)].join(
      '\n',
    );
    const classes = async (given: JsonObject) =>
      parts((await loadCsv(text, { split: given })).dataset).map((p) => {
        const labels = labelsOf(p.targets, 3);
        return [0, 1, 2].map((c) => labels.filter((l) => l === c).length);
      });
    assert.deepEqual(await classes({ train: 0.5, validation: 0.3, test: 0.2 }), [
      [35, 10, 5],
      [21, 6, 3],
      [14, 4, 2],
    ]);
    assert.deepEqual(await classes({ train: 10, validation: 10, test: 80 }), [
      [7, 2, 1],
      [7, 2, 1],
      [56, 16, 8],
    ]);
    assert.notDeepEqual(await classes({ train: 10, validation: 10, test: 80, stratify: false }), [
      [7, 2, 1],
      [7, 2, 1],
      [56, 16, 8],
    ]);
  });

  it('is drawn by the data seed alone, and mixes the classes within a part', async () => {
    const rows = async (seed: number) => (await load({ source: 'moons', samples: 50, seed })).dataset.train.rows;
    assert.deepEqual(await rows(3), await rows(3));
    assert.notDeepEqual(await rows(3), await rows(4));
    const drawn = [...(await rows(3))];
    assert.notDeepEqual(
      drawn,
      [...drawn].sort((a, b) => a - b),
    );
  });

  it('refuses what does not add up, with the figures', async () => {
    const at = ['data', 'split'];
    await refuses(split(400, { train: 300, validation: 0.2 }), 'split-mixed', at, 'train 300, validation 0.2');
    await refuses(split(400, { train: 0.8, validation: 0.3 }), 'split-too-large', at, '1.1');
    await refuses(
      split(400, { train: 300, validation: 400, test: 1097 }),
      'split-too-large',
      at,
      '1797 rows',
      'has 400',
      '1397 fewer',
    );
    await refuses(split(400, { train: 300.5 }), 'split-not-whole', [...at, 'train'], '300.5');
    await refuses(split(400, { train: 1 }), 'split-ambiguous', [...at, 'train'], '400');
    await refuses(split(400, { train: 0, test: 0.5 }), 'split-empty', at, 'train 0');
    await refuses(
      split(4, { train: 0.9, validation: 0.02, test: 0.02 }),
      'split-empty',
      [...at, 'validation'],
      '0.02 of 4',
    );
  });

  it('warns of a class that training never sees', async () => {
    const text = 'a,y\n1,x\n2,x\n3,z\n4,x\n5,x\n6,x\n7,x\n8,x\n9,x\n10,x';
    const { warnings } = await loadCsv(text, { split: { train: 0.3, test: 0.7 } });
    assert.deepEqual(
      warnings.map((w) => w.code),
      ['class-not-trained'],
    );
    assert.match(warnings[0].message, /"z"/);
  });
});

describe('apportion', () => {
  it('sums to the total, gives no weight more than its exact share rounded up, and ties to the first', () => {
    assert.deepEqual(apportion(10, [1, 1, 1]), [4, 3, 3]);
    assert.deepEqual(apportion(0, [1, 2]), [0, 0]);
    assert.deepEqual(apportion(3, [0, 5, 1]), [0, 3, 0]);
    for (let total = 0; total <= 17; total++) {
      const shares = apportion(total, [9, 5, 3]);
      assert.equal(
        shares.reduce((a, b) => a + b),
        total,
      );
      [9, 5, 3].forEach((w, i) => assert.ok(shares[i] <= w && Math.abs(shares[i] - (total * w) / 17) < 1));
    }
  });
});

describe('standardize', () => {
  const text = ['a,b,y', ...Array.from({ length: 40 }, (_, i) => `${i * i},${1000 - i},${i % 2}`)].join('\n');

  it('gives training mean 0 and deviation 1, and uses the same figures elsewhere', async () => {
    const { dataset, preprocessing } = await loadCsv(text, { split: { train: 20, validation: 10, test: 10 } });
    for (const c of [0, 1]) {
      const column = Array.from({ length: 20 }, (_, i) => dataset.train.inputs[2 * i + c]);
      const mean = column.reduce((a, b) => a + b) / 20;
      assert.ok(Math.abs(mean) < 1e-6);
      assert.ok(Math.abs(Math.sqrt(column.reduce((a, x) => a + (x - mean) ** 2, 0) / 20) - 1) < 1e-6);
    }
    dataset.test.rows.forEach((row, i) => {
      const expected = (row * row - preprocessing.mean[0]) / preprocessing.deviation[0];
      assert.equal(dataset.test.inputs[2 * i], Math.fround(expected));
    });
  });

  it('is fitted on the training rows alone: nothing in validation or test moves it', async () => {
    const given = { split: { train: 20, validation: 10, test: 10 } };
    const before = await loadCsv(text, given);
    const others = new Set([...before.dataset.validation.rows, ...before.dataset.test.rows]);
    const changed = text
      .split('\n')
      .map((line, i) => (others.has(i - 1) ? line.replace(/^\d+/, '999999') : line))
      .join('\n');
    const after = await loadCsv(changed, given);
    assert.deepEqual(after.preprocessing, before.preprocessing);
    assert.deepEqual(after.dataset.train, before.dataset.train);
    assert.notDeepEqual(after.dataset.test.inputs, before.dataset.test.inputs);
  });

  it('keeps a column that is constant in training at scale 1', async () => {
    const constant = ['a,b,y', ...Array.from({ length: 10 }, (_, i) => `0.1,${i},${i % 2}`)].join('\n');
    const { dataset, preprocessing } = await loadCsv(constant, { split: { train: 8, test: 2 } });
    assert.equal(preprocessing.deviation[0], 1);
    assert.ok(dataset.train.inputs.every((x, i) => i % 2 === 1 || x === 0));
  });
});

describe('scaleTarget', () => {
  const rowsOf = (y: (i: number) => string | number) =>
    ['a,y', ...Array.from({ length: 40 }, (_, i) => `${i},${y(i)}`)].join('\n');
  const text = rowsOf((i) => 300.5 + i * i);
  const given = { scaleTarget: 'standardize', split: { train: 20, validation: 10, test: 10 } };
  const at = ['data', 'scaleTarget'];

  it('gives training mean 0 and deviation 1, and says how to come back to the units of the file', async () => {
    const { target, train, validation, test } = (await loadCsv(text, given)).dataset;
    assert.ok(target.type === 'numbers' && target.scale);
    const [{ scale, offset }] = target.scale;
    const wanted = [...train.rows].map((row) => 300.5 + row * row);
    const mean = wanted.reduce((a, b) => a + b) / 20;
    assert.ok(Math.abs(offset - mean) < 1e-9);
    assert.ok(Math.abs(scale - Math.sqrt(wanted.reduce((a, y) => a + (y - mean) ** 2, 0) / 20)) < 1e-9);
    for (const { rows, targets } of [train, validation, test])
      rows.forEach((row, i) => assert.equal(targets[i], Math.fround((300.5 + row * row - offset) / scale)));
  });

  it('is fitted on the training rows alone', async () => {
    const before = (await loadCsv(text, given)).dataset;
    const training = new Set(before.train.rows);
    const after = (
      await loadCsv(
        rowsOf((i) => (training.has(i) ? 300.5 + i * i : 1e6)),
        given,
      )
    ).dataset;
    assert.deepEqual(after.target, before.target);
    assert.deepEqual(after.train, before.train);
  });

  it('leaves metrics and the picture of a sample in the units of the file', async () => {
    const { dataset } = await loadCsv(text, given);
    const model = modelWith(
      { source: 'csv', path: 'data/t.csv', target: 'y', ...given },
      { inputs: 1, outputs: 1, loss: 'meanSquaredError' },
    );
    const network = compile(model);
    assert.ok(dataset.target.type === 'numbers' && dataset.target.scale);
    const [{ scale, offset }] = dataset.target.scale;
    const { loss, rmse, mae } = evaluate(network, dataset.test, dataset.target);
    assert.ok(Math.abs(rmse! / (Math.sqrt(loss) * scale) - 1) < 1e-9);
    const answers = predict(network, dataset.test, dataset.target);
    const misses = [...dataset.test.rows].map((row, i) => Math.abs(answers[i] - (300.5 + row * row)));
    assert.ok(Math.abs(mae! / (misses.reduce((a, b) => a + b) / 10) - 1) < 1e-5);

    const viewer = new Viewer(new Trainer(network, dataset));
    assert.ok(viewer.capture());
    const sight = viewer.look(0);
    assert.ok(Math.abs((sight.target as number[])[0] - (300.5 + sight.row ** 2)) < 1e-3);
    assert.equal(sight.answer.withMask[0], Math.fround(sight.layers.at(-1)!.values[0] * scale + offset));
    assert.deepEqual(sight.answer.withoutMask, sight.answer.withMask);
  });

  it('is none by default', async () => assert.ok(!('scale' in (await loadCsv(text)).dataset.target)));

  it('refuses classes, a constant target, and a value beyond float32', async () => {
    await refuses(
      loadCsv(
        rowsOf((i) => i % 3),
        given,
      ),
      'scale-target',
      at,
      '3 classes',
      'Remove',
    );
    await refuses(
      loadCsv(
        rowsOf(() => 7.5),
        given,
      ),
      'constant-target',
      at,
      '"y" is 7.5 in all 20',
    );
    const training = new Set((await loadCsv(text, given)).dataset.train.rows);
    const far = rowsOf((i) => (training.has(i) ? `${i}e-10` : 1e38));
    await refuses(loadCsv(far, given), 'value-too-large', at, '"y" is 1e+38', 'remove "scaleTarget"');
  });
});

describe('labelNoise', () => {
  const clean = { source: 'moons', samples: 400, split: { train: 100, validation: 100, test: 200 } };

  it('draws exactly round(share × n) training labels anew and touches nothing else', async () => {
    const before = await load(clean);
    const after = await load({ ...clean, labelNoise: 0.255 });
    assert.equal(after.noisy.length, 26);
    assert.equal(new Set(after.noisy).size, 26);
    const [was, is] = [before, after].map((d) => labelsOf(d.dataset.train.targets, 2));
    const different = was.flatMap((label, i) => (label === is[i] ? [] : [i]));
    assert.ok(different.every((i) => after.noisy.includes(i)));
    assert.ok(different.length > 5 && different.length < 21, `${different.length} of 26 changed, about 13 expected`);
    assert.deepEqual(after.dataset.train.inputs, before.dataset.train.inputs);
    assert.deepEqual(after.dataset.validation, before.dataset.validation);
    assert.deepEqual(after.dataset.test, before.dataset.test);
    assert.deepEqual(await load({ ...clean, labelNoise: 0.255 }), after);
  });

  it('refuses number targets, and a share of less than one label', async () => {
    const text = ['a,y', ...Array.from({ length: 30 }, (_, i) => `${i},${i}.5`)].join('\n');
    await refuses(loadCsv(text, { labelNoise: 0.1 }), 'label-noise', ['data', 'labelNoise'], 'number');
    await refuses(load({ ...clean, labelNoise: 0.001 }), 'label-noise', ['data', 'labelNoise'], '100 training labels');
  });
});

describe('checkAgainstData', () => {
  const found = async (data: JsonObject, shape: Parameters<typeof modelWith>[1]) => {
    const model = modelWith(data, shape);
    const text = [
      'a,b,c,y',
      ...Array.from({ length: 30 }, (_, i) => `1,${i},3,${data.target === 'y' ? i + 0.5 : i}`),
    ].join('\n');
    const dataset = await loadDataset(model, filesOf({ 't.csv': text }));
    return { errors: checkAgainstData(model, dataset), advice: adviseOnData(model, dataset) };
  };
  const moons = { source: 'moons', samples: 40, split: { train: 0.5, test: 0.5 } };

  it('is silent where all fits', async () => assert.deepEqual(await found(moons, {}), { errors: [], advice: [] }));
  it('finds an input shape that is not the data’s', async () => {
    const { errors } = await found(moons, { inputs: 3 });
    assert.deepEqual(
      errors.map((e) => [e.code, e.path]),
      [['input-shape', ['layers', 0, 'shape']]],
    );
    assert.match(errors[0].message, /takes 3 numbers.*has 2 \(x, y\).*"shape": \[2\]/);
  });
  it('finds units that are not the classes', async () => {
    const { errors } = await found(moons, { outputs: 3 });
    assert.deepEqual(
      errors.map((e) => [e.code, e.path]),
      [['output-units', ['layers', 1, 'units']]],
    );
    assert.match(errors[0].message, /gives 3 numbers.*2 classes \(upper, lower\).*"units": 2/);
  });
  it('finds a loss for classes on numbers', async () => {
    const { errors } = await found({ source: 'csv', path: 't.csv', target: 'y' }, { inputs: 3, outputs: 1 });
    assert.deepEqual(
      errors.map((e) => [e.code, e.path]),
      [['loss-target', ['training', 'loss']]],
    );
    assert.match(errors[0].message, /"loss": "meanSquaredError"/);
  });
  it('advises on a batch larger than the training part', async () => {
    const { errors, advice } = await found(moons, { batchSize: 21 });
    assert.deepEqual(errors, []);
    assert.deepEqual(
      advice.map((a) => [a.code, a.path]),
      [['large-batch', ['training', 'batchSize']]],
    );
    assert.deepEqual((await found(moons, { batchSize: 20 })).advice, []);
  });
  it('and a model without data is said to have none', () =>
    refuses(loadData({ ...modelWith(moons), data: undefined }, filesOf({})), 'no-data', [], '"data"'));
});
