import { Evaluation } from '../evaluation';
import type { Metrics } from '../records';
import type { Ask, LensView, Work } from './define';

export interface ConfusionAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly metrics: Metrics;
  /** A row for each class that was right, in it a number for each class answered, in the order of the target's names. */
  readonly counts: readonly (readonly number[])[];
}

/** Measures a part of the data, dropout off, by the weights as they stand. */
export function* confusion(
  { trainer: { dataset, step }, copies }: LensView,
  { part }: Ask<'confusion'>,
): Work<ConfusionAnswer> {
  const samples = dataset[part];
  if (dataset.target.type !== 'classes')
    throw new RangeError('The target is a number: only classes can be mistaken for each other.');
  if (samples.count === 0) throw new RangeError(`There are no ${part} samples. Give them a share in "split".`);
  const network = copies.answering();
  const evaluation = new Evaluation(network, dataset.target, samples.count, network.model.training?.metrics);
  evaluation.start(samples);
  while (!evaluation.isComplete) {
    evaluation.advance();
    yield;
  }
  return { step, metrics: evaluation.metrics(), counts: evaluation.confusion()! };
}
