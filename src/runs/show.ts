import { isFusedAvailable } from '../engine/kernels/wasm/machine';
import type { EndRecord } from '../engine/records';
import type { Trainer } from '../engine/trainer';
import type { TensorFile } from '../formats/safetensors';
import { type Checkpoint, epochOf, fromCheckpoint, weightsOf } from './checkpoint';
import { type RunFiles, disk } from './disk';
import { DamagedRunError, RunError, reasonOf } from './error';
import { type RunInfo, endOf } from './info';
import { type CheckpointName, type OpenedRun, foldersOf, openRun, readCheckpoint } from './open';
import type { RunProblem } from './records';
import { putWeights } from './weights';

/** A run on disk, to be looked at. Nobody is kept from writing it meanwhile. */
export interface StoredRun extends Pick<OpenedRun, 'directory' | 'metrics' | 'changes' | 'checkpoints' | 'problems'> {
  readonly info: RunInfo;
  readonly modelText: string;
  /** Where the model's data may be, the likeliest first. */
  readonly folders: readonly string[];
  /** Spent training, as far as it is known. */
  readonly seconds: number;
  /** How it ended; undefined where it has not. */
  readonly end: EndRecord | undefined;
  /** Undefined where it has none that can be read. */
  readonly weights: StoredWeights | undefined;
}
export interface StoredWeights {
  readonly checkpoint: CheckpointName;
  /** The epoch, from 1, at whose end they were so; 0: before there was one. Undefined where nobody knows. */
  readonly epoch: number | undefined;
  readonly file: TensorFile;
  /** The state that goes with them: their own or, where they are weights alone, the last one's. */
  readonly state: Checkpoint | undefined;
}

/**
 * Reads a run to be looked at, with the weights that it ended with, or those of its best epoch where it has no others.
 * @param wanted other weights of it
 * @throws RunError where it is no run, or its `run.json` or model cannot be read, or the weights wanted
 */
export async function readStored(
  directory: string,
  wanted?: CheckpointName,
  files: RunFiles = disk,
): Promise<StoredRun> {
  const run = await openRun(directory, files);
  const { info, modelText, metrics, changes, checkpoints, times } = run;
  const problems = [...run.problems];
  if (!info || modelText === undefined)
    throw new DamagedRunError(
      `${directory} cannot be shown. ${problems.map((p) => `${p.file}: ${p.message}`).join(' ')}`,
    );
  return {
    directory,
    info,
    modelText,
    metrics,
    changes,
    checkpoints,
    folders: foldersOf({ directory, info }),
    seconds: info.seconds ?? Math.max(0, ...times.values()),
    end: endOf(info),
    weights: wanted ? await read(run, info, wanted, files) : await firstWhole(run, info, problems, files),
    problems,
  };
}

async function firstWhole(
  run: OpenedRun,
  info: RunInfo,
  problems: RunProblem[],
  files: RunFiles,
): Promise<StoredWeights | undefined> {
  const states = run.checkpoints.filter((name) => name.startsWith('epoch-')).reverse();
  for (const name of (['last', 'best', ...states] as const).filter((name) => run.checkpoints.includes(name))) {
    try {
      return await read(run, info, name, files);
    } catch (error) {
      problems.push({ file: `checkpoints/${name}.safetensors`, message: reasonOf(error) });
    }
  }
  return undefined;
}

async function read(
  { directory, checkpoints }: OpenedRun,
  info: RunInfo,
  checkpoint: CheckpointName,
  files: RunFiles,
): Promise<StoredWeights> {
  const file = await readCheckpoint(directory, checkpoint, files);
  const isState = file.metadata.has('counters');
  const last =
    isState || !checkpoints.includes('last')
      ? undefined
      : // It only says what else there was: damaged, it is done without.
        await readCheckpoint(directory, 'last', files).catch(() => undefined);
  return {
    checkpoint,
    file,
    epoch: epochOf(file, checkpoint === 'last' ? info.kept : undefined),
    state: isState ? fromCheckpoint(file) : last && fromCheckpoint(last),
  };
}

/** Kernels to look at a run with: its own or, where there are none of these, such as give the same but for the last digits. */
export const numericsToShow = ({ numerics }: RunInfo): RunInfo['numerics'] =>
  numerics === 'fused' && !isFusedAvailable() ? 'strict' : numerics;

/**
 * Puts a trainer of the run's model where the run stands, as one that has ended: with its weights and, on the data that it
 * was made with, its counters, rates and best epoch.
 * @param isSameData whether the samples are those that the run was made with
 * @throws Error naming what does not fit
 */
export function putAsItStands(trainer: Trainer, { directory, weights, end }: StoredRun, isSameData: boolean): void {
  if (!weights) throw new RunError(`${directory} has no weights that can be read.`);
  // Looking needs no bits of a run that goes on: any kernels will do.
  const numerics = trainer.network.kernels.name;
  if (weights.state && isSameData)
    trainer.restore({ ...weights.state, counters: { ...weights.state.counters, numerics } });
  putWeights(trainer.network, weightsOf(weights.file));
  trainer.settle(end ?? { reason: 'stopped' });
}
