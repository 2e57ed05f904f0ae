import { figure } from '../model/figures';
import { type Figures, judgeRun, type RunFacts, type RunVerdict, spokenVerdict, type VerdictKind } from '../verdict';
import type { EndRecord, EpochRecord } from '../engine/records';

/** What a run has come to, as events and the last line say it. */
export interface SaidVerdict {
  readonly kind: VerdictKind;
  readonly failure?: string;
  /** First epoch of which it was true. */
  readonly since: number;
  /** From -1 (under) to 1 (over); absent where there is no saying. */
  readonly place?: number;
  /** What else it may well be; absent: it is clear. */
  readonly closeTo?: VerdictKind;
  readonly text: string;
}

const figures: Figures = {
  loss: figure,
  signed: (value) => `${value < 0 ? '' : '+'}${figure(value)}`,
  percent: (share) => `${Math.round(100 * share)}%`,
};

/** @param history of all epochs, those before a run was gone on with too */
export const verdictOn = (facts: RunFacts, history: readonly EpochRecord[], end: EndRecord | undefined): SaidVerdict =>
  said(judgeRun(facts, history, end, figure));

/** The words of a verdict; none for what failed, which is told with its reason anyway. */
export function said({ judgement, failure }: RunVerdict): SaidVerdict {
  const { since, place, closeTo } = judgement;
  const kind = failure?.kind === 'notFinite' ? 'failed' : judgement.kind;
  const text = kind === 'failed' ? '' : spokenVerdict(judgement, figures, failure);
  return {
    kind,
    ...(failure && { failure: failure.kind }),
    since,
    ...(place !== undefined && { place }),
    ...(closeTo && { closeTo: closeTo.kind }),
    text,
  };
}
