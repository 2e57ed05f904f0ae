// What a run had come to at an epoch, by what no verdict can see: its loss on fresh samples, what others reached, its future.
import type { EpochRecord } from '../../../src/engine/records';

export type Truth = 'stillLearning' | 'underfitting' | 'rightFit' | 'overfitting' | 'nothingToLearn';

export interface Ran {
  /** All epochs, those beyond the told ones too. */
  readonly history: readonly EpochRecord[];
  /** Loss on fresh samples after each epoch. */
  readonly fresh: readonly number[];
  /** Loss of the best constant answer on training samples. */
  readonly baseline: number;
  /** What an honest network cannot get below on training samples whose labels are partly wrong. */
  readonly floor: number;
  /** What its doubts about them cost it on fresh samples, whose labels are right. */
  readonly doubt: number;
}

const EXPLODED = 3;

/** How many epochs around one are taken together: a single lucky epoch says nothing. */
const AROUND = 2;

/**
 * What a run had come to after an epoch; undefined where it is between two of them and both could be said, and where
 * neighbouring epochs would be told something else. Losses are medians of five epochs, counted in shares of what there was
 * to learn: 0 is the best any run of the task reached on fresh samples, 1 knows nothing.
 *
 * - nothing, where training costs three times what knowing nothing does: steps are too large, or first weights not unlearned.
 * - overfitting: by training on it lost more than a tenth of that on fresh samples, and not on its training samples, of
 *   which it knows half or more; or
 *   fresh samples cost it 0.35 more than those it trained on, on which it does better than anyone can on fresh ones.
 * - still learning: before it has trained twice as long as it was to, it will gain more than a tenth on fresh samples, and
 *   more than 0.3 of what it lacks. (Who gains less, and is far off, is too slow: both could be said.)
 * - underfitting: even on its training samples it is more than 0.15 worse than the best on fresh ones, and will not gain.
 * - right fit: within 0.06 of the best on fresh samples, and no more than 0.03 worse than it was itself.
 * - nothing to learn: no network of the task did better on fresh samples than a constant by more than 0.06, and this one
 *   knows no more than that constant either.
 */
export function truthAt(ran: Ran, best: number, at: number): Truth | undefined {
  const told = Array.from({ length: 2 * AROUND + 1 }, (_, i) => at - AROUND + i)
    .filter((i) => i >= AROUND && i < ran.history.length - AROUND)
    .map((i) => tellAt(ran, best, i));
  return told.length > 0 && told.every((truth) => truth === told[0]) ? told[0] : undefined;
}

function tellAt({ history, fresh, baseline, floor, doubt }: Ran, best: number, at: number): Truth | undefined {
  if (history[at].trainDropoutOff.loss > EXPLODED * baseline) return undefined;
  const range = Math.max(baseline - best, 0.5 * baseline);
  const nothing = baseline - best < 0.06 * baseline;
  const losses = fresh.map((loss) => (loss - best) / range);
  // On labels that are partly wrong, an honest network costs what its being wrong so often does, besides what is hard anyway.
  const least = floor > 0 ? floor + Math.max(0, best - doubt) : best;
  const trainLosses = history.map((e) => (e.trainDropoutOff.loss - least) / range);
  const median = (values: readonly number[], i: number): number =>
    values.slice(i - AROUND, i + AROUND + 1).sort((a, b) => a - b)[AROUND];
  const places = Array.from({ length: fresh.length - 2 * AROUND }, (_, i) => i + AROUND);
  const now = median(losses, at);
  const train = median(trainLosses, at);
  const lowest = (from: readonly number[]): number =>
    from.reduce((a, b) => (median(losses, b) < median(losses, a) ? b : a));
  const bestBefore = lowest(places.filter((i) => i <= at));
  const ever = median(losses, bestBefore);
  const future = median(losses, lowest(places.filter((i) => i >= at)));
  const gap = now - train;
  if (now - ever > 0.1 && gap > 0.1 && train < 0.5 && train < median(trainLosses, bestBefore) + 0.03)
    return 'overfitting';
  if (!nothing && train <= 0 && now > 0.15 && gap > 0.35) return 'overfitting';
  if (now - future > Math.max(0.1, 0.3 * now)) return 'stillLearning';
  if (nothing) return gap < 0.1 && Math.abs(now) < 0.15 && now - ever < 0.05 ? 'nothingToLearn' : undefined;
  if (train > 0.15 && now > 0.15 && now - future < 0.04) return 'underfitting';
  if (now < 0.06 && now - ever < 0.03 && now - future < 0.05) return 'rightFit';
  return undefined;
}
