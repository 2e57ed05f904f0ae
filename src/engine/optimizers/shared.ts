import type { Parameters } from '../../model/spec';

/** Parameters that several optimizers take alike. */
export const beta1 = {
  type: 'number',
  title: 'Beta 1',
  help: 'How much of the running average of gradients is kept at each step.',
  min: 0,
  below: 1,
  step: 0.01,
  default: 0.9,
} as const;
export const beta2 = {
  type: 'number',
  title: 'Beta 2',
  help: 'How much of the running average of squared gradients is kept at each step.',
  min: 0,
  below: 1,
  step: 0.001,
  default: 0.999,
} as const;

export const rateOf = <const D extends number>(value: D, help: string) =>
  ({ type: 'number', title: 'Learning rate', help, above: 0, max: 10, step: value / 2, default: value }) as const;
export const epsilonOf = <const D extends number>(value: D) =>
  ({
    type: 'number',
    title: 'Epsilon',
    help: 'Added to the divisor, so that a weight whose gradients are all near 0 does not leap.',
    above: 0,
    max: 1,
    default: value,
  }) as const;

export const adamParameters = {
  learningRate: rateOf(0.001, 'About how far one step may move a weight.'),
  beta1,
  beta2,
  epsilon: epsilonOf(1e-8),
} as const satisfies Parameters;
