/** From figures to a verdict: which it is, where it stands between under and over, and since when. */
import type { EpochRecord } from '../protocol/training';
import { CLOSE, runnerUp, type RunnerUp } from './certainty';
import { type Gain, type Measured, Meter, NO_RANGE, type RunFacts } from './measure';

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

export interface Judgement {
  readonly kind: VerdictKind;
  /** The epoch that its evidence began with, which is before there was enough of it to say so. */
  readonly since: number;
  /** On the scale from -1 (under) to 1 (over); a third of it is a right fit. Absent where it is too early to say. */
  readonly place?: number;
  /** What else it may well be; absent: it is clear. */
  readonly closeTo?: RunnerUp;
  /** Absent before the first epoch. */
  readonly measured?: Measured;
}

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
function placeAt(over: number, under: number): number {
  if (over >= 1) return outwards(over);
  return under >= 1 ? -outwards(under) : outwards(over) - outwards(under);
}

/** On the scale, from where to where it may stand: as far as evidence goes that is close to what was measured. */
export function reachOf(measured: Measured): readonly [number, number] {
  const over = measured.validation === undefined ? 0 : overScore(measured);
  const under = underScore(measured);
  return [placeAt(over / CLOSE.lessOver, under * CLOSE.under), placeAt(over * CLOSE.over, under / CLOSE.under)];
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

/** How the weights of an epoch fit that is known to have been the best: there was nothing more to gain. */
export function judgeKept(measured: Measured): Judgement {
  const fit = (tilt: Tilt): { readonly kind: VerdictKind; readonly place: number } => {
    const over = overScore(measured) * (tilt.over ?? 1);
    const under = underScore(measured) * (tilt.under ?? 1);
    return { kind: over >= 1 ? 'overfitting' : under >= 1 ? 'underfitting' : 'rightFit', place: placeAt(over, under) };
  };
  const { kind, place } = fit({});
  const closeTo = runnerUp(kind, (tilt) => fit(tilt).kind);
  return { kind, since: measured.epoch, place, ...(closeTo && { closeTo }), measured };
}

/** Epochs in a row that must say something else before the verdict changes. */
const PATIENCE = 2;

/** Judges a run as its epochs come in. */
export class Judge {
  readonly #meter: Meter;
  #judged: Judgement = { kind: 'tooEarly', since: 1 };
  /** What epochs say since which one, where that is not the verdict. */
  #other: { readonly kind: VerdictKind; readonly since: number; readonly count: number } | undefined;
  /** The epoch at which it was last found not to overfit any more. */
  #recovered = 0;

  constructor(facts: RunFacts) {
    this.#meter = new Meter(facts);
  }

  get judgement(): Judgement {
    return this.#judged;
  }

  add(record: EpochRecord): Judgement {
    const measured = this.#meter.add(record);
    const { kind, place } = judgeEpoch(measured);
    const was = this.#judged;
    const judge = (as: VerdictKind, since: number): Judgement => {
      const closeTo = runnerUp(as, (tilt) => judgeEpoch(measured, tilt).kind, measured.share);
      // Where the newest epoch says something else, it is no needle for what is said.
      const at = as === kind ? place : was.place;
      return { kind: as, since, ...(at !== undefined && { place: at }), ...(closeTo && { closeTo }), measured };
    };
    if (kind === was.kind) {
      this.#other = undefined;
      return (this.#judged = judge(kind, was.since));
    }
    const other = this.#other?.kind === kind ? this.#other : { kind, since: measured.epoch, count: 0 };
    this.#other = { ...other, count: other.count + 1 };
    // The first word is said as soon as there is one.
    if (was.kind === 'tooEarly' || this.#other.count >= PATIENCE) {
      if (was.kind === 'overfitting') this.#recovered = this.#other.since;
      this.#judged = judge(kind, this.#beganAt(kind, this.#other.since));
      this.#other = undefined;
    } else this.#judged = judge(was.kind, was.since);
    return this.#judged;
  }

  /**
   * Where the evidence began of what epochs have said since `said`. They were judged by levels, and a level is that of the middle one
   * of its epochs; and where validation has risen, it began to when it was last as low as it ever was.
   */
  #beganAt(kind: VerdictKind, said: number): number {
    const middle = this.#meter.middleOf(said);
    if (kind !== 'overfitting') return middle;
    return Math.max(this.#recovered, Math.min(middle, this.#meter.turn ?? middle));
  }
}
