import type { Part } from '../trainer';
import { answersOf, classesOf, labelOf } from './answers';
import type { LensView, Work } from './define';

export interface RankingAsk {
  readonly part: Part;
  /** Class index that counts as positive, against the rest. */
  readonly positive: number;
}
/** The curve's corners, from the highest threshold down. */
export interface RankingCurve {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Samples at least this likely to be positive count as such: Infinity where none do. */
  readonly thresholds: Float64Array;
}
export interface RankingAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly positives: number;
  readonly negatives: number;
  /** x: share of the others taken for positive; y: share of the positive ones found. */
  readonly roc: RankingCurve;
  /** The area below `roc`. */
  readonly auc: number;
  /** x: recall; y: precision. */
  readonly precisionRecall: RankingCurve;
  /** Sum over thresholds of (recall - recall before) x precision. */
  readonly averagePrecision: number;
}

/** Corners that a curve is drawn with at most: more than a screen has pixels for it. */
const MOST_POINTS = 400;

/**
 * How well the probability of one class ranks its samples before all others, dropout off: the ROC and the precision-recall
 * curve, as scikit-learn's roc_curve and precision_recall_curve; AUC with the trapezoidal rule, which counts ties one half.
 * @throws RangeError where numbers are learned, the class is none, or all samples or none are of it
 */
export function* ranking(view: LensView, { part, positive }: RankingAsk): Work<RankingAnswer> {
  const { trainer } = view;
  const names = classesOf(trainer, 'a ROC curve');
  if (!(positive in names))
    throw new RangeError(`There is no class ${positive}: the classes are 0 to ${names.length - 1}.`);
  const { step } = trainer;
  const { samples, count, columns, outputs } = yield* answersOf(view, part);
  const scores = Float64Array.from({ length: count }, (_, at) => outputs[at * columns + positive]);
  const wanted = Uint8Array.from(scores, (_, at) => (labelOf(samples, at) === positive ? 1 : 0));
  return { step, ...curvesOf(scores, wanted, `"${names[positive]}"`) };
}

/** @param wanted 1 where a sample is positive */
export function curvesOf(scores: Float64Array, wanted: Uint8Array, name: string): Omit<RankingAnswer, 'step'> {
  const positives = wanted.reduce((sum, one) => sum + one, 0);
  const negatives = wanted.length - positives;
  if (positives === 0 || negatives === 0)
    throw new RangeError(
      `${positives === 0 ? 'None' : 'All'} of these samples are ${name}: there is nothing to rank before anything else.`,
    );
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const found: { threshold: number; true: number; false: number }[] = [{ threshold: Infinity, true: 0, false: 0 }];
  let right = 0;
  for (let i = 0; i < order.length; i++) {
    right += wanted[order[i]];
    // A threshold takes in all samples of one score at once.
    if (i + 1 < order.length && scores[order[i + 1]] === scores[order[i]]) continue;
    found.push({ threshold: scores[order[i]], true: right, false: i + 1 - right });
  }
  let auc = 0;
  let averagePrecision = 0;
  for (let i = 1; i < found.length; i++) {
    const [now, before] = [found[i], found[i - 1]];
    auc += ((now.false - before.false) / negatives) * ((now.true + before.true) / 2 / positives);
    averagePrecision += ((now.true - before.true) / positives) * (now.true / (now.true + now.false));
  }
  const drawn = thinned(found);
  const curve = (x: (p: (typeof found)[number]) => number, y: (p: (typeof found)[number]) => number): RankingCurve => ({
    x: Float64Array.from(drawn, x),
    y: Float64Array.from(drawn, y),
    thresholds: Float64Array.from(drawn, (p) => p.threshold),
  });
  return {
    positives,
    negatives,
    auc,
    averagePrecision,
    roc: curve(
      (p) => p.false / negatives,
      (p) => p.true / positives,
    ),
    precisionRecall: curve(
      (p) => p.true / positives,
      // Where nothing is taken for positive, nothing is taken wrongly.
      (p) => (p.true + p.false === 0 ? 1 : p.true / (p.true + p.false)),
    ),
  };
}

/** The first and the last point, and evenly spaced ones between. */
function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round(i * step)]);
}
