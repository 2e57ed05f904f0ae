import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { inspectModel } from '../../../src/data/inspect';
import { loadData, type LoadedData } from '../../../src/data/load';
import { catalogue } from '../../../src/catalogue';
import { inputAt, type Samples } from '../../../src/engine/dataset';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { analyze } from '../../../src/model/analyze';
import type { JsonObject } from '../../../src/model/json';
import { filesOf, labelsOf, modelWith, refuses } from './support';

const folder = 'test/fixtures/formats';
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}`));
const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
const [trainImages, trainLabels, testImages, testLabels] = names.map((n) => `fashion-${n}-ubyte.gz`);
const fashion = filesOf(
  Object.fromEntries([trainImages, trainLabels, testImages, testLabels].map((n) => [n, file(n)])),
);
const given: JsonObject = { source: 'idx', images: trainImages, labels: trainLabels, testImages, testLabels };

const loadIdx = (data: JsonObject = {}, files = fashion): Promise<LoadedData> =>
  loadData(modelWith({ ...given, ...data }, { inputs: 784, outputs: 10 }), files);
const without = (...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(given).filter(([key]) => !keys.includes(key)));

const idx = (shape: number[], data: ArrayLike<number>, type = 8): Uint8Array =>
  Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]), ...Array.from(data)]);
/** Sample `i` as numbers. */
const sampleOf = (samples: Samples, i: number, size: number): number[] =>
  Array.from({ length: size }, (_, k) => inputAt(samples, i * size + k));

describe('idx', () => {
  const pictures = gunzipSync(file(trainImages)).subarray(16);
  const labels = gunzipSync(file(trainLabels)).subarray(8);

  it('reads Fashion-MNIST: training and validation by the seed, the test part as it is', async () => {
    const { dataset, warnings, preprocessing } = await loadIdx();
    assert.equal(dataset.title, trainImages);
    assert.deepEqual(dataset.inputShape, [28, 28, 1]);
    assert.deepEqual(dataset.inputNames, []);
    assert.deepEqual(dataset.target, { type: 'classes', names: [...'0123456789'] });
    assert.deepEqual(warnings, []);
    assert.equal(preprocessing.scale, 'divide');
    const { train, validation, test } = dataset;
    assert.deepEqual([train.count, validation.count, test.count], [180, 20, 50]);
    assert.deepEqual(
      [...train.rows, ...validation.rows].sort((a, b) => a - b),
      Array.from({ length: 200 }, (_, i) => i),
    );
    assert.deepEqual(
      [...test.rows],
      Array.from({ length: 50 }, (_, i) => 200 + i),
    );
    const found = labelsOf(train.targets, 10);
    train.rows.forEach((row, i) => {
      assert.equal(found[i], labels[row]);
      assert.deepEqual(
        train.inputs.subarray(784 * i, 784 * i + 784),
        new Uint8Array(pictures.subarray(784 * row, 784 * row + 784)),
      );
    });
    assert.deepEqual(test.inputs, new Uint8Array(gunzipSync(file(testImages)).subarray(16)));
    assert.deepEqual(labelsOf(test.targets, 10), [...gunzipSync(file(testLabels)).subarray(8)]);
    assert.deepEqual((await loadIdx({ seed: 2 })).dataset.test, test);
    assert.notDeepEqual((await loadIdx({ seed: 2 })).dataset.train.rows, train.rows);
  });

  it('keeps bytes, of which each stands for itself divided by 255, or by what is given', async () => {
    const { dataset } = await loadIdx();
    assert.ok(dataset.train.inputs instanceof Uint8Array);
    assert.deepEqual(
      dataset.train.levels,
      Float32Array.from({ length: 256 }, (_, byte) => byte / 255),
    );
    assert.equal((await loadIdx({ divisor: 7 })).dataset.train.levels![5], Math.fround(5 / 7));
    assert.equal((await loadIdx({ scale: 'none' })).dataset.train.levels![200], 200);
  });

  it('standardizes by the training pictures alone', async () => {
    const { dataset } = await loadIdx({ scale: 'standardize' });
    const { train } = dataset;
    const values = Array.from(train.inputs);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
    train.levels!.forEach((level, byte) => assert.ok(Math.abs(level - (byte - mean) / deviation) < 1e-6));
  });

  it('splits off a test part where there are no files of it', async () => {
    const data = without('testImages', 'testLabels');
    const { dataset } = await loadData(
      modelWith({ ...data, split: { train: 0.7, validation: 0.2, test: 0.1 } }),
      fashion,
    );
    assert.deepEqual([dataset.train.count, dataset.validation.count, dataset.test.count], [140, 40, 20]);
    assert.deepEqual(dataset.target.names.length, 10);
  });

  it('names the classes', async () => {
    const classes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    assert.deepEqual((await loadIdx({ classes })).dataset.target.names, classes);
    await refuses(loadIdx({ classes: ['a', 'b'] }), 'label', ['data', 'labels'], 'it should be 0 to 1');
  });

  it('trains on pictures, flat and by convolution, from the same bytes', async () => {
    const layers = {
      flat: [{ id: 'i', kind: 'input', shape: [784] }],
      convolved: [
        { id: 'i', kind: 'input', shape: [28, 28, 1] },
        { id: 'c', kind: 'conv2d', filters: 2, kernelSize: 3, strides: 3, activation: 'relu' },
        { id: 'f', kind: 'flatten' },
      ],
    };
    for (const first of Object.values(layers)) {
      const { model } = analyze(
        JSON.stringify({
          version: 1,
          data: given,
          layers: [...first, { id: 'o', kind: 'dense', units: 10, activation: 'softmax' }],
          training: {
            loss: 'crossentropy',
            batchSize: 20,
            epochs: 20,
            optimizer: { kind: 'adam', learningRate: 0.01 },
          },
        }),
        catalogue,
      );
      const { dataset } = await loadData(model!, fashion);
      const trainer = new Trainer(compile(model!), dataset);
      while (!trainer.end) trainer.advance();
      assert.equal(trainer.end?.reason, 'finished');
      const { accuracy } = trainer.end.test!;
      assert.ok(accuracy! > 0.6, `accuracy ${accuracy}`);
    }
  });

  it('says which shape the input layer should have', async () => {
    const text = (shape: number[]): string =>
      JSON.stringify({
        version: 1,
        data: given,
        layers: [
          { id: 'i', kind: 'input', shape },
          { id: 'o', kind: 'dense', units: 10, activation: 'softmax' },
        ],
        training: { loss: 'crossentropy' },
      });
    const { diagnostics } = await inspectModel(text([64]), catalogue, fashion);
    assert.match(
      diagnostics[0].message,
      /takes 64 numbers, but a sample of fashion-train-images-idx3-ubyte.gz has 784. Write "shape": \[28, 28, 1\]/,
    );
    assert.deepEqual((await inspectModel(text([784]), catalogue, fashion)).diagnostics, []);
  });

  describe('refuses', () => {
    const small = (images: Uint8Array, labels: Uint8Array, more: JsonObject = {}) =>
      loadData(modelWith({ source: 'idx', images: 'i', labels: 'l', ...more }), filesOf({ i: images, l: labels }));
    const two = idx([2, 1, 2], [1, 2, 3, 4]);

    it('a file that is not there, or damaged, at its parameter', async () => {
      await refuses(
        loadIdx({ testLabels: 'gone.gz' }),
        'file-not-found',
        ['data', 'testLabels'],
        '"gone.gz"',
        'Correct "testLabels"',
      );
      await refuses(small(two, Uint8Array.of(1, 2, 3)), 'file-damaged', ['data', 'labels'], 'l: An IDX file begins');
      await refuses(
        small(two.subarray(0, 18), idx([2], [0, 1])),
        'file-damaged',
        ['data', 'images'],
        'i: By its header',
      );
    });
    it('test pictures without labels, and labels without pictures', async () => {
      await refuses(
        loadData(modelWith(without('testLabels')), fashion),
        'missing',
        ['data', 'testImages'],
        '"testLabels"',
      );
      await refuses(
        loadData(modelWith(without('testImages')), fashion),
        'missing',
        ['data', 'testLabels'],
        '"testImages"',
      );
    });
    it('counts that differ, no samples, one class, labels that are no single numbers', async () => {
      await refuses(
        small(two, idx([3], [0, 1, 1])),
        'counts-differ',
        ['data', 'labels'],
        'i has 2 samples',
        'l answers for 3',
      );
      await refuses(small(idx([0, 1, 2], []), idx([0], [])), 'empty-file', ['data', 'images'], '[0, 1, 2]');
      await refuses(small(two, idx([2], [7, 7])), 'one-class', ['data', 'labels'], 'all 2 labels are 7');
      await refuses(small(two, idx([2, 2], [0, 1, 1, 0])), 'label-shape', ['data', 'labels'], '[2, 2]');
      await refuses(
        small(two, idx([2], [63, 128, 0, 0, 63, 0, 0, 0], 13)),
        'label',
        ['data', 'labels'],
        'label 1',
        '0.5',
      );
    });
    it('a test part of another shape, and two test parts', async () => {
      const files = filesOf({
        i: idx([4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
        l: idx([4], [0, 1, 0, 1]),
        ti: idx([2, 2, 1], [1, 2, 3, 4]),
        tl: idx([2], [0, 1]),
      });
      const data = { source: 'idx', images: 'i', labels: 'l', testImages: 'ti', testLabels: 'tl' };
      await refuses(
        loadData(modelWith(data), files),
        'shapes-differ',
        ['data', 'testImages'],
        '[2, 1, 1]',
        '[1, 2, 1]',
      );
      await refuses(
        loadIdx({ split: { train: 0.5, test: 0.5 } }),
        'split-mixed',
        ['data', 'split', 'test'],
        '50 samples',
      );
    });
    it('a divisor that does nothing, and values that are no bytes without one', async () => {
      await refuses(loadIdx({ scale: 'none', divisor: 3 }), 'unused-parameter', ['data', 'divisor'], '"none"');
      const floats = idx([2, 1], [63, 128, 0, 0, 127, 192, 0, 0], 13);
      const split = { train: 2 };
      await refuses(small(floats, idx([2], [0, 1]), { split }), 'missing', ['data', 'scale'], '"divisor"');
      await refuses(
        small(floats, idx([2], [0, 1]), { split, divisor: 2 }),
        'not-a-number',
        ['data', 'source'],
        '[1, 0] is NaN',
      );
      await refuses(
        small(floats, idx([2], [0, 1]), { split, scale: 'standardize' }),
        'not-a-number',
        ['data', 'source'],
        'NaN',
      );
    });
  });
});

describe('npy', () => {
  const files = filesOf(
    Object.fromEntries(['stored.npz', 'deflated.npz', 'pictures.npy', 'labels.npy'].map((n) => [n, file(n)])),
  );
  const load = (data: JsonObject) => loadData(modelWith({ source: 'npy', ...data }), files);

  it('reads the same from an archive and from files', async () => {
    const split = { train: 40, validation: 20 };
    const { dataset } = await load({ path: 'deflated.npz', inputs: 'x', targets: 'y', split });
    assert.deepEqual(dataset.inputShape, [6, 5, 1]);
    assert.deepEqual(dataset.target, { type: 'classes', names: ['0', '1', '2'] });
    assert.equal(dataset.title, 'deflated.npz');
    const stored = await load({ path: 'stored.npz', inputs: 'x', targets: 'y', split });
    const single = await load({ inputs: 'pictures.npy', targets: 'labels.npy', split });
    for (const other of [stored, single]) assert.deepEqual({ ...other.dataset, title: '' }, { ...dataset, title: '' });
    const labels = labelsOf(dataset.train.targets, 3);
    dataset.train.rows.forEach((row, i) => assert.equal(labels[i], row % 3));
  });

  it('standardizes over the training samples', async () => {
    const { dataset } = await load({ path: 'stored.npz', inputs: 'x', targets: 'y', split: { train: 60 } });
    const values = Array.from({ length: 60 }, (_, i) => sampleOf(dataset.train, i, 30)).flat();
    const mean = values.reduce((a, b) => a + b) / values.length;
    assert.ok(Math.abs(mean) < 1e-6);
    assert.ok(Math.abs(values.reduce((sum, v) => sum + v * v, 0) / values.length - 1) < 1e-5);
  });

  it('takes numbers to give, and a test part of its own', async () => {
    const data = { path: 'deflated.npz', inputs: 'x', targets: 'amounts', testInputs: 'x', testTargets: 'amounts' };
    const { dataset } = await load({ ...data, split: { train: 60 }, scaleTarget: 'standardize' });
    assert.equal(dataset.target.type, 'numbers');
    assert.deepEqual(dataset.target.names, ['amounts']);
    assert.equal(dataset.test.count, 60);
    const wanted = [0, 0.5, 1].map((v) => Math.fround((v - 0.5) / Math.sqrt(1 / 6)));
    dataset.test.targets.forEach((v, i) => assert.ok(Math.abs(v - wanted[i % 3]) < 1e-6));
    assert.equal(
      (await load({ ...data, targetType: 'number', targets: 'y', testTargets: 'y' })).dataset.target.type,
      'numbers',
    );
  });

  it('refuses what does not fit, at its parameter', async () => {
    const archive = { path: 'deflated.npz', inputs: 'x', targets: 'y' };
    await refuses(load({ ...archive, targets: 'z' }), 'file-damaged', ['data', 'targets'], 'no array "z"', '"amounts"');
    await refuses(load({ ...archive, inputs: 'empty', targets: 'empty' }), 'empty-file', ['data', 'inputs'], '[0, 3]');
    await refuses(load({ inputs: 'deflated.npz', targets: 'labels.npy' }), 'archive', ['data', 'inputs'], 'x, y');
    await refuses(load({ path: 'labels.npy', inputs: 'x', targets: 'y' }), 'file-damaged', ['data', 'path'], 'zip');
    await refuses(load({ ...archive, targets: 'x' }), 'target-shape', ['data', 'targets'], '[60, 6, 5]');
    await refuses(load({ ...archive, targets: 'amounts', classes: ['a', 'b'] }), 'unused-parameter', [
      'data',
      'classes',
    ]);
    await refuses(load({ ...archive, targets: 'amounts', targetType: 'class' }), 'label', ['data', 'targets'], '0.5');
    await refuses(
      load({ inputs: 'pictures.npy', targets: 'gone.npy' }),
      'file-not-found',
      ['data', 'targets'],
      'gone.npy',
    );
  });
});
