import assert from 'node:assert/strict';
import { SELU_ALPHA, SELU_SCALE } from '../../../../src/engine/activations/selu';
import { kindOf } from '../../../../src/engine/define';
import { alphaAffine, ALPHA_DROPPED } from '../../../../src/engine/layers/alphaDropout';
import { blockProbability } from '../../../../src/engine/layers/dropBlock';
import { gaussianFactors } from '../../../../src/engine/layers/gaussianDropout';
import { layers } from '../../../../src/engine/layers/index';
import { maskOf } from '../../../../src/engine/masks';
import { dropoutMask, Random } from '../../../../src/engine/rng/philox';
import { input, modelOf } from '../support';
import { after, around, before, bound, chiSquare, masksOf } from './support';

const kind = (name: string) => kindOf(layers, 'layer kind', name);
const count = (mask: Uint8Array): number => mask.reduce((sum, m) => sum + m, 0);

describe('Dropout of mode "exact"', () => {
  const model = (units: number, rate: number) =>
    modelOf([input(units), { id: 'd', kind: 'dropout', rate, mode: 'exact' }, { kind: 'dense', units: 1 }], {
      loss: 'meanSquaredError',
    });
  const mask = (units: number, rate: number, sample: number, seed = 1) =>
    maskOf(model(units, rate), { seed, layer: 'd', step: 3, sample, rate });

  it('drops exactly round(rate x units) units of every sample', () => {
    for (const [units, rate] of [
      [4, 0.5],
      [10, 0.2],
      [7, 0.3],
      [100, 0.999],
      [8, 0],
    ])
      for (let sample = 0; sample < 50; sample++)
        assert.equal(count(mask(units, rate, sample)), Math.round(units * rate));
  });

  it('chooses every set of units as often: chi-square over all six pairs of four', () => {
    const counts = new Map<string, number>();
    const draws = 12000;
    for (let sample = 0; sample < draws; sample++) {
      const key = mask(4, 0.5, sample).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 6);
    // Five degrees of freedom: above 36 by chance once in a million.
    const expected = Array.from({ length: 6 }, () => draws / 6);
    assert.ok(chiSquare([...counts.values()], expected) < 36);
  });

  it('keeps the sum of equal values, for it scales by units / units kept', () => {
    const network = around(kind('dropout'), { mode: 'exact', rate: 0.3 }, { rows: 4, shape: [7] });
    network.forward('train', 4, 3);
    const scale = 7 / 5;
    const { last } = masksOf(network);
    after(network).forEach((value, i) => assert.equal(value, last[i] ? 0 : before(network)[i] * scale));
  });

  it('drops at a high rate all that it drops at a low one', () => {
    const low = mask(50, 0.2, 9);
    mask(50, 0.6, 9).forEach((m, i) => assert.ok(m >= low[i]));
  });
});

describe('Dropout with a noise shape', () => {
  const masks = (noiseShape: (number | null)[], mode = 'bernoulli') => {
    const network = around(kind('dropout'), { rate: 0.5, noiseShape, mode }, { rows: 12, shape: [3, 4, 5] });
    network.forward('train', 12, 1);
    const { last } = masksOf(network);
    return Array.from({ length: 12 }, (_, row) => last.slice(row * 60, (row + 1) * 60));
  };

  it('shares the mask where it says 1', () => {
    for (const mask of masks([null, 1, null, 1]))
      mask.forEach((m, i) => {
        const column = Math.floor(i / 5) % 4;
        assert.equal(m, mask[column * 5]);
      });
    assert.ok(new Set(masks([null, 1, null, 1]).map(String)).size > 4);
  });

  it('gives the batch one mask where the batch says 1', () => {
    const all = masks([1, null, null, null]);
    assert.equal(new Set(all.map(String)).size, 1);
    assert.ok(count(all[0]) > 10);
  });

  it('is no noise shape where all is null', () => {
    assert.deepEqual(
      masks([null, null, null, null])[5],
      dropoutMask({
        seed: 7,
        layer: 'it',
        step: 1,
        sample: 5,
        rate: 0.5,
        units: 60,
      }),
    );
    assert.deepEqual(masks([null, 3, 4, 5]), masks([null, null, null, null]));
  });

  it('counts entries, not values, in mode "exact"', () => {
    for (const mask of masks([null, 1, null, 1], 'exact')) assert.equal(count(mask), 30);
  });

  it('refuses what does not fit, saying what would', () => {
    for (const noiseShape of [
      [null, 1],
      [null, 2, 1, 1],
      [3, 1, 1, 1],
    ])
      assert.throws(() => masks(noiseShape), /"it".*"noiseShape".*\[3, 4, 5\].*4 entries.*found/);
  });
});

describe('Spatial dropout', () => {
  it('drops whole channels, and is dropout with the noise shape of Keras', () => {
    const network = around(kind('spatialDropout'), { rate: 0.4 }, { rows: 9 });
    const same = around(
      kind('dropout'),
      { rate: 0.4, noiseShape: [null, 1, 1, null] },
      { rows: 9, shape: kind('spatialDropout').exampleInputs[0] },
    );
    network.forward('train', 9, 1);
    same.forward('train', 9, 1);
    const { last, units } = masksOf(network);
    last.forEach((m, i) => assert.equal(m, last[Math.floor(i / units) * units + (i % 6)]));
    assert.deepEqual(after(network), after(same));
  });
});

describe('Stochastic depth', () => {
  it('drops or keeps whole samples, and scales what it keeps', () => {
    const network = around(kind('stochasticDepth'), { rate: 0.25 }, { rows: 40 });
    network.forward('train', 40, 1);
    const { size } = network.layer('it');
    let dropped = 0;
    for (let row = 0; row < 40; row++) {
      const own = after(network).slice(row * size, (row + 1) * size);
      if (own.every((v) => v === 0)) dropped++;
      else own.forEach((v, i) => assert.equal(v, before(network)[row * size + i] * (1 / 0.75)));
    }
    assert.ok(dropped > 0 && dropped < 40);
  });
});

describe('DropBlock', () => {
  const [h, w, size, channels] = [9, 8, 3, 2];
  const block = kind('dropBlock');
  const shape = [h, w, channels];
  const { model } = around(block, { rate: 0.2, blockSize: size }, { shape });

  it('drops squares: every dropped value lies in a block that is dropped whole', () => {
    for (let sample = 0; sample < 50; sample++) {
      const mask = maskOf(model, { seed: 1, layer: 'it', step: 0, sample, rate: 0.2 });
      const at = (y: number, x: number, c: number) => mask[(y * w + x) * channels + c];
      const covered = new Uint8Array(mask.length);
      for (let c = 0; c < channels; c++)
        for (let y = 0; y <= h - size; y++)
          for (let x = 0; x <= w - size; x++) {
            const cells = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [y + i, x + j] as const));
            if (!cells.every(([i, j]) => at(i, j, c))) continue;
            for (const [i, j] of cells) covered[(i * w + j) * channels + c] = 1;
          }
      assert.deepEqual(covered, mask);
    }
  });

  it('drops each value as often as the blocks that can cover it say', () => {
    const samples = 6000;
    const times = new Float64Array(h * w * channels);
    for (let sample = 0; sample < samples; sample++)
      maskOf(model, { seed: 1, layer: 'it', step: 0, sample, rate: 0.2 }).forEach((m, i) => (times[i] += m));
    const gamma = blockProbability(0.2, size, h, w);
    assert.ok(Math.abs(gamma - (0.2 / 9) * (72 / 42)) < 1e-15);
    let share = 0;
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const reach = (at: number, n: number) => Math.min(at, n - size) - Math.max(0, at - size + 1) + 1;
        const p = 1 - (1 - gamma) ** (reach(y, h) * reach(x, w));
        share += p / (h * w);
        for (let c = 0; c < channels; c++) {
          const found = times[(y * w + x) * channels + c] / samples;
          assert.ok(Math.abs(found - p) < bound(samples, p), `${y},${x},${c}: ${found}, expected ${p}`);
        }
      }
    // The paper's formula leaves overlaps aside: a little less than the rate.
    assert.ok(share > 0.16 && share < 0.2, String(share));
  });

  it('never begins more blocks than `rate` of the places', () => {
    for (let n = 1; n <= 12; n++) for (let s = 1; s <= n; s++) assert.ok(blockProbability(0.9, s, n, n) <= 0.9 + 1e-12);
  });

  it('keeps the sum of equal values, sample by sample', () => {
    const network = around(block, { rate: 0.4 }, { rows: 10 });
    for (const name of ['below/kernel', 'below/bias']) network.parameters.get(name)!.values.fill(0.5);
    network.input.fill(1);
    network.forward('train', 10, 2);
    const { size: units } = network.layer('it');
    for (let row = 0; row < 10; row++) {
      const sum = (values: ArrayLike<number>) => {
        let total = 0;
        for (let i = row * units; i < (row + 1) * units; i++) total += values[i];
        return total;
      };
      assert.ok(Math.abs(sum(after(network)) - sum(before(network))) < 1e-9);
    }
  });

  it('with blocks of 1 is dropout, as the paper says', () => {
    const one = around(block, { rate: 0.3, blockSize: 1 });
    assert.deepEqual(
      maskOf(one.model, { seed: 4, layer: 'it', step: 2, sample: 6, rate: 0.3 }),
      dropoutMask({ seed: 4, layer: 'it', step: 2, sample: 6, rate: 0.3, units: 108 }),
    );
  });
});

/** Mean and variance of numbers. */
function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    squares += values[i] ** 2;
  }
  const mean = sum / values.length;
  return { mean, variance: squares / values.length - mean ** 2 };
}

describe('Alpha dropout', () => {
  it('keeps mean 0 and variance 1 of what SELU gives, at every rate', () => {
    const units = 4000;
    for (const rate of [0.05, 0.1, 0.3, 0.5]) {
      const model = modelOf([input(units), { id: 'it', kind: 'alphaDropout', rate }, { kind: 'dense', units: 1 }], {
        loss: 'meanSquaredError',
      });
      const random = new Random(5, 'alpha');
      const { a, b } = alphaAffine(rate);
      const values: number[] = [];
      for (let sample = 0; sample < 50; sample++)
        for (const m of maskOf(model, { seed: 1, layer: 'it', step: 0, sample, rate })) {
          const x = random.normal();
          const selu = SELU_SCALE * (x < 0 ? SELU_ALPHA * Math.expm1(x) : x);
          values.push(m ? a * ALPHA_DROPPED + b : a * selu + b);
        }
      const { mean, variance } = moments(values);
      // Of 200,000: five standard errors of the mean, and as much of the variance with SELU's kurtosis.
      assert.ok(Math.abs(mean) < 0.0112, `rate ${rate}: mean ${mean}`);
      assert.ok(Math.abs(variance - 1) < 0.025, `rate ${rate}: variance ${variance}`);
    }
  });

  it('gives each value what its formula says', () => {
    const network = around(kind('alphaDropout'), { rate: 0.3 }, { rows: 5 });
    network.forward('train', 5, 1);
    const { a, b } = alphaAffine(0.3);
    const { last } = masksOf(network);
    after(network).forEach((v, i) => assert.equal(v, last[i] ? a * ALPHA_DROPPED + b : a * before(network)[i] + b));
  });
});

describe('Gaussian dropout and Gaussian noise', () => {
  it('multiplies by numbers of mean 1 and variance rate / (1 - rate), which can be drawn again', () => {
    for (const rate of [0.1, 0.5, 0.8]) {
      const network = around(kind('gaussianDropout'), { rate }, { rows: 200, shape: [100] });
      network.forward('train', 200, 5);
      const factors = after(network).map((v, i) => v / before(network)[i]);
      const wanted = rate / (1 - rate);
      const { mean, variance } = moments(factors);
      const n = factors.length;
      assert.ok(Math.abs(mean - 1) < 5 * Math.sqrt(wanted / n), `rate ${rate}: mean ${mean}`);
      assert.ok(Math.abs(variance / wanted - 1) < 5 * Math.sqrt(2 / n), `rate ${rate}: variance ${variance}`);
      for (const sample of [0, 199]) {
        const again = gaussianFactors({ seed: 7, layer: 'it', step: 5, sample, rate, units: 100 });
        again.forEach((f, i) => assert.equal(after(network)[sample * 100 + i], before(network)[sample * 100 + i] * f));
      }
      assert.equal(network.layer('it').runtime.dropping!.masks, undefined);
    }
  });

  it('adds noise of the standard deviation asked for', () => {
    const network = around(kind('gaussianNoise'), { stddev: 0.7 }, { rows: 200, shape: [100] });
    network.forward('train', 200, 5);
    const { mean, variance } = moments(after(network).map((v, i) => v - before(network)[i]));
    assert.ok(Math.abs(mean) < (5 * 0.7) / Math.sqrt(20000));
    assert.ok(Math.abs(variance / 0.49 - 1) < 5 * Math.sqrt(2 / 20000));
  });
});

describe('DropConnect', () => {
  it('sums, for each sample, over the connections that its own mask leaves', () => {
    const [rows, features, units, rate] = [4, 8, 5, 0.4];
    const network = around(kind('dropConnect'), { units, rate, activation: 'linear' }, { rows });
    network.forward('train', rows, 6);
    const kernel = network.parameters.get('it/kernel')!.values;
    let dropped = 0;
    for (let sample = 0; sample < rows; sample++) {
      const mask = dropoutMask({ seed: 7, layer: 'it', step: 6, sample, rate, units: features * units });
      dropped += count(mask);
      for (let j = 0; j < units; j++) {
        let sum = 0;
        for (let i = 0; i < features; i++)
          if (!mask[i * units + j])
            sum += (before(network)[sample * features + i] * kernel[i * units + j]) / (1 - rate);
        assert.ok(Math.abs(after(network)[sample * units + j] - sum) < 1e-12);
      }
    }
    assert.ok(Math.abs(dropped / 160 - rate) < bound(160, rate));
    assert.equal(network.layer('it').runtime.dropping!.masks, undefined);
  });
});
