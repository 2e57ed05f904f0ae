/** What goes wrong in training without ending it: losses that explode, networks that do not move. */
import type { EndRecord, EpochRecord } from '../protocol/training';
import type { RunFacts } from './measure';
import { median, robustLine } from './statistics';

export interface Failure {
  readonly kind: 'notFinite' | 'exploding' | 'stuck' | 'broken';
  /** What is wrong, with its figures. */
  readonly message: string;
  /** The layer where it began, where the engine could tell. */
  readonly layer?: string;
}

/** Times what knowing nothing costs: no network gets so much worse by learning; beyond the second, one epoch will do. */
const EXPLODED = 3;
const EXPLODED_AT_ONCE = 1000;
/** Epochs of which all must be that bad, or one where most are of as many as are looked at, ten at least. */
const EXPLODED_EPOCHS = 3;
const MANY_EPOCHS = 10;
const LOOKED_AT = 30;
/** Of the steps from epoch to epoch, so many go down where a loss is coming down: of chance alone half do. */
const FALLING = 0.75;
/** Epochs over which a loss that should fall stands still, and the share of it that is standing still. */
const STUCK_EPOCHS = 10;
const STUCK_SHARE = 1e-4;
/** Of what knowing nothing costs: whoever was never below for so many epochs in a row has learned nothing. */
const NOTHING = 0.98;
const LEARNED_EPOCHS = 3;
/** Of the same, what a sample's neighbours cost at most where there is something to learn. */
const SOMETHING = 0.9;
/** Of the epochs asked for, before which nobody is said to have learned nothing. */
const BEGUN = 0.15;

/** Says what failed in a run, or undefined where nothing did. */
export function failureOf(
  history: readonly EpochRecord[],
  facts: RunFacts,
  end: EndRecord | undefined,
  show: (loss: number) => string,
): Failure | undefined {
  if (end?.reason === 'nan')
    return {
      kind: 'notFinite',
      message: end.message ?? 'The loss is no longer a finite number.',
      ...(end.layer !== undefined && { layer: end.layer }),
    };
  if (history.length === 0) return undefined;
  // Of targets that are all the same, knowing nothing costs nothing: any loss is many times that.
  if (facts.baseline === 0) return undefined;
  const range = facts.baseline ?? history[0].trainDropoutOff.loss;
  return explodingOf(history, range, show) ?? stuckOf(history, range, facts, show);
}

/**
 * Far above what knowing nothing costs, and not on the way down. First weights may be that bad as well, where targets are
 * large numbers: they are unlearned, epoch for epoch.
 */
function explodingOf(
  history: readonly EpochRecord[],
  range: number,
  show: (loss: number) => string,
): Failure | undefined {
  if (history.length === 1) return undefined;
  const last = history[history.length - 1];
  const newest = history.slice(-LOOKED_AT).map((e) => e.trainDropoutOff.loss);
  const isBad = (loss: number): boolean => loss > EXPLODED * range;
  let loss = last.trainDropoutOff.loss;
  if (!(loss > EXPLODED_AT_ONCE * range && loss > history[0].trainDropoutOff.loss)) {
    const three = newest.slice(-EXPLODED_EPOCHS);
    const all = three.length === EXPLODED_EPOCHS && three.every(isBad);
    // It may jump about so wildly that single epochs come out well.
    const most = newest.length >= MANY_EPOCHS && isBad(median(newest)) && three.some(isBad);
    if (!all && !most) return undefined;
    const ten = newest.slice(-MANY_EPOCHS);
    const falls = ten.filter((l, i) => i > 0 && l < ten[i - 1]).length;
    if (falls >= FALLING * (ten.length - 1)) return undefined;
    if (!isBad(loss)) loss = median(newest);
  }
  const lowest = history.reduce((least, e) => Math.min(least, e.trainDropoutOff.loss), Infinity);
  return {
    kind: 'exploding',
    message: `The training loss ${loss > 2 * lowest ? 'has grown to' : 'stands at'} ${show(loss)} by step ${counted(last.step)} (epoch ${counted(last.epoch)}), and does not come down; knowing nothing costs ${show(range)}. The steps are too large: each throws the weights past what it aims at.`,
  };
}

/** 12345 as 12,345, as the page writes it. */
const counted = (n: number): string => n.toLocaleString('en');

function stuckOf(
  history: readonly EpochRecord[],
  range: number,
  { neighbours = Infinity, epochs }: RunFacts,
  show: (loss: number) => string,
): Failure | undefined {
  if (history.length < STUCK_EPOCHS) return undefined;
  const newest = history.slice(-STUCK_EPOCHS).map((e) => e.trainDropoutOff.loss);
  const last = newest[newest.length - 1];
  const moved = Math.max(...newest) - Math.min(...newest);
  if (moved <= STUCK_SHARE * range && last >= 0.5 * range)
    return {
      kind: 'stuck',
      message: `The training loss has stood at ${show(last)} since epoch ${counted(history[history.length - STUCK_EPOCHS].epoch)}: no step changes what the network answers. Its units may all be silent, its gradients too small, or its answers so sure that none is left.`,
    };
  if (median(newest) < NOTHING * range) return undefined;
  // That a sample's neighbours do better says that there is something to learn.
  if (neighbours > SOMETHING * range || history.length < BEGUN * epochs) return undefined;
  const { slope, error } = robustLine(newest);
  if (median(newest) > EXPLODED * range || slope < -2 * error) return undefined;
  // A single epoch that came out well is no learning.
  let below = 0;
  for (const { trainDropoutOff } of history) {
    below = trainDropoutOff.loss < NOTHING * range ? below + 1 : 0;
    if (below === LEARNED_EPOCHS) return undefined;
  }
  return {
    kind: 'stuck',
    message: `The training loss stands at ${show(last)} after ${counted(history.length)} epochs; knowing nothing costs ${show(range)}, and asking a sample's nearest neighbours ${show(neighbours)}. There is something to learn, and the network has learned none of it.`,
  };
}
