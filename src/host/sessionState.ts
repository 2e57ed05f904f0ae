import { basename } from 'node:path';
import { catalogue } from '../catalogue';
import { analyze } from '../model/analyze';
import type { Model } from '../model/model';
import { NO_SESSION, type SessionSnapshot } from '../protocol/designer';
import type {
  ChangeRecord,
  EpochRecord,
  KeepRequest,
  LoadRequest,
  ModelSource,
  Resumed,
  Shown,
} from '../protocol/training';
import { asChanged, structureOf } from './structure';

/** What a session trains: a text that was checked, and what it says. */
export interface TrainingSource
  extends Omit<ModelSource, 'load'>, Pick<LoadRequest, 'seed' | 'epochs' | 'initial' | 'beside'> {
  readonly threads: number;
  readonly model: Model;
  /** PyTorch makes the steps, whatever the model says. */
  readonly pytorch?: boolean;
  /** How its run is kept; absent: in memory alone. */
  readonly keep?: KeepRequest;
}

/** What a run began with, and its twin begins with. */
export type TwinSource = Omit<LoadRequest, 'twin' | 'beside' | 'keep' | 'torch'>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** What a session knows of its run, and adds to. */
export type State = Mutable<SessionSnapshot> & {
  history: EpochRecord[];
  changes: ChangeRecord[];
  epochSeconds: number[];
};

/** With lists of its own: a session adds to them. */
export const idle = (): State => ({ ...NO_SESSION, history: [], changes: [], epochSeconds: [] });

/**
 * What is known of a run that is gone on with, besides what any run tells once it is loaded.
 * @param now what the document says, if it is valid
 */
export function resumedState({ text, step, epoch, seconds, history, changes }: Resumed, now?: Model): Partial<State> {
  const model = asChanged(analyze(text, catalogue).model, changes);
  const outdated = now && model && structureOf(now) !== structureOf(model);
  const known = { model, outdated, step, epoch, seconds, history: [...history], changes: [...changes] };
  return { ...known, epochSeconds: history.map(() => NaN) };
}

/**
 * What a run that is gone on with began with, for its twin: that begins where the run did, and not where it goes on. All that it
 * needs is the same seed and changes at the same steps, so nothing of it has to be kept.
 */
export function beganWith(
  run: string,
  { text, began, seed, epochs, numerics }: Resumed,
  { memoryLimit, threads, workspace }: Pick<LoadRequest, 'memoryLimit' | 'threads' | 'workspace'>,
): TwinSource {
  return { run, text, ...began, seed, epochs, numerics, memoryLimit, threads, workspace };
}

/**
 * The changes of a run with those just made. Of a run that is gone on with, changes may be known that were to be made again
 * later: one made by hand takes their place.
 */
export function withChanges(known: ChangeRecord[], made: readonly ChangeRecord[]): ChangeRecord[] {
  return made.length === 0 ? known : [...known.filter(({ step }) => step <= made[0].step), ...made];
}

/** What is known of a run that is only shown as it is on disk. */
export function shownState(directory: string, shown: Shown): Partial<State> {
  const { text, state, step, epoch, epochs, seconds, history, changes, end } = shown;
  const { weights, checkpoints, problems, missing, facts, backend } = shown;
  return {
    stored: { directory, name: basename(directory), weights, checkpoints, problems, missing },
    kept: { directory },
    model: asChanged(analyze(text, catalogue).model, changes),
    state,
    step,
    epoch,
    epochs,
    progress: epochs > 0 ? Math.min(1, epoch / epochs) : 1,
    seconds,
    history: [...history],
    changes: [...changes],
    epochSeconds: history.map(() => NaN),
    end,
    message: end?.message,
    ...(facts && { facts }),
    ...(backend && { backend }),
  };
}

/** What is known of a new run, besides what any run tells once it is loaded. */
export function startedState(
  kept: State['kept'],
  { keep, initial }: Pick<TrainingSource, 'keep' | 'initial'>,
): Partial<State> {
  const begun = initial && { run: basename(initial.directory), checkpoint: initial.checkpoint };
  return { epoch: 1, kept: kept ?? (keep && {}), initial: begun };
}

/** What is left of a run that failed, and what can be done. */
export function afterFailure({ kept }: State): string {
  const from = kept?.checkpoint ? `from step ${kept.checkpoint.step}` : 'from its beginning';
  const resume = kept?.directory === undefined ? '' : `Resume goes on with it ${from}. `;
  return `The curves up to there are kept. ${resume}Train again to start a new run.`;
}
