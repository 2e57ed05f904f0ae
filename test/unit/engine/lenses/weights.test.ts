import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createKernels } from '../../../../src/engine/kernels/create';
import { bandsOf, QUANTILES, WeightHistory } from '../../../../src/engine/lenses/weightHistory';
import { rowMajor } from '../../../../src/engine/matrices';
import { compile } from '../../../../src/engine/network';
import { Trainer } from '../../../../src/engine/trainer';
import { dense, dropout, input, modelOf, xorData } from '../support';
import { seeing, softmax, started } from './support';

describe('Weights as pictures', () => {
  const picture = { id: 'input', kind: 'input', shape: [4, 4, 1] };
  const model = modelOf([
    picture,
    { id: 'c', kind: 'conv2d', filters: 5, kernelSize: 3, activation: 'relu' },
    { id: 'f', kind: 'flatten' },
    softmax,
  ]);
  const dataset = { ...xorData(), inputShape: [4, 4, 1], inputNames: [] };
  for (const part of ['train', 'validation', 'test'] as const)
    dataset[part] = { ...dataset[part], inputs: new Float32Array(16 * dataset[part].count).fill(0.5) } as never;

  it('are the kernels of a convolution, one after the other', () => {
    const trainer = new Trainer(compile(model, { kernels: createKernels() }), dataset);
    const found = seeing(trainer)('filters', { layer: 'c', from: 2 });
    const { values, matrix, shape } = trainer.network.weights.get('c/kernel')!;
    assert.deepEqual(shape, [3, 3, 1, 5]);
    const kernel = rowMajor(values, matrix);
    assert.deepEqual([found.height, found.width, found.channels, found.units], [3, 3, 1, 5]);
    assert.equal(found.images.length, 3 * 9);
    for (let f = 0; f < 3; f++)
      for (let i = 0; i < 9; i++) assert.equal(found.images[f * 9 + i], kernel[i * 5 + f + 2]);
    assert.equal(found.largest, Math.max(...kernel.map(Math.abs)));
    assert.throws(() => seeing(trainer)('filters', { layer: 'c', from: 5 }), /0 to 4/);
    assert.throws(() => seeing(trainer)('filters', { layer: 'o', from: 0 }), /does not read a picture/);
  });

  it('are those of a dense layer behind a picture that stands in a row', () => {
    const flat = modelOf([{ ...input(16), image: [4, 4] }, dropout('d', 0.2), dense('h', 3), softmax]);
    const trainer = new Trainer(compile(flat), { ...dataset, inputShape: [16] });
    const found = seeing(trainer)('filters', { layer: 'h', from: 0 });
    const { values, matrix } = trainer.network.weights.get('h/kernel')!;
    const kernel = rowMajor(values, matrix);
    assert.deepEqual([found.height, found.width, found.units], [4, 4, 3]);
    for (let f = 0; f < 3; f++) for (let i = 0; i < 16; i++) assert.equal(found.images[f * 16 + i], kernel[i * 3 + f]);
  });
});

describe('The history of weights', () => {
  it('is bounded, evenly spaced, and keeps the first epoch', () => {
    const trainer = started({ steps: 0 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1500 }), (epochs) => {
        const history = new WeightHistory(trainer.network);
        for (let epoch = 1; epoch <= epochs; epoch++) history.record(epoch);
        const { epochs: kept, tensors } = history.bands();
        assert.ok(kept.length <= 200 && kept.length > Math.min(epochs, 200) / 2 - 1, String(kept.length));
        assert.equal(kept[0], 1);
        const every = (kept[1] ?? 2) - 1;
        kept.forEach((epoch, i) => assert.equal(epoch, 1 + i * every));
        for (const { bands } of tensors) assert.equal(bands.length, kept.length * QUANTILES.length);
      }),
      { numRuns: 20 },
    );
  });

  it('holds quantiles of the matrix itself, not of what fills its panels up', () => {
    for (const trainer of [started(), started({ kernels: undefined })]) {
      const weight = trainer.network.weights.get('h/kernel')!;
      const sorted = Array.from(rowMajor(weight.values, weight.matrix)).sort((a, b) => a - b);
      assert.deepEqual(
        Array.from(bandsOf(weight)),
        QUANTILES.map((q) => sorted[Math.floor(q * sorted.length)]),
      );
    }
  });
});
