import { basename, join, resolve } from 'node:path';
import type { ChangeRecord, EpochRecord } from '../engine/records';
import type { TensorFile } from '../formats/safetensors';
import { unseal } from './checkpoint';
import { sha256 } from './digest';
import { type RunFiles, disk } from './disk';
import { DamagedRunError, RunError } from './error';
import { FORMAT, type RunInfo } from './info';
import { type RunProblem, readRecords } from './records';

/**
 * Weights of a run on disk: `last` and `best`, those of epochs that are kept: "epoch-000010", and the `initial` ones of a
 * run that began with the weights of another.
 */
export type CheckpointName = 'last' | 'best' | 'initial' | `epoch-${string}`;

/** The weights that are meant where nobody says which: the best or, where there are none, the last. */
export const usualCheckpoint = (checkpoints: readonly CheckpointName[]): CheckpointName =>
  checkpoints.includes('best') ? 'best' : 'last';

export const epochCheckpoint = (epoch: number): CheckpointName => `epoch-${String(epoch).padStart(6, '0')}`;

/** A run as far as it is whole on disk. */
export interface OpenedRun {
  readonly directory: string;
  /** Absent where `run.json` is missing, damaged or of a newer version. */
  readonly info?: RunInfo;
  /** The model as it was. */
  readonly modelText?: string;
  readonly metrics: readonly EpochRecord[];
  /** Made by hand, in order. */
  readonly changes: readonly ChangeRecord[];
  /** Numbers, from 0, of the changes that are there; one that is missing could not be read. */
  readonly changeNumbers: readonly number[];
  readonly checkpoints: readonly CheckpointName[];
  /** Seconds spent training, by the step of a checkpoint. */
  readonly times: ReadonlyMap<number, number>;
  /** What is missing or damaged, in words for a person. */
  readonly problems: readonly RunProblem[];
}

/**
 * Reads a run as far as it is whole: what is damaged or missing is told in `problems`, and the rest is there. Checkpoints
 * are named, not read.
 * @throws RunError where there is no such folder, or nothing of a run in it
 */
export async function openRun(directory: string, files: RunFiles = disk): Promise<OpenedRun> {
  let names: readonly string[];
  try {
    names = await files.list(directory);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new RunError(`There is no folder ${directory}.`);
    if (code === 'ENOTDIR') throw new RunError(`${directory} is a file; a run is the folder that its run.json is in.`);
    throw new RunError(`${directory} is not a run: it cannot be read (${message}).`);
  }
  if (!isRun(names))
    throw new RunError(`${directory} is not a run: it has no run.json.${await runsBelow(directory, names, files)}`);
  const problems: RunProblem[] = [];
  const text = async (file: string): Promise<string | undefined> => {
    try {
      return new TextDecoder().decode(await files.read(join(directory, file)));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      problems.push({ file, message: missing ? 'It is missing.' : `It cannot be read: ${(error as Error).message}.` });
      return undefined;
    }
  };
  const runText = await text('run.json');
  const modelText = await text('model.netjson');
  const log = await text('metrics.jsonl');
  const info = runText === undefined ? undefined : readInfo(runText, problems);
  if (info && modelText !== undefined && sha256(modelText) !== info.model.sha256)
    problems.push({
      file: 'model.netjson',
      message:
        'It was changed after the run. Its weights may not fit it any more: put the text back as it was, or train it anew.',
    });
  const records = readRecords(log ?? '');
  problems.push(...records.problems);
  return {
    directory,
    info,
    modelText,
    metrics: records.epochs,
    changes: [...records.changes.values()],
    changeNumbers: [...records.changes.keys()],
    checkpoints: await checkpointsOf(directory, files),
    times: records.times,
    problems,
  };
}

/** Whether a folder with such names in it is a run, whole or not. */
export const isRun = (names: readonly string[]): boolean =>
  names.includes('run.json') || names.includes('metrics.jsonl');

/** Folders that are looked into for whoever named the folder of runs in the place of a run. */
const FEW = 20;

async function runsBelow(directory: string, names: readonly string[], files: RunFiles): Promise<string> {
  for (const name of names.slice(0, FEW)) {
    const below = await files.list(join(directory, name)).catch(() => []);
    if (isRun(below)) return ` There are runs in it: name one of them, such as ${join(directory, name)}.`;
  }
  return '';
}

/** What `run.json` says; undefined, with the problem told, where it cannot be understood. */
export function readInfo(text: string, problems: RunProblem[]): RunInfo | undefined {
  const file = 'run.json';
  const say = (message: string): undefined => void problems.push({ file, message });
  let info: Partial<Omit<RunInfo, 'format'>> & { readonly format?: unknown };
  try {
    info = JSON.parse(text) as typeof info;
  } catch (error) {
    return say(`It is damaged: ${(error as Error).message}.`);
  }
  if (typeof info !== 'object' || info === null) return say('It is damaged: an object is expected.');
  if (info.format !== FORMAT)
    return say(
      typeof info.format === 'number' && info.format > FORMAT
        ? `It has format ${info.format}, of a newer version of Dropout Studio; this one reads format ${FORMAT}. Update to open the run.`
        : `It has format ${JSON.stringify(info.format)}; this version reads format ${FORMAT}.`,
    );
  const missing = needed.find((key) => info[key] === undefined);
  if (missing) return say(`It is damaged: "${missing}" is missing.`);
  const { started, ended } = info;
  if (ended !== undefined && Date.parse(ended) < Date.parse(started!))
    say('It ended before it started: the clock was set back meanwhile. The time spent training is right.');
  return info as unknown as RunInfo;
}

const needed = [
  'name',
  'model',
  'data',
  'seeds',
  'epochs',
  'numerics',
  'started',
] as const satisfies readonly (keyof RunInfo)[];

/** Which checkpoints a run has; none where it has no such folder. */
export async function checkpointsOf(directory: string, files: RunFiles = disk): Promise<CheckpointName[]> {
  const names = await files.list(join(directory, 'checkpoints')).catch(() => []);
  return names
    .filter((name) => /^(last|best|initial|epoch-\d+)\.safetensors$/.test(name))
    .map((name) => basename(name, '.safetensors') as CheckpointName)
    .sort();
}

export const checkpointFile = (directory: string, name: CheckpointName): string =>
  join(directory, 'checkpoints', `${name}.safetensors`);

/**
 * Reads a checkpoint and holds it against its checksum.
 * @throws RunError where there is none; DamagedRunError where it is damaged. Both name the others that there are
 */
export async function readCheckpoint(
  directory: string,
  name: CheckpointName,
  files: RunFiles = disk,
): Promise<TensorFile> {
  const file = checkpointFile(directory, name);
  let bytes: Uint8Array;
  try {
    bytes = await files.read(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new RunError(`The checkpoint ${file} cannot be read (${(error as Error).message}).`);
    const others = await othersOf(directory, name, files);
    throw new RunError(
      others === '' && name !== 'initial'
        ? `The run ${directory} has no weights yet: it has no checkpoint.`
        : `There is no checkpoint ${file}.${others}`,
    );
  }
  try {
    return await unseal(bytes);
  } catch (error) {
    const { message } = error as Error;
    throw new DamagedRunError(
      `The checkpoint ${file} is damaged. ${message}${await othersOf(directory, name, files)}`,
      `It is damaged. ${message}`,
    );
  }
}

async function othersOf(directory: string, name: CheckpointName, files: RunFiles): Promise<string> {
  const others = (await checkpointsOf(directory, files)).filter((other) => other !== name);
  return others.length === 0 ? '' : ` The run has others: ${others.join(', ')}.`;
}

/**
 * The folders that the model's data may be relative to, the likeliest first. A run beside its model is found from where
 * the run is now, which may be a copy or another machine; any other from where it was.
 */
export function foldersOf({ directory, info }: { readonly directory: string; readonly info: RunInfo }): string[] {
  const { folder, place } = info.model;
  if (place === undefined) return [folder];
  const here = resolve(directory, place);
  const beside = /^(\.\.[\\/]?)*$/.test(place);
  return [...new Set(beside ? [here, folder] : [folder, here])];
}
