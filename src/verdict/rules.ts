/** The rules of a verdict: from the figures of one epoch to what they say. */
import { type Gain, type Measured, NO_RANGE } from './measure';

export type VerdictKind =
  | 'tooEarly'
  | 'stillLearning'
  | 'underfitting'
  | 'rightFit'
  | 'overfitting'
  /** Neither the network nor its samples' neighbours know more than a constant. */
  | 'nothingToLearn'
  /** Without validation samples nobody can tell a right fit from one learned by heart. */
  | 'notValidated'
  | 'failed';

/** Shares of what there is to learn, and numbers of standard deviations, from which on something counts. */
export const LIMITS = {
  /** Epochs before which nothing is said. */
  early: 5,
  /** Of the epochs asked for, and in number, before which nobody is said to learn nothing. */
  begun: 0.15,
  begunEpochs: 8,
  /** In number, from which on a run has begun however many were asked for. */
  begunAnyway: 100,
  deviations: 2,
  gap: 0.3,
  rise: 0.15,
  /** Of what the samples' neighbours cost, what validation may cost without any overfitting. */
  granted: 0.5,
  /** What a network must know of its training samples for what it does elsewhere to count. */
  knows: 0.1,
  /** Of the whole range, a network should learn all but this, or as much as the samples' neighbours know. */
  left: 0.25,
  /** What is to come, and as a share of what is left to come, that makes it worth going on. */
  gain: 0.1,
  gainShare: 0.3,
  /** What a quarter of the run brings on training samples while they are being learned; where it brings ever more. */
  moving: 0.02,
  speeding: 0.01,
  /** How far above its lowest level training may be and still count as going down. */
  above: 0.02,
  /** Of the range, what those know that know nothing. */
  nothing: 0.95,
  /** Of the range: above it a network is far from what knowing nothing costs. */
  unlearning: 1.2,
  /** Of the range, by how much training may cost less with dropout on than off. */
  settling: 0.1,
} as const;

/**
 * How much a run overfits: 1 is where it begins to. The gap and the rise since the best epoch, as the sides of a right
 * angle; but nothing of a network that knows nothing of its training samples either, and no gap that anyone would have
 * here: validation is granted half of what asking the samples' neighbours costs.
 */
export function overScore(measured: Measured): number {
  const { train, validation = 0, gap, gapSpread, rise, riseSpread, range, least, learnable } = measured;
  const beyond = Math.min(gap, validation - LIMITS.granted * least);
  const ofGap = beyond / Math.max(LIMITS.deviations * gapSpread, LIMITS.gap * learnable);
  const ofRise = rise / Math.max(LIMITS.deviations * riseSpread, LIMITS.rise * learnable);
  const knows = Math.min(1, Math.max(0, (1 - train / range) / LIMITS.knows));
  return Math.hypot(Math.max(0, ofGap), ofRise) * knows;
}

/**
 * How much a run underfits: 1 is where it begins to. What is left on its training samples, in units of what may be: as much as
 * asking their neighbours leaves, for where nobody can tell more of the targets no network can either.
 */
export const underScore = ({ train, dropoutOn, range, least }: Measured): number =>
  Math.max(0, Math.min(train, dropoutOn) / Math.max(LIMITS.left * range, least));

/** A third of the scale up to 1, the outer third beyond. */
const outwards = (score: number): number => (score <= 1 ? score / 3 : 1 - 2 / (3 * score));

/** Where the scores put the needle of a network that does not learn any more: overfitting tells before underfitting does. */
export function placeAt(over: number, under: number): number {
  if (over >= 1) return outwards(over);
  return under >= 1 ? -outwards(under) : outwards(over) - outwards(under);
}

/** Evidence as it would be if there were so many times as much of it: what a verdict turns on. */
export interface Tilt {
  readonly over?: number;
  readonly under?: number;
  readonly learning?: number;
}

const isChange = ({ lately, spread }: Gain, learning: number): boolean =>
  lately * learning > LIMITS.deviations * spread;

/** Whether more training would pay: it has brought something lately, more than chance, and there is more to come. */
function isGaining(
  { train, validation = train, least, learnable, gain, trainGain }: Measured,
  learning: number,
): boolean {
  // Nothing gains more than it lacks. What neighbours cost can be beaten, so that a part of what is left is always open.
  const lacks = Math.max(LIMITS.gainShare * validation, validation - least);
  const coming = Math.min(gain.coming * learning, lacks);
  return (
    isChange(gain, learning) &&
    trainGain.lately > 0 &&
    coming > Math.max(LIMITS.gain * learnable, LIMITS.gainShare * lacks)
  );
}

/**
 * Whether training samples are still being learned, and not by heart: validation gains by it, if only a little. Coming back
 * from a jump is no learning.
 */
function isMoving(
  { train, lowestTrain, validation, range, learnable, gain, trainGain }: Measured,
  learning: number,
): boolean {
  if (!isChange(trainGain, learning) || train > lowestTrain + LIMITS.above * range) return false;
  const { lately, before } = trainGain;
  const enough = lately >= before ? LIMITS.speeding : LIMITS.moving;
  return (
    lately * learning > enough * learnable &&
    (validation === undefined || validation > range || isChange(gain, learning))
  );
}

/** Neither the network nor its samples' neighbours know more than the constant that costs the least. */
const knowsNothing = ({ neighbours = 0, lowest = Infinity, train, range }: Measured): boolean =>
  Math.min(neighbours, lowest, train) > LIMITS.nothing * range;

/** With dropout on training costs more, unless evaluation lags: by the averages of batch normalization, which settle late. */
const isSettling = ({ train, dropoutOn, range }: Measured, learning: number): boolean =>
  (train - dropoutOn) * learning > LIMITS.settling * range;

const hasBegun = ({ count, share }: Measured): boolean =>
  count >= LIMITS.begunAnyway || (share >= LIMITS.begun && (count >= LIMITS.begunEpochs || share >= 1));

/** What the figures of one epoch come to, and where they put the needle. */
export function judgeEpoch(m: Measured, tilt: Tilt = {}): { readonly kind: VerdictKind; readonly place?: number } {
  if (m.count < LIMITS.early) return { kind: 'tooEarly' };
  // All targets are the same.
  if (m.range <= NO_RANGE) return { kind: 'nothingToLearn' };
  const { learning = 1 } = tilt;
  const over = m.validation === undefined ? 0 : overScore(m) * (tilt.over ?? 1);
  const under = underScore(m) * (tilt.under ?? 1);
  if (over >= 1) return { kind: 'overfitting', place: placeAt(over, under) };
  if (knowsNothing(m)) {
    // First weights that are worse than knowing nothing are unlearned first.
    if (m.train > LIMITS.unlearning * m.range && isChange(m.trainGain, learning)) return { kind: 'stillLearning' };
    return { kind: hasBegun(m) ? 'nothingToLearn' : 'tooEarly' };
  }
  if (isSettling(m, learning)) return { kind: 'stillLearning' };
  if (isGaining(m, learning)) return { kind: 'stillLearning' };
  if (under >= 1) {
    if (isMoving(m, learning)) return { kind: 'stillLearning' };
    // A network that has not begun to learn is no network that cannot.
    return hasBegun(m) ? { kind: 'underfitting', place: placeAt(over, under) } : { kind: 'tooEarly' };
  }
  if (m.validation === undefined) return { kind: 'notValidated' };
  return { kind: 'rightFit', place: placeAt(over, under) };
}
