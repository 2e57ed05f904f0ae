import assert from 'node:assert/strict';
import type { Network } from '../../../src/engine/network';
import type { Samples, Target } from '../../../src/engine/dataset';
import { measurePredictive, type PredictiveOfNumbers } from '../../../src/engine/predictive';
import { FIRST_STEP } from '../../../src/engine/predict';

/** A network whose answers of a pass are given: what is measured is known then. */
function oracle(answers: (sample: number, pass: number) => readonly number[], columns: number): Network {
  const maxBatch = 3;
  const own = { output: new Float32Array(maxBatch * columns), targets: new Float32Array(maxBatch * columns) };
  return {
    ...own,
    maxBatch,
    outputSize: columns,
    put(samples: Samples, index: number, row: number) {
      for (let c = 0; c < columns; c++) own.targets[row * columns + c] = samples.targets[index * columns + c];
    },
    forward(_mode: string, rows: number, step: number, from: number) {
      for (let row = 0; row < rows; row++) own.output.set(answers(from + row, step - FIRST_STEP), row * columns);
    },
  } as unknown as Network;
}
const samplesOf = (targets: readonly number[], count: number): Samples => ({
  count,
  inputs: new Float32Array(count),
  targets: Float32Array.from(targets),
  rows: Uint32Array.from({ length: count }, (_, i) => i),
});
const near = (a: number, b: number, by = 1e-6): void => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);

describe('Predictive log likelihood', () => {
  it('is that of a normal distribution around the answer where all passes agree', () => {
    const errors = [1, -2, 0.5, 3, -1];
    const target: Target = { type: 'numbers', names: ['y'], scale: [{ scale: 10, offset: 5 }] };
    const network = oracle(() => [0], 1);
    const found = measurePredictive(network, samplesOf(errors, 5), target, 4) as PredictiveOfNumbers;
    const variance = errors.reduce((sum, e) => sum + (10 * e) ** 2, 0) / 5;
    near(found.noise[0], Math.sqrt(variance), 1e-6);
    near(found.rmse, Math.sqrt(variance));
    near(found.logLikelihood!, -0.5 * Math.log(2 * Math.PI * variance) - 0.5);
  });

  it('is the mean of densities over the passes, at the noise that held samples are likeliest of', () => {
    const answers = (sample: number, pass: number): number[] => [sample + (pass === 0 ? -1 : 1), 0.25 * pass];
    const targets = [0.2, 0.1, 1.4, -0.3, 3, 0.2, 2.5, 0.5];
    const target: Target = { type: 'numbers', names: ['a', 'b'] };
    const network = oracle(answers, 2);
    const { noise, logLikelihood } = measurePredictive(
      network,
      samplesOf(targets, 4),
      target,
      2,
    ) as PredictiveOfNumbers;
    const likelihood = (sd: number): number =>
      [0, 1, 2, 3].reduce((sum, n) => {
        const density = [0, 1].reduce((all, t) => {
          const [a, b] = answers(n, t);
          const d = (targets[2 * n] - a) ** 2 + (targets[2 * n + 1] - b) ** 2;
          return all + Math.exp(-d / (2 * sd ** 2)) / (2 * Math.PI * sd ** 2);
        }, 0);
        return sum + Math.log(density / 2);
      }, 0) / 4;
    near(logLikelihood!, likelihood(noise[0]));
    assert.equal(noise[0], noise[1]);
    for (const sd of [0.8, 0.95, 1.05, 1.3]) assert.ok(likelihood(sd * noise[0]) < logLikelihood!);
  });

  it('knows no bounds where there is no noise', () => {
    const found = measurePredictive(
      oracle((n) => [n], 1),
      samplesOf([0, 1, 2], 3),
      { type: 'numbers', names: ['y'] },
      3,
    );
    assert.deepEqual(found, { passes: 3, rmse: 0, noise: [0] });
  });

  it('of classes is by the mean probability of the right one', () => {
    const target: Target = { type: 'classes', names: ['a', 'b'] };
    const answers = (sample: number, pass: number): number[] =>
      sample === 0 ? [0.9, 0.1] : pass === 0 ? [0.2, 0.8] : [0.6, 0.4];
    const found = measurePredictive(oracle(answers, 2), samplesOf([1, 0, 1, 0], 2), target, 2);
    if (!('nll' in found)) throw new Error('Classes have a negative log likelihood.');
    near(found.nll, -(Math.log(0.9) + Math.log(0.4)) / 2);
    assert.equal(found.logLikelihood, -found.nll);
    assert.equal(found.accuracy, 0.5);
    const h = (p: number): number => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    near(found.entropy, (h(0.9) + h(0.4)) / 2);
    near(found.mutualInformation, (h(0.4) - (h(0.2) + h(0.6)) / 2) / 2);
    // One output is the probability of the second class.
    const one = measurePredictive(
      oracle(() => [0.8], 1),
      samplesOf([1, 0], 2),
      target,
      3,
    );
    near((one as { nll: number }).nll, -(Math.log(0.8) + Math.log(0.2)) / 2);
  });
});
