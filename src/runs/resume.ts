import { join } from 'node:path';
import { dataFactsOf } from '../engine/dataFacts';
import { isFusedAvailable } from '../engine/kernels/wasm/machine';
import type { ChangeRecord, EpochRecord } from '../engine/records';
import type { Trainer } from '../engine/trainer';
import type { TensorFile } from '../formats/safetensors';
import { type Checkpoint, fromCheckpoint } from './checkpoint';
import { type DataFileInfo, changesOf } from './dataFiles';
import { type RunFiles, disk } from './disk';
import { DamagedRunError, RunError, reasonOf } from './error';
import { type RunInfo, finals } from './info';
import { RunLock } from './lock';
import { type CheckpointName, type OpenedRun, epochCheckpoint, foldersOf, openRun, readCheckpoint } from './open';
import { type RunProblem, changeLine, epochLine, timeLine } from './records';
import { RunDirectory, fingerprint } from './store';
import { putWeights } from './weights';

/** An interrupted run, ready to be gone on with. */
export interface Resumable {
  readonly directory: string;
  readonly info: RunInfo;
  readonly modelText: string;
  /** Where the model's data may be, the likeliest first. */
  readonly folders: readonly string[];
  /** To train until. */
  readonly epochs: number;
  /** To restore a trainer from; undefined: the run begins again at its first step, to the same numbers. */
  readonly checkpoint: Checkpoint | undefined;
  /** To begin with, where there is no checkpoint and its weights are not drawn by the seed. */
  readonly initial: TensorFile | undefined;
  /** Spent training before. */
  readonly seconds: number;
  /** Epochs measured before the checkpoint. */
  readonly metrics: readonly EpochRecord[];
  /** All changes by hand, and of these the ones after the checkpoint: they are made again at their steps. */
  readonly changes: readonly ChangeRecord[];
  readonly replay: readonly ChangeRecord[];
  /** Number of the next change. */
  readonly nextChange: number;
  /** What of the run is not whole, but does not keep it from going on. */
  readonly problems: readonly RunProblem[];
  /**
   * Goes on writing the run.
   * @param trainer that goes on with it
   * @param files that the data was read from now
   * @param backend what makes the steps from now on; absent: the engine
   * @throws RunError where the data is not the run's any more
   */
  open(trainer: Trainer, files?: readonly DataFileInfo[], backend?: RunInfo['backend']): Promise<RunDirectory>;
  /** Leaves the run as it is. */
  cancel(): Promise<void>;
}

/**
 * Takes a run to go on with it, and finds where: at its last checkpoint or, where that is damaged, the newest that is
 * whole, or at its first step. The run is held from here on, until it is closed or cancelled.
 * @param epochs to train until; default as it was
 * @throws RunError where it cannot be gone on with, or another writes it
 */
export async function takeRun(
  directory: string,
  { epochs: asked, files = disk }: { readonly epochs?: number; readonly files?: RunFiles } = {},
): Promise<Resumable> {
  // Before there is a lock in it: of what is no run, nothing is touched.
  await openRun(directory, files);
  const lock = await RunLock.take(directory, { files });
  try {
    return await prepare(directory, asked, lock, files);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Puts a trainer of the run's model, data and seed where the run goes on from.
 * @throws Error naming what does not fit
 */
export function putWhereItGoesOn(trainer: Trainer, { checkpoint, initial }: Resumable): void {
  if (checkpoint) trainer.restore(checkpoint);
  else if (initial) putWeights(trainer.network, initial);
}

async function prepare(
  directory: string,
  asked: number | undefined,
  lock: RunLock,
  files: RunFiles,
): Promise<Resumable> {
  const run = await openRun(directory, files);
  const { info, modelText } = run;
  if (!info || modelText === undefined)
    throw new DamagedRunError(`${directory} cannot be gone on with. ${tell(run.problems)}`);
  const changed = run.problems.find(({ file }) => file === 'model.netjson');
  if (changed) throw new DamagedRunError(`${directory}: model.netjson. ${changed.message}`);
  const epochs = asked ?? info.epochs;
  refuseEnded(directory, info, epochs);
  if (info.numerics === 'fused' && !isFusedAvailable())
    throw new RunError(
      `The run ${directory} was made with fused kernels, which this machine, or this version of Node, does not have: it would not be the ` +
        'same run. Go on where it began, or train anew; with "numerics": "strict" in "training" a run goes on anywhere.',
    );
  const problems = [...run.problems];
  const checkpoint = await newestWhole(run, problems, files);
  const from = checkpoint?.counters.epoch ?? 1;
  if (from > epochs && info.reason === undefined && asked !== undefined)
    throw new RunError(`The run ${directory} is in epoch ${from} already. Give --epochs a larger number to go on.`);
  const first = checkpoint?.changes ?? 0;
  const missing = missingChange(run.changeNumbers, first);
  if (missing !== undefined)
    throw new DamagedRunError(
      `${directory}: metrics.jsonl is damaged: change ${missing + 1} by hand, made after the checkpoint, cannot be read. ` +
        'Going on would not make the same run; train anew.',
    );
  const step = checkpoint?.counters.step ?? 0;
  const seconds = run.times.get(step) ?? 0;
  const metrics = run.metrics.filter(({ epoch }) => epoch < from);
  const numbered = run.changeNumbers.map((n, i) => [n, run.changes[i]] as const);
  const unread = run.problems.some(({ file }) => file === 'metrics.jsonl') && run.metrics.length + numbered.length > 0;
  return {
    directory,
    info,
    modelText,
    folders: foldersOf({ directory, info }),
    epochs,
    checkpoint,
    initial: info.initial && !checkpoint ? await readCheckpoint(directory, 'initial', files) : undefined,
    seconds,
    metrics,
    changes: run.changes,
    replay: numbered.filter(([n]) => n >= first).map(([, change]) => change),
    nextChange: Math.max(first, ...run.changeNumbers.map((n) => n + 1)),
    problems,
    open: async (trainer, read, backend) => {
      if (fingerprint(trainer.dataset) !== info.data.sha256)
        throw new DamagedRunError(
          `The data of the run ${directory} has changed since. ${[...changesOf(info.data.files, read), 'Put the old data back, or train anew.'].join(' ')}`,
        );
      return RunDirectory.resume(
        {
          directory,
          info,
          facts: info.data.facts ?? dataFactsOf(trainer),
          epochs,
          backend,
          log: [
            ...metrics.map(epochLine),
            ...numbered.map(([n, change]) => changeLine(change, n)),
            timeLine(step, seconds),
          ].join(''),
          damagedLog: unread ? await files.read(join(directory, 'metrics.jsonl')) : undefined,
          outdated: run.checkpoints.filter((name) => name.startsWith('epoch-') && name >= epochCheckpoint(from)),
        },
        lock,
        files,
      );
    },
    cancel: () => lock.release(),
  };
}

function refuseEnded(directory: string, { reason, epochs: had }: RunInfo, epochs: number): void {
  if (reason === undefined) return;
  if (finals[reason] !== undefined)
    throw new RunError(`The run ${directory} ${finals[reason]}. Train anew to go on longer.`);
  if (reason === 'finished' && epochs <= had)
    throw new RunError(`The run ${directory} is finished: ${had} epochs. Give --epochs a larger number to go on.`);
}

/** The state of the latest step that is whole on disk. */
async function newestWhole(
  { directory, checkpoints }: OpenedRun,
  problems: RunProblem[],
  files: RunFiles,
): Promise<Checkpoint | undefined> {
  const read = async (name: CheckpointName): Promise<Checkpoint | undefined> => {
    try {
      return fromCheckpoint(await readCheckpoint(directory, name, files));
    } catch (error) {
      problems.push({ file: `checkpoints/${name}.safetensors`, message: reasonOf(error) });
      return undefined;
    }
  };
  const last = checkpoints.includes('last') ? await read('last') : undefined;
  // The weights of a kept epoch may be newer: those of epoch 9 are where epoch 10 begins.
  const newer = last && epochCheckpoint(last.counters.epoch);
  const states = checkpoints.filter((name) => name.startsWith('epoch-') && !(newer && name < newer)).reverse();
  for (const name of states) {
    const state = await read(name);
    if (state) return state;
  }
  return last;
}

/** The first number from `first` on that is missing below the highest. */
function missingChange(numbers: readonly number[], first: number): number | undefined {
  const there = new Set(numbers);
  const end = Math.max(-1, ...numbers);
  for (let n = first; n <= end; n++) if (!there.has(n)) return n;
  return undefined;
}

const tell = (problems: readonly RunProblem[]): string =>
  problems.map(({ file, message }) => `${file}: ${message}`).join(' ');
