/** From figures to a verdict: which it is, where it stands between under and over, how sure that is, and since when. */
import type { EpochRecord } from '../protocol/training';
import { CLOSE, runnerUp, type RunnerUp } from './certainty';
import { type Measured, Meter, type RunFacts } from './measure';
import { judgeEpoch, overScore, placeAt, type Tilt, underScore, type VerdictKind } from './rules';

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

/** On the scale, from where to where it may stand: as far as evidence goes that is close to what was measured. */
export function reachOf(measured: Measured): readonly [number, number] {
  const over = measured.validation === undefined ? 0 : overScore(measured);
  const under = underScore(measured);
  return [placeAt(over / CLOSE.lessOver, under * CLOSE.under), placeAt(over * CLOSE.over, under / CLOSE.under)];
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
