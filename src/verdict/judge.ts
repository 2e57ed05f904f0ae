/** From figures to a verdict: which it is, where it stands between under and over, and since when. */
import type { EpochRecord } from '../protocol/training';
import { type Gain, type Measured, Meter, type RunFacts } from './measure';

export type VerdictKind =
  | 'tooEarly'
  | 'stillLearning'
  | 'underfitting'
  | 'rightFit'
  | 'overfitting'
  /** Without validation samples nobody can tell a right fit from one learned by heart. */
  | 'notValidated'
  | 'failed';

export interface Judgement {
  readonly kind: VerdictKind;
  /** The first epoch of which it was true, from then on until now. */
  readonly since: number;
  /** On the scale from -1 (under) to 1 (over); a third of it is a right fit. Absent where it is too early to say. */
  readonly place?: number;
  /** Absent before the first epoch. */
  readonly measured?: Measured;
}

/** Shares of what there is to learn, and numbers of standard deviations, from which on something counts. */
export const LIMITS = {
  /** Epochs before which nothing is said. */
  early: 5,
  gap: 0.3,
  rise: 0.06,
  deviations: 2,
  /** Of what there is to learn, a network should learn all but this. */
  left: 0.27,
  gain: 0.1,
  /** What a quarter of the run brings on training samples while they are being learned. */
  moving: 0.02,
  /** Of the epochs asked for, and in number, before which nobody is said to learn nothing. */
  begun: 0.15,
  begunEpochs: 10,
  /** What a network must know of its training samples for what it does elsewhere to count. */
  knows: 0.2,
} as const;

/**
 * How much a run overfits: 1 is where it begins to. The gap and the rise since the best epoch, as the sides of a right
 * angle; but nothing of a network that knows nothing of its training samples either.
 */
export function overScore({ train, gap, gapSpread, rise, riseSpread, range }: Measured): number {
  const ofGap = gap / Math.max(LIMITS.deviations * gapSpread, LIMITS.gap * range);
  const ofRise = rise / Math.max(LIMITS.deviations * riseSpread, LIMITS.rise * range);
  const knows = Math.min(1, Math.max(0, (1 - train / range) / LIMITS.knows));
  return Math.hypot(Math.max(0, ofGap), ofRise) * knows;
}

/** How much a run underfits: 1 is where it begins to. What it has left on its training samples, and no gap beside. */
export function underScore({ train, gap, gapSpread, range }: Measured): number {
  const left = train / (LIMITS.left * range);
  const beside = Math.max(0, gap) / Math.max(LIMITS.deviations * gapSpread, (LIMITS.gap / 2) * range);
  return Math.max(0, left * (1 - Math.min(1, beside) / 2));
}

/** A third of the scale up to 1, the outer third beyond. */
const outwards = (score: number): number => (score <= 1 ? score / 3 : 1 - 2 / (3 * score));

/** Whether more training would pay: it has brought something lately, more than chance, and there is more to come. */
const isGaining = ({ lately, spread, coming }: Gain, range: number): boolean =>
  lately > LIMITS.deviations * spread && coming > LIMITS.gain * range;

/** Whether training samples are still being learned, and not by heart: validation gains by it, if only a little. */
const isMoving = ({ gain, trainGain, range, validation }: Measured): boolean =>
  trainGain.lately > Math.max(LIMITS.moving * range, LIMITS.deviations * trainGain.spread) &&
  (validation === undefined || validation > range || gain.lately > LIMITS.deviations * gain.spread);

const hasBegun = ({ count, share }: Measured): boolean =>
  share >= LIMITS.begun && (count >= LIMITS.begunEpochs || share >= 1);

export function judgeEpoch(m: Measured): { readonly kind: VerdictKind; readonly place?: number } {
  if (m.count < LIMITS.early) return { kind: 'tooEarly' };
  const over = m.validation === undefined ? 0 : overScore(m);
  const under = underScore(m);
  if (over >= 1) return { kind: 'overfitting', place: outwards(over) };
  if (isGaining(m.gain, m.range) && m.trainGain.lately > 0.01 * m.range) return { kind: 'stillLearning' };
  if (under >= 1) {
    if (isMoving(m)) return { kind: 'stillLearning' };
    // A network that has not begun to learn is no network that cannot.
    return hasBegun(m) ? { kind: 'underfitting', place: -outwards(under) } : { kind: 'tooEarly' };
  }
  if (m.validation === undefined) return { kind: 'notValidated' };
  return { kind: 'rightFit', place: outwards(over) - outwards(under) };
}

/** How the weights of an epoch fit that is known to have been the best: there was nothing more to gain. */
export function judgeKept(measured: Measured): Judgement {
  const over = overScore(measured);
  const under = underScore(measured);
  const since = measured.epoch;
  if (over >= 1) return { kind: 'overfitting', since, place: outwards(over), measured };
  if (under >= 1) return { kind: 'underfitting', since, place: -outwards(under), measured };
  return { kind: 'rightFit', since, place: outwards(over) - outwards(under), measured };
}

/** Epochs in a row that must say something else before the verdict changes. */
const PATIENCE = 2;

/** Judges a run as its epochs come in. */
export class Judge {
  readonly #meter: Meter;
  #judged: Judgement = { kind: 'tooEarly', since: 1 };
  /** What epochs say since which one, where that is not the verdict. */
  #other: { readonly kind: VerdictKind; readonly since: number; readonly count: number } | undefined;

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
    if (kind === was.kind) {
      this.#other = undefined;
      return (this.#judged = { kind, since: was.since, place, measured });
    }
    const other = this.#other?.kind === kind ? this.#other : { kind, since: record.epoch, count: 0 };
    this.#other = { ...other, count: other.count + 1 };
    // The first word is said as soon as there is one.
    if (was.kind === 'tooEarly' || this.#other.count >= PATIENCE) {
      this.#judged = { kind, since: this.#other.since, place, measured };
      this.#other = undefined;
    } else this.#judged = { ...was, measured };
    return this.#judged;
  }
}
