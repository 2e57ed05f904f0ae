import assert from 'node:assert/strict';
import { compile } from '../../../src/engine/network';
import { predict, predictMonteCarlo } from '../../../src/engine/predict';
import { dense, dropout, input, modelOf, numbersData, xorData } from './support';

const hidden = (rate: number) => [dense('h', 16, { activation: 'tanh' }), dropout('d', rate)];
const classifier = (rate: number) => modelOf([input(2), ...hidden(rate), dense('o', 2, { activation: 'softmax' })]);

describe('Prediction', () => {
  const { test, target } = xorData();

  it('with dropout off is the same in any batch', () => {
    const [narrow, wide] = [3, 16].map((maxBatch) => predict(compile(classifier(0.5), { maxBatch }), test, target));
    assert.equal(narrow.length, 32);
    assert.deepEqual(narrow, wide);
  });

  it('by Monte Carlo is reproducible, in any batch, and after training steps', () => {
    const run = (maxBatch: number, steps: number) => {
      const network = compile(classifier(0.5), { maxBatch });
      for (let step = 0; step < steps; step++) network.forward('train', 2, step);
      return predictMonteCarlo(network, test, target, 20);
    };
    assert.deepEqual(run(3, 0), run(16, 5));
  });

  it('without dropout has no spread, and is the plain prediction', () => {
    const network = compile(classifier(0));
    const { mean, deviation, mutualInformation } = predictMonteCarlo(network, test, target, 5);
    predict(network, test, target).forEach((p, i) => assert.ok(Math.abs(mean[i] - p) < 1e-12));
    assert.ok(deviation.every((s) => s < 1e-7));
    assert.ok(mutualInformation!.every((m) => Math.abs(m) < 1e-7));
  });

  it('splits entropy: 0 <= mutual information <= entropy <= log of classes', () => {
    const { entropy, mutualInformation, mean } = predictMonteCarlo(compile(classifier(0.5)), test, target, 50);
    entropy!.forEach((h, i) => {
      const information = mutualInformation![i];
      assert.ok(information > 0 && information <= h && h <= Math.log(2) + 1e-12);
      const [p, q] = mean.subarray(2 * i);
      assert.ok(Math.abs(h + p * Math.log(p) + q * Math.log(q)) < 1e-12);
    });
  });

  it('of a linear answer has the variance that dropout gives: Σ (w x)² rate / (1 - rate)', () => {
    const data = numbersData();
    const model = modelOf([input(3), dropout('d', 0.2), dense('o', 2)], { loss: 'meanSquaredError' });
    const network = compile(model, { precision: 'float64' });
    const { mean, deviation, entropy } = predictMonteCarlo(network, data.test, data.target, 20_000);
    const plain = predict(network, data.test, data.target);
    const { values } = network.parameters.get('o/kernel')!;
    for (let i = 0; i < mean.length; i++) {
      const [row, unit] = [Math.floor(i / 2), i % 2];
      let variance = 0;
      for (let k = 0; k < 3; k++) variance += (values[2 * k + unit] * data.test.inputs[3 * row + k]) ** 2 * 0.25;
      assert.ok(Math.abs(mean[i] - plain[i]) < 5 * Math.sqrt(variance / 20_000), `mean ${i}`);
      assert.ok(Math.abs(deviation[i] / Math.sqrt(variance) - 1) < 0.05, `deviation ${i}`);
    }
    assert.equal(entropy, undefined);
  });

  it('speaks in the units of the data where targets were scaled', () => {
    const data = numbersData();
    const model = modelOf([input(3), dropout('d', 0.2), dense('o', 2)], { loss: 'meanSquaredError' });
    const network = compile(model, { precision: 'float64' });
    const scale = [
      { scale: 10, offset: 3 },
      { scale: 2, offset: -1 },
    ];
    const [plain, scaled] = [data.target, { ...data.target, scale } as typeof data.target].map((t) =>
      predictMonteCarlo(network, data.test, t, 20),
    );
    scaled.mean.forEach((v, i) =>
      assert.ok(Math.abs(v - (plain.mean[i] * scale[i % 2].scale + scale[i % 2].offset)) < 1e-9),
    );
    scaled.deviation.forEach((v, i) => assert.ok(Math.abs(v - plain.deviation[i] * scale[i % 2].scale) < 1e-9));
    const { target } = data;
    const off = predict(network, data.test, target);
    predict(network, data.test, { ...target, scale } as typeof target).forEach((v, i) =>
      assert.ok(Math.abs(v - (off[i] * scale[i % 2].scale + scale[i % 2].offset)) < 1e-9),
    );
  });

  it('leaves batch normalisation as in evaluation: no sample depends on its neighbours', () => {
    const norm = { id: 'n', kind: 'batchNorm' };
    const layers = [input(2), dense('h', 16), norm, dropout('d', 0.5), dense('o', 2, { activation: 'softmax' })];
    const run = (maxBatch: number) => predictMonteCarlo(compile(modelOf(layers), { maxBatch }), test, target, 10);
    const [alone, together] = [run(1), run(16)];
    assert.deepEqual(alone, together);
    assert.ok(alone.deviation.every((s) => s > 0));
  });

  it('refuses a number of passes that is none', () => {
    for (const passes of [0, 1.5, NaN])
      assert.throws(() => predictMonteCarlo(compile(classifier(0.5)), test, target, passes), /passes from 1; found/);
  });
});
