import type { DataFacts } from '../engine/dataFacts';
import { figure } from '../model/figures';
import type { Model } from '../model/model';
import { endOf, type RunInfo } from '../runs/info';
import type { OpenedRun } from '../runs/open';
import { readPreprocessing } from '../runs/preprocessing';
import { readSplitCounts } from '../runs/split';
import { factsOf, judgeRun, type RunVerdict } from '../verdict';

/** Of a run of an older version nobody knows more than how many samples there were, and how many classes. */
async function storedFacts(directory: string, info: RunInfo): Promise<DataFacts | PartialFacts> {
  if (info.data.facts) return info.data.facts;
  const counts = await readSplitCounts(directory);
  const target = await readPreprocessing(directory).then(
    (stored) => stored.target,
    () => undefined,
  );
  return {
    train: counts?.train ?? 0,
    validation: counts?.validation ?? 0,
    classes: target?.type === 'classes' ? target.names.length : 0,
  };
}
type PartialFacts = Omit<DataFacts, 'inputs' | 'baseline' | 'neighbours'>;

/** A verdict on a run that is only read. */
export interface StoredVerdict extends RunVerdict {
  /** What it had to do without, in a sentence. */
  readonly lacks?: string;
}

const LACKS =
  'This run, of an older version, has not kept what knowing nothing costs, nor what nearest neighbours do: where it was trained, the verdict may have been another one.';

/**
 * The verdict on a run as it is on disk: that which it had where it was trained.
 * @returns undefined where nothing was measured
 */
export async function judgeStored(
  { directory, metrics }: Pick<OpenedRun, 'directory' | 'metrics'>,
  info: RunInfo,
  model: Model,
): Promise<StoredVerdict | undefined> {
  if (metrics.length === 0) return undefined;
  const facts = factsOf(model, await storedFacts(directory, info), info.epochs);
  return { ...judgeRun(facts, metrics, endOf(info), figure), ...(!info.data.facts && { lacks: LACKS }) };
}
