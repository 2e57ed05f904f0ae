/** What dropout did: a run beside its twin, which differs from it in nothing but dropout. Pure. */
import type { EndRecord, EpochRecord, Metrics } from '../protocol/training';
import { samplingSpread, type RunFacts } from './measure';
import { LIMITS } from './rules';
import type { Figures } from './words';

/** Of a run or its twin, once it has ended. */
export interface Ended {
  readonly history: readonly EpochRecord[];
  readonly end: EndRecord;
}
export interface ComparisonRow {
  readonly name: string;
  readonly twin: string;
  readonly run: string;
}
export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  /** In one sentence, with the numbers: what dropout did, or that nobody can tell. */
  readonly sentence: string;
}

const NONE = '\u2013';

/** The epoch with the smallest validation loss; undefined without any. */
function bestOf(history: readonly EpochRecord[]): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const epoch of history) {
    const loss = epoch.validation?.loss;
    if (loss !== undefined && Number.isFinite(loss) && !(loss >= (best?.validation?.loss ?? Infinity))) best = epoch;
  }
  return best;
}

/**
 * Compares a run with its twin. The best validation losses are what it judges by: each is a mean over the validation samples, so
 * their difference has a spread, taken here as if the two were measured on samples of their own. They are measured on the same
 * ones, so it is the most that it can be, and only a difference of more than two of it is called one. Where even the better of the two
 * costs as much as knowing nothing, there is nothing that dropout could have done.
 * @returns undefined where either was never validated
 */
export function compareWithTwin(
  run: Ended,
  twin: Ended,
  { loss: kind, validation, baseline }: Pick<RunFacts, 'loss' | 'validation' | 'baseline'>,
  figures: Figures,
): Comparison | undefined {
  const [mine, its] = [bestOf(run.history), bestOf(twin.history)];
  if (!mine?.validation || !its?.validation) return undefined;
  const { loss } = figures;
  const row = (name: string, of: (ended: Ended, best: EpochRecord) => string): ComparisonRow => ({
    name,
    twin: of(twin, its),
    run: of(run, mine),
  });
  const last = ({ history }: Ended): EpochRecord | undefined => history.at(-1);
  const lossOf = (metrics: Metrics | undefined): string => (metrics ? loss(metrics.loss) : NONE);
  const shares = (metrics: Metrics | undefined): string =>
    metrics?.accuracy === undefined ? NONE : figures.percent(metrics.accuracy);
  const classes = mine.validation.accuracy !== undefined;
  const tested = run.end.test !== undefined || twin.end.test !== undefined;
  return {
    rows: [
      row('Best validation loss', (_, best) => lossOf(best.validation)),
      row('reached at epoch', (_, best) => String(best.epoch)),
      row('Gap to training there, dropout off', (_, best) =>
        figures.signed(best.validation!.loss - best.trainDropoutOff.loss),
      ),
      ...(classes ? [row('Validation accuracy there', (_, best) => shares(best.validation))] : []),
      row('Validation loss, last epoch', (ended) => lossOf(last(ended)?.validation)),
      ...(classes ? [row('Validation accuracy, last epoch', (ended) => shares(last(ended)?.validation))] : []),
      ...(tested ? [row('Test loss', ({ end }) => lossOf(end.test))] : []),
      ...(tested && classes ? [row('Test accuracy', ({ end }) => shares(end.test))] : []),
    ],
    sentence: sentenceOf(mine.validation.loss, its.validation.loss, { kind, validation, baseline }, figures),
  };
}

function sentenceOf(
  mine: number,
  its: number,
  {
    kind,
    validation,
    baseline = Infinity,
  }: { readonly kind: string; readonly validation: number; readonly baseline?: number },
  { loss, percent }: Figures,
): string {
  // Of two networks that know nothing, neither is the better one.
  if (Math.min(mine, its) >= baseline)
    return `Neither run got below ${loss(baseline)}, which knowing nothing costs: they do not tell what dropout does.`;
  const difference = its - mine;
  const spread = Math.hypot(samplingSpread(kind, mine, validation), samplingSpread(kind, its, validation));
  const size = loss(Math.abs(difference));
  const within = `Two spreads of that are ${loss(LIMITS.deviations * spread)} on ${validation} validation samples`;
  if (Math.abs(difference) <= LIMITS.deviations * spread)
    return `The best validation losses differ by ${size}. ${within}: this run does not tell what dropout does.`;
  const share = its > 0 ? ` (${percent(Math.abs(difference) / its)})` : '';
  return difference > 0
    ? `Dropout lowered the best validation loss by ${size}${share}. ${within}.`
    : `Dropout raised the best validation loss by ${size}${share}: a lower rate may do better. ${within}.`;
}
