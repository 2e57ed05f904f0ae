import assert from 'node:assert/strict';
import { baselineLoss } from '../../../src/engine/baseline';
import type { Dataset, Samples } from '../../../src/engine/dataset';
import { compile } from '../../../src/engine/network';
import type { JsonObject } from '../../../src/model/json';
import { dense, input, modelOf } from './support';

const samples = (targets: readonly number[], width: number): Samples => {
  const count = targets.length / width;
  return {
    count,
    inputs: new Float32Array(count),
    targets: Float32Array.from(targets),
    rows: Uint32Array.from({ length: count }, (_, i) => i),
  };
};
const dataOf = (target: Dataset['target'], targets: readonly number[], width = target.names.length): Dataset => ({
  title: 't',
  inputShape: [1],
  inputNames: ['x'],
  target,
  train: samples(targets, width),
  validation: samples([], width),
  test: samples([], width),
});
const classes = (...names: string[]) => ({ type: 'classes', names }) as const;
const numbers = (...names: string[]) => ({ type: 'numbers', names }) as const;
const oneHot = (labels: readonly number[], of: number): number[] =>
  labels.flatMap((l) => Array.from({ length: of }, (_, c) => (c === l ? 1 : 0)));

function baseline(kind: string, data: Dataset, units: number, activation: string, params: JsonObject = {}) {
  const model = modelOf([input(1), dense('o', units, { activation })], { loss: { kind, ...params } });
  return baselineLoss(compile(model), data)!;
}
const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-6, `${a} instead of ${b}`);

describe('The loss of a network that has learned nothing', () => {
  const cross = { labelSmoothing: 0, classWeights: 'none' };

  it('is the entropy of the classes for cross-entropy', () => {
    const data = dataOf(classes('a', 'b', 'c'), oneHot([0, 0, 1, 2], 3));
    near(baseline('crossentropy', data, 3, 'softmax', cross), 1.5 * Math.LN2);
  });

  it('is that of equal answers where rare classes count as much', () => {
    const data = dataOf(classes('a', 'b'), oneHot([0, 0, 0, 1], 2));
    near(baseline('crossentropy', data, 2, 'softmax', { ...cross, classWeights: 'balanced' }), Math.LN2);
  });

  it('takes the last column where one output stands for two classes', () => {
    const data = dataOf(classes('no', 'yes'), oneHot([0, 0, 0, 1], 2));
    const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    near(baseline('binaryCrossentropy', data, 1, 'sigmoid', { labelSmoothing: 0, positiveWeight: 1 }), entropy);
  });

  it('is the variance of numbers for the squared error, and their distance to the median for the absolute one', () => {
    const data = dataOf(numbers('y'), [0, 0, 0, 8]);
    near(baseline('meanSquaredError', data, 1, 'linear'), 12);
    near(baseline('meanAbsoluteError', data, 1, 'linear'), 2);
  });

  it('averages over several numbers', () => {
    const data = dataOf(numbers('y', 'z'), [0, 5, 2, 5]);
    near(baseline('meanSquaredError', data, 2, 'linear'), 0.5);
  });
});
