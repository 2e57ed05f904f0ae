import type { Parameters } from '../../model/spec';

/** What every schedule takes. The bounds are those of a rate. */
export const fromTo = {
  from: { type: 'number', title: 'From', help: 'The rate in the first epoch.', min: 0, below: 1, step: 0.01 },
  to: { type: 'number', title: 'To', help: 'The rate at the end.', min: 0, below: 1, step: 0.01 },
  epochs: {
    type: 'integer',
    title: 'Epochs',
    help: 'After so many epochs the rate is "to", and stays there.',
    min: 1,
    max: 1_000_000,
    step: 1,
  },
} as const satisfies Parameters;

export const fromToExample = { from: 0, to: 0.5, epochs: 20 };

/** `share` of the way, from 0 on: exactly `to` at its end. */
export const along = (from: number, to: number, share: number): number =>
  share >= 1 ? to : from + (to - from) * share;
