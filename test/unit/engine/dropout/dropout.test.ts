import assert from 'node:assert/strict';
import { compile } from '../../../../src/engine/network';
import { dropoutMask } from '../../../../src/engine/rng/philox';
import { dense, dropout, input, modelOf } from '../support';

const SEEDS = [...Array.from({ length: 20 }, (_, i) => i + 1), 2 ** 33 + 1];
const RATES = [0.1, 0.2, 0.5, 0.8, 0.95];
const units = 50;
const rows = 40;

/** Ones through one dropout layer, and the gradient of ones back. */
const layerOf = (seed: number, rate: number) =>
  compile(
    modelOf([input(units), dense('first', units), dropout('drop', rate), dense('last', 2, { activation: 'softmax' })]),
    {
      seed,
      maxBatch: rows,
      precision: 'float64',
    },
  );

const dropLayer = (network: ReturnType<typeof layerOf>) => {
  const layer = network.layer('drop');
  return { values: layer.values, before: network.layer('first').values, mask: layer.runtime.dropping!.masks!.last };
};

function fill(network: ReturnType<typeof layerOf>): void {
  network.input.forEach((_, i) => (network.input[i] = Math.sin(i + 1) + 2));
  network.targets.forEach((_, i) => (network.targets[i] = i % 2));
}

describe('Dropout', () => {
  for (const rate of RATES) {
    it(`drops a share of ${rate} of the units, within binomial bounds, over seeds`, () => {
      for (const seed of SEEDS) {
        const network = layerOf(seed, rate);
        fill(network);
        let dropped = 0;
        const steps = 3;
        for (let step = 0; step < steps; step++) {
          network.forward('train', rows, step);
          for (const value of dropLayer(network).values) if (value === 0) dropped++;
        }
        const trials = steps * rows * units;
        // Five standard deviations: passed by chance once in a million.
        const bound = 5 * Math.sqrt(trials * rate * (1 - rate));
        assert.ok(Math.abs(dropped - trials * rate) < bound, `seed ${seed}: ${dropped} of ${trials}`);
      }
    });
  }

  it('scales what is kept by 1 / (1 - rate), and drops exactly what its mask says', () => {
    for (const rate of RATES) {
      const network = layerOf(5, rate);
      fill(network);
      network.forward('train', rows, 9);
      const { values, before, mask } = dropLayer(network);
      const scale = 1 / (1 - rate);
      values.forEach((value, i) => assert.equal(value, mask[i] ? 0 : before[i] * scale));
    }
  });

  it('keeps the expected value: the mean over many masks is the value without dropout', () => {
    const network = layerOf(5, 0.3);
    fill(network);
    const mean = new Float64Array(units);
    const steps = 400;
    for (let step = 0; step < steps; step++) {
      network.forward('train', rows, step);
      const { values } = dropLayer(network);
      for (let i = 0; i < units; i++) mean[i] += values[i] / steps;
    }
    const { before } = dropLayer(network);
    // One value's deviation over masks is |x| sqrt(0.3 / 0.7).
    mean.forEach((m, i) => assert.ok(Math.abs(m - before[i]) <= (5 * Math.abs(before[i]) * Math.sqrt(0.3 / 0.7)) / 20));
  });

  it('draws other units for each sample and for each step', () => {
    const network = layerOf(5, 0.5);
    fill(network);
    const masks = new Set<string>();
    for (let step = 0; step < 3; step++) {
      network.forward('train', rows, step);
      const { mask } = dropLayer(network);
      for (let row = 0; row < rows; row++) masks.add(mask.subarray(row * units, (row + 1) * units).join(''));
    }
    assert.equal(masks.size, 3 * rows);
  });

  it('uses masks that can be recomputed from seed, layer, step and sample alone', () => {
    const network = layerOf(123, 0.4);
    fill(network);
    network.forward('train', rows, 77);
    const { mask } = dropLayer(network);
    for (let sample = 0; sample < rows; sample++)
      assert.deepEqual(
        mask.subarray(sample * units, (sample + 1) * units),
        dropoutMask({ seed: 123, layer: 'drop', step: 77, sample, rate: 0.4, units }),
      );
  });

  it('leaves the masks of a layer as they are when the rate of another changes', () => {
    const network = compile(
      modelOf([
        input(4),
        dropout('a', 0.2),
        dense('h', 30),
        dropout('b', 0.5),
        dense('o', 2, { activation: 'softmax' }),
      ]),
      { maxBatch: 8 },
    );
    const maskOfB = () => {
      network.forward('train', 8, 3);
      return network.layer('b').runtime.dropping!.masks!.last.slice();
    };
    const before = maskOfB();
    network.setRate('a', 0.7);
    assert.deepEqual(maskOfB(), before);
  });

  it('keeps every unit kept when its rate falls, and every unit dropped when it rises', () => {
    const at = (rate: number) => dropoutMask({ seed: 1, layer: 'd', step: 0, sample: 0, rate, units: 200 });
    const low = at(0.3);
    at(0.6).forEach((drop, i) => assert.ok(drop >= low[i]));
  });

  it('goes backwards through the very mask of the forward pass, with its scale', () => {
    const network = layerOf(5, 0.5);
    fill(network);
    network.forward('train', rows, 9);
    const { mask } = dropLayer(network);
    const used = mask.slice();
    // The rate moved by hand between the two passes must not touch what is under way.
    network.setRate('drop', 0.9);
    network.backward();
    assert.deepEqual(mask, used);
    // The gradient of first's bias is the column sum of what came back through the mask.
    const p = network.output;
    const kernel = network.parameters.get('last/kernel')!.values;
    const wanted = new Float64Array(units);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < units; i++) {
        let dy = 0;
        for (let j = 0; j < 2; j++) dy += ((p[row * 2 + j] - network.targets[row * 2 + j]) / rows) * kernel[i * 2 + j];
        if (!used[row * units + i]) wanted[i] += dy / (1 - 0.5);
      }
    network.parameters.get('first/bias')!.gradient!.forEach((g, i) => assert.ok(Math.abs(g - wanted[i]) < 1e-12));
  });

  it('is the identity with rate 0', () => {
    const network = layerOf(5, 0);
    fill(network);
    network.forward('train', rows, 0);
    const { values, before } = dropLayer(network);
    assert.deepEqual(values, before);
  });

  // Known of ConvNetJS since 2016: at test time it multiplied by the probability of dropping, right only at 0.5.
  for (const rate of [0.1, 0.5, 0.8])
    it(`changes nothing in evaluation, at rate ${rate}: no scaling at test time (the bug of ConvNetJS)`, () => {
      const network = layerOf(5, rate);
      fill(network);
      network.forward('evaluate', rows, 4);
      const { values, before } = dropLayer(network);
      assert.deepEqual(values, before);
    });

  it('refuses a rate that is none, naming the layer', () => {
    const network = layerOf(5, 0.5);
    for (const rate of [1, -0.1, NaN, 2]) assert.throws(() => network.setRate('drop', rate), /Layer "drop".*found/);
    assert.throws(() => network.setRate('first', 0.5), /Layer "first" drops nothing/);
    assert.throws(() => network.setRate('none', 0.5), /no layer "none"/);
    assert.equal(network.layer('drop').runtime.dropping!.rate, 0.5);
  });
});
