import type { Part } from '../trainer';
import { answersOf, seenSample, type SeenSample } from './answers';
import type { LensView, Work } from './define';

export interface WorstAsk {
  readonly part: Part;
  /** How many are wanted. */
  readonly count: number;
}
export interface WorstAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  /** Those with the largest loss, dropout off, the largest first. */
  readonly samples: readonly SeenSample[];
  /** Samples there are. */
  readonly of: number;
  readonly meanLoss: number;
  /** Of the training set: how many labels were drawn anew by label noise, and how many of those are among `samples`. */
  readonly noisy: { readonly all: number; readonly here: number };
}

/** @throws RangeError where there are none of the part, or `count` is no positive integer */
export function* worst(view: LensView, { part, count }: WorstAsk): Work<WorstAnswer> {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`The worst samples are a whole number from 1; found ${count}.`);
  const { step } = view.trainer;
  const answers = yield* answersOf(view, part);
  const { losses } = answers;
  const order = Uint32Array.from(losses, (_, i) => i).sort((a, b) => losses[b] - losses[a] || a - b);
  const samples = Array.from(order.subarray(0, count), (at) => seenSample(view, part, answers, at));
  return {
    step,
    samples,
    of: answers.count,
    meanLoss: losses.reduce((sum, loss) => sum + loss, 0) / answers.count,
    noisy: {
      all: part === 'train' ? (view.noisy?.length ?? 0) : 0,
      here: samples.filter((s) => s.noisy).length,
    },
  };
}
