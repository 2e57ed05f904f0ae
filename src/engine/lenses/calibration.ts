import type { Part } from '../trainer';
import { answeredOf, answersOf, classesOf, drops, labelOf, type PartAnswers } from './answers';
import type { LensView, Work } from './define';

export interface CalibrationAsk {
  readonly part: Part;
  /** How many bins of equal width the confidences from 0 to 1 fall into. */
  readonly bins: number;
  /** Masks that the mean of Monte Carlo dropout is taken over; 0: dropout off alone. */
  readonly passes: number;
}
export interface Reliability {
  /** Samples in each bin. */
  readonly counts: readonly number[];
  /** Mean confidence of each bin, and the share of right answers in it; NaN where it is empty. */
  readonly confidence: readonly number[];
  readonly accuracy: readonly number[];
  /** Expected calibration error: the mean distance of the two over all samples. */
  readonly ece: number;
  /** The largest of the distances. */
  readonly mce: number;
  /** Mean over samples of the squared distance of probabilities and label, summed over the classes: Brier (1950). */
  readonly brier: number;
}
export interface CalibrationAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly off: Reliability;
  /** Of the mean over masks; absent where the network drops nothing or no passes are asked for. */
  readonly monteCarlo?: Reliability & { readonly passes: number };
}

/**
 * Whether the network is as often right as it says: the confidence of an answer, which is the probability of the class
 * answered, against the share of right answers. Guo et al., "On Calibration of Modern Neural Networks" (2017), section 2: bins
 * (m-1)/M < p <= m/M.
 * @throws RangeError where numbers are learned, or the bins are no positive integer
 */
export function* calibration(view: LensView, { part, bins, passes }: CalibrationAsk): Work<CalibrationAnswer> {
  const { trainer, copies } = view;
  classesOf(trainer, 'calibration');
  if (!Number.isInteger(bins) || bins < 1) throw new RangeError(`Bins are a whole number from 1; found ${bins}.`);
  const { step } = trainer;
  const network = copies.answering();
  const off = reliability(yield* answersOf(view, part, 0, network), bins);
  if (passes === 0 || !drops(network)) return { step, off };
  const mean = yield* answersOf(view, part, passes, network);
  return { step, off, monteCarlo: { passes, ...reliability(mean, bins) } };
}

export function reliability(answers: PartAnswers, bins: number): Reliability {
  const { samples, count, columns, outputs } = answers;
  const counts = new Array<number>(bins).fill(0);
  const confident = new Array<number>(bins).fill(0);
  const right = new Array<number>(bins).fill(0);
  let brier = 0;
  for (let at = 0; at < count; at++) {
    const label = labelOf(samples, at);
    const answered = answeredOf(answers, at);
    const confidence = outputs[at * columns + answered];
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    counts[bin]++;
    confident[bin] += confidence;
    if (answered === label) right[bin]++;
    for (let c = 0; c < columns; c++) brier += (outputs[at * columns + c] - (c === label ? 1 : 0)) ** 2;
  }
  const confidence = confident.map((sum, i) => sum / counts[i]);
  const accuracy = right.map((sum, i) => sum / counts[i]);
  let ece = 0;
  let mce = 0;
  for (let i = 0; i < bins; i++) {
    if (counts[i] === 0) continue;
    const gap = Math.abs(accuracy[i] - confidence[i]);
    ece += (gap * counts[i]) / count;
    mce = Math.max(mce, gap);
  }
  return { counts, confidence, accuracy, ece, mce, brier: brier / count };
}
