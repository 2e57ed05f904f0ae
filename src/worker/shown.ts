import { LoadCancelled } from '../data/source';
import type { Trainer, Upcoming } from '../engine/trainer';
import type { ModelSource, Shown } from '../protocol/training';
import type { StoredRun } from '../runs/show';
import { fingerprint } from '../runs/store';
import { endState } from './endState';
import type { Loads } from './loads';
import { madeBy } from './runs';
import { type Opened, open } from './source';

/** A run's model with data, and whether that is what it was made with. */
interface OpenedToShow extends Opened {
  readonly isSameData: boolean;
}

/**
 * The run's model with the data it was made with, from the first folder that has it; else with what is there now.
 * @throws ModelError where no folder has data that it can be used with; LoadCancelled
 */
export async function openToShow(
  run: StoredRun,
  { memoryLimit, load, workspace }: Pick<ModelSource, 'memoryLimit' | 'load' | 'workspace'>,
  loads: Loads,
): Promise<OpenedToShow> {
  let other: Opened | undefined;
  let failure: unknown;
  for (const folder of run.folders) {
    try {
      const opened = await open({ text: run.modelText, folder, memoryLimit, load, workspace }, loads);
      if (fingerprint(opened.dataset) === run.info.data.sha256) return { ...opened, isSameData: true };
      other ??= opened;
    } catch (error) {
      if (error instanceof LoadCancelled) throw error;
      failure ??= error;
    }
  }
  if (other) return { ...other, isSameData: false };
  throw failure;
}

/** Said where a run is looked at on other data. What was imported was made with data that nobody knows here. */
export const otherDataSaid = ({ info }: StoredRun): string[] =>
  info.epochs === 0
    ? []
    : [
        'The data has changed since the run was made: what is measured now is measured on the data as it is now.' +
          (info.data.facts
            ? ''
            : ' So is what the verdict takes from it, which this run, of an older version, has not kept.'),
      ];

/** Said of a run whose data is gone, where it has not kept what a verdict takes from it. */
export const unjudgedSaid = ({ info }: StoredRun): string[] =>
  info.data.facts || info.epochs === 0
    ? []
    : ['There is no verdict: it takes numbers from the data, and this run, of an older version, has not kept them.'];

/** What is told of a run as it is on disk. */
export function toldOf(run: StoredRun): Omit<Shown, 'loaded' | 'missing'> {
  const { info, modelText, metrics, changes, seconds, end, weights, problems, checkpoints } = run;
  const last = metrics.at(-1) ?? info.last;
  return {
    text: modelText,
    state: end ? endState[end.reason] : 'stopped',
    step: Math.max(weights?.state?.counters.step ?? 0, last?.step ?? 0),
    epoch: last?.epoch ?? 0,
    epochs: info.epochs,
    seconds,
    history: metrics,
    changes,
    ...(end && { end }),
    ...(info.data.facts && { facts: info.data.facts }),
    ...madeBy(info),
    ...(weights && { weights: { checkpoint: weights.checkpoint, epoch: weights.epoch } }),
    checkpoints,
    problems: problems.map(({ file, message }) => `${file}: ${message}`),
  };
}

/** The step that a trainer would make next, were it not to end: that of a run that has ended comes with its next epoch. */
export function stepToShow({ batches, step, epochsMade }: Trainer): Upcoming {
  const { isComplete, size } = batches;
  const position = isComplete ? 0 : batches.position;
  const epoch = epochsMade + (isComplete ? 2 : 1);
  return { step, epoch, rows: batches.orderOf(epoch).subarray(position, position + size) };
}
