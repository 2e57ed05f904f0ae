/**
 * What training has come to, and what to do about it: pure, the same for the page, the status bar and the command line.
 * docs/verdict.md says how it judges, and how well.
 */
import type { Model } from '../model/model';
import type { EndRecord, EpochRecord } from '../protocol/training';
import { failureOf, type Failure } from './failures';
import { Judge, type Judgement, judgeKept } from './judge';
import type { RunFacts } from './measure';

export { RELIABILITY, type RunnerUp } from './certainty';
export { reachOf, type Judgement } from './judge';
export type { VerdictKind } from './rules';
export type { Gain, Measured, RunFacts } from './measure';
export { failureOf, type Failure } from './failures';
export { compareWithTwin, type Comparison, type ComparisonRow } from './twin';
export { remediesFor, type Remedy, type RemedyAction, type RemedyFacts } from './remedies/index';
export {
  briefVerdict,
  closeCall,
  doubtOf,
  evidenceOf,
  headline,
  spokenVerdict,
  titleOf,
  type EvidenceRow,
  type Figures,
} from './words';

/** What is known of a run beside its curves. */
export function factsOf(
  model: Model,
  data: Omit<RunFacts, 'epochs' | 'loss' | 'labelNoise'>,
  epochs: number,
): RunFacts {
  const { train, validation, classes, inputs, baseline, neighbours } = data;
  const labelNoise = model.data?.params.labelNoise;
  return {
    ...{ epochs, train, validation, classes, inputs, baseline, neighbours },
    loss: model.training?.loss.kind ?? '',
    labelNoise: typeof labelNoise === 'number' ? labelNoise : 0,
  };
}

/** Judges the curves of one run after another, each epoch once, however often it is asked. */
export class Verdicts {
  #key: string | undefined;
  #judge: Judge | undefined;
  #judged = 0;

  /** @param run names the run: another one is judged from its first epoch on */
  of(run: string, facts: RunFacts, history: readonly EpochRecord[]): Judgement {
    const key = JSON.stringify([run, facts]);
    if (!this.#judge || key !== this.#key || history.length < this.#judged) {
      this.#key = key;
      this.#judge = new Judge(facts);
      this.#judged = 0;
    }
    for (; this.#judged < history.length; this.#judged++) this.#judge.add(history[this.#judged]);
    return this.#judge.judgement;
  }
}

/** Judges all of a run at once. */
export const verdictOf = (facts: RunFacts, history: readonly EpochRecord[]): Judgement =>
  new Verdicts().of('', facts, history);

/** Of a run that ended with the weights of an earlier epoch: how those fit. */
export function verdictOfKept(facts: RunFacts, history: readonly EpochRecord[], epoch: number): Judgement {
  const { measured, ...judgement } = verdictOf(
    facts,
    history.filter((e) => e.epoch <= epoch),
  );
  return measured ? judgeKept(measured) : judgement;
}

/** What a run has come to; what failed takes the place of the judgement. */
export interface RunVerdict {
  readonly judgement: Judgement;
  readonly failure?: Failure;
}

/**
 * The one verdict on a run, whoever shows it: while it trains, once it has ended, and read from disk.
 * @param end once it has; with the weights of an earlier epoch kept, these are judged
 * @param show how the caller writes a loss
 * @param judged what the curves came to, where that is known already
 */
export function judgeRun(
  facts: RunFacts,
  history: readonly EpochRecord[],
  end: EndRecord | undefined,
  show: (loss: number) => string,
  judged?: Judgement,
): RunVerdict {
  const judgement =
    end?.kept === undefined ? (judged ?? verdictOf(facts, history)) : verdictOfKept(facts, history, end.kept);
  const failure = failureOf(history, facts, end, show);
  return { judgement, ...(failure && { failure }) };
}
