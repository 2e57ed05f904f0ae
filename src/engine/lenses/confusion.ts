import type { Metrics } from '../records';
import type { Part } from '../trainer';
import { Evaluation } from '../evaluation';
import { answeredOf, answersOf, classesOf, labelOf, partOf, seenSample, type SeenSample } from './answers';
import type { LensView, Work } from './define';

export interface ConfusionAsk {
  readonly part: Part;
  /** Whose samples are wanted too: the class that was right, and the class answered. */
  readonly cell?: readonly [right: number, answered: number];
}
export interface ConfusionAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly metrics: Metrics;
  /** A row for each class that was right, in it a number for each class answered, in the order of the target's names. */
  readonly counts: readonly (readonly number[])[];
  /** Of the cell asked for: those with the largest loss, at most MOST_SAMPLES. */
  readonly samples?: readonly SeenSample[];
}

export const MOST_SAMPLES = 24;

/** Measures a part of the data, dropout off, by the weights as they stand. */
export function* confusion(view: LensView, { part, cell }: ConfusionAsk): Work<ConfusionAnswer> {
  const { trainer, copies } = view;
  const { dataset, step } = trainer;
  classesOf(trainer, 'a confusion matrix');
  const samples = partOf(trainer, part);
  const network = copies.answering();
  const evaluation = new Evaluation(network, dataset.target, samples.count, network.model.training?.metrics);
  evaluation.start(samples);
  while (!evaluation.isComplete) {
    evaluation.advance();
    yield;
  }
  const answer = { step, metrics: evaluation.metrics(), counts: evaluation.confusion()! };
  if (!cell) return answer;
  // By the same copy, that is, the weights of the same moment.
  const answers = yield* answersOf(view, part, 0, network);
  const places: number[] = [];
  for (let at = 0; at < answers.count; at++)
    if (labelOf(samples, at) === cell[0] && answeredOf(answers, at) === cell[1]) places.push(at);
  places.sort((a, b) => answers.losses[b] - answers.losses[a] || a - b);
  return { ...answer, samples: places.slice(0, MOST_SAMPLES).map((at) => seenSample(view, part, answers, at)) };
}
