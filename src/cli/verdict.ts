import { baselineLoss } from '../engine/baseline';
import { neighbourLoss } from '../engine/neighbours';
import type { EpochRecord } from '../engine/records';
import type { Trainer } from '../engine/trainer';
import {
  factsOf,
  failureOf,
  type Figures,
  spokenVerdict,
  verdictOf,
  verdictOfKept,
  type VerdictKind,
} from '../verdict';
import { figure } from './text';

/** What a run has come to, as events and the last line say it. */
export interface SaidVerdict {
  readonly kind: VerdictKind;
  readonly failure?: string;
  /** First epoch of which it was true. */
  readonly since: number;
  /** From -1 (under) to 1 (over); absent where there is no saying. */
  readonly place?: number;
  readonly text: string;
}

const figures: Figures = {
  loss: figure,
  signed: (value) => `${value < 0 ? '' : '+'}${figure(value)}`,
  percent: (share) => `${Math.round(100 * share)}%`,
};

/** @param history of all epochs, those before a run was gone on with too */
export function verdictOn({ network, dataset, config, end }: Trainer, history: readonly EpochRecord[]): SaidVerdict {
  const { target, train, validation } = dataset;
  const data = {
    train: train.count,
    validation: validation.count,
    classes: target.type === 'classes' ? target.names : [],
    inputShape: dataset.inputShape,
    baseline: baselineLoss(network, dataset),
    neighbours: neighbourLoss(network, dataset),
  };
  const facts = factsOf(network.model, data, config.epochs);
  const judgement = end?.kept === undefined ? verdictOf(facts, history) : verdictOfKept(facts, history, end.kept);
  const failure = failureOf(history, facts, end, figure);
  const { since, place } = judgement;
  const kind = failure?.kind === 'notFinite' ? 'failed' : judgement.kind;
  // What failed is said on standard error already.
  const text = kind === 'failed' ? '' : spokenVerdict(judgement, figures, failure);
  return { kind, ...(failure && { failure: failure.kind }), since, ...(place !== undefined && { place }), text };
}
