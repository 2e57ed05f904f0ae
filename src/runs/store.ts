import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, readdir } from 'node:fs/promises';
import { availableParallelism, arch, platform } from 'node:os';
import { join } from 'node:path';
import { version } from '../../package.json';
import type { Dataset } from '../engine/dataset';
import type { NumericsClass } from '../engine/kernels/set';
import type { EndRecord } from '../engine/records';
import { type TensorFile, readSafetensors, writeSafetensors } from '../formats/safetensors';
import { writeAtomically } from './files';

/** What `run.json` holds. */
export interface RunInfo {
  /** Of the run directory's layout. */
  readonly format: 1;
  readonly name: string;
  readonly model: {
    /** SHA-256 of `model.netjson`, in hexadecimal. */
    readonly sha256: string;
    /** The folder its data paths are relative to. */
    readonly folder: string;
  };
  /** SHA-256 of the samples as the network gets them: a resume on other data would not be the same run. */
  readonly data: { readonly sha256: string };
  /** As they were used: the command line can override the model's. */
  readonly seeds: { readonly training: number; readonly data: number };
  readonly epochs: number;
  readonly engine: { readonly name: string; readonly version: string };
  /** Of the kernels: going on with others would not be the same run. */
  readonly numerics: NumericsClass;
  readonly machine: { readonly platform: string; readonly arch: string; readonly node: string; readonly cores: number };
  /** ISO 8601, UTC. */
  readonly started: string;
  /** When it was gone on with after an interruption. */
  readonly resumed?: readonly string[];
  readonly ended?: string;
  readonly reason?: EndRecord['reason'];
  readonly best?: EndRecord['best'];
  readonly test?: EndRecord['test'];
  readonly confusion?: EndRecord['confusion'];
  /** Why it ended early. */
  readonly message?: string;
}

export type CheckpointName = 'last' | 'best';

/** A run directory that cannot be made or read. The message says which, why, and what to do. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

export interface NewRun {
  readonly name: string;
  readonly modelText: string;
  /** Absolute; see RunInfo. */
  readonly modelFolder: string;
  readonly dataset: Dataset;
  readonly seeds: RunInfo['seeds'];
  readonly epochs: number;
  readonly numerics: NumericsClass;
}

/**
 * One training run on disk:
 *
 *     run.json                      what ran, where, and how it ended
 *     model.netjson                 the model as it was
 *     metrics.jsonl                 one record a line, appended as they come
 *     checkpoints/last.safetensors  weights, optimizer state and counters of the last evaluation
 *     checkpoints/best.safetensors  of the best
 *
 * Everything but the metrics is written whole or not at all.
 */
export class RunDirectory {
  private constructor(
    readonly directory: string,
    private current: RunInfo,
    private readonly metrics: FileHandle,
  ) {}

  /**
   * Makes the directory and writes what is known at the start.
   * @throws RunError where the directory exists and is not empty: no run is ever overwritten
   */
  static async create(directory: string, run: NewRun): Promise<RunDirectory> {
    await mkdir(directory, { recursive: true });
    if ((await readdir(directory)).length > 0) {
      throw new RunError(
        `The run directory ${directory} exists and is not empty. Name another: runs are never overwritten.`,
      );
    }
    await mkdir(join(directory, 'checkpoints'));
    const info: RunInfo = {
      format: 1,
      name: run.name,
      model: { sha256: createHash('sha256').update(run.modelText).digest('hex'), folder: run.modelFolder },
      data: { sha256: fingerprint(run.dataset) },
      seeds: run.seeds,
      epochs: run.epochs,
      engine: { name: 'dropout-studio', version },
      numerics: run.numerics,
      machine: { platform: platform(), arch: arch(), node: process.version, cores: availableParallelism() },
      started: new Date().toISOString(),
    };
    await writeAtomically(join(directory, 'model.netjson'), run.modelText);
    await writeInfo(directory, info);
    return new RunDirectory(directory, info, await open(join(directory, 'metrics.jsonl'), 'ax'));
  }

  /**
   * Opens a run to go on with it. Metrics of later epochs than the checkpoint's are taken out: they are about to be made
   * again.
   * @param dataset as it is now
   * @param epochs to train until, as now asked for
   * @throws RunError where the data is not the run's any more
   */
  static async resume(
    directory: string,
    stored: StoredRun,
    dataset: Dataset,
    from: { readonly epoch: number },
    epochs: number,
  ): Promise<RunDirectory> {
    if (fingerprint(dataset) !== stored.info.data.sha256) {
      throw new RunError(`The data of the run ${directory} has changed since. Put the old data back, or train anew.`);
    }
    const now = new Date().toISOString();
    const unended: Partial<RunInfo> = {
      ended: undefined,
      reason: undefined,
      best: undefined,
      test: undefined,
      confusion: undefined,
      message: undefined,
    };
    const info: RunInfo = { ...stored.info, ...unended, epochs, resumed: [...(stored.info.resumed ?? []), now] };
    const kept = stored.metrics.filter((record) => !('epoch' in record) || (record.epoch as number) < from.epoch);
    const file = join(directory, 'metrics.jsonl');
    await writeAtomically(file, kept.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await writeInfo(directory, info);
    return new RunDirectory(directory, info, await open(file, 'a'));
  }

  get info(): RunInfo {
    return this.current;
  }

  /** Adds one record to `metrics.jsonl`. */
  async append(record: object): Promise<void> {
    // One write of one whole line, so that a reader beside us meets at most one unfinished line, the last.
    await this.metrics.appendFile(`${JSON.stringify(record)}\n`);
  }

  async checkpoint(name: CheckpointName, file: TensorFile): Promise<void> {
    // First the metrics: after a crash they must reach at least as far as the checkpoint.
    await this.metrics.sync();
    await writeAtomically(checkpointFile(this.directory, name), writeSafetensors(file));
  }

  /** Writes how the run ended, and lets go of its files. */
  async end(end: EndRecord): Promise<void> {
    await this.metrics.sync();
    await this.metrics.close();
    this.current = { ...this.current, ended: new Date().toISOString(), ...end };
    await writeInfo(this.directory, this.current);
  }

  /** Lets go of its files without an end: what failed halfway stays marked as unfinished. */
  async abandon(): Promise<void> {
    await this.metrics.close();
  }
}

/**
 * Where a run goes by default: `runs/<name>-<yyyymmdd-hhmmss>` (local time) in the model's folder. A second run within
 * the same second gets "-2" behind it.
 */
export async function defaultRunDirectory(modelFolder: string, name: string, now = new Date()): Promise<string> {
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const folder = join(modelFolder, 'runs');
  const base = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[.-]+|[.-]+$/g, '') || 'run'}-${day}-${time}`;
  await mkdir(folder, { recursive: true });
  for (let n = 1; ; n++) {
    const directory = join(folder, n === 1 ? base : `${base}-${n}`);
    try {
      await mkdir(directory);
      return directory;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** A run as it is on disk. */
export interface StoredRun {
  readonly info: RunInfo;
  readonly modelText: string;
  /** Whole lines of `metrics.jsonl`: a last line that a crash cut short is left out. */
  readonly metrics: readonly object[];
}

/** @throws RunError where the directory is no run, or its model is not the one the run was made with */
export async function readRun(directory: string): Promise<StoredRun> {
  const text = async (name: string): Promise<string> => {
    try {
      return await readFile(join(directory, name), 'utf8');
    } catch (error) {
      throw new RunError(`${directory} is not a run: its ${name} cannot be read (${(error as Error).message}).`);
    }
  };
  const [runText, modelText, lines] = [
    await text('run.json'),
    await text('model.netjson'),
    await text('metrics.jsonl'),
  ];
  const info = parse<RunInfo>(runText, `${directory}: run.json`);
  if (info.format !== 1)
    throw new RunError(`${directory}: run.json has format ${String(info.format)}; this version reads format 1.`);
  if (createHash('sha256').update(modelText).digest('hex') !== info.model.sha256) {
    throw new RunError(`${directory}: model.netjson was changed after the run. Its weights may not fit it any more.`);
  }
  const whole = lines.split('\n').slice(0, -1);
  return {
    info,
    modelText,
    metrics: whole.map((line, i) => parse<object>(line, `${directory}: metrics.jsonl, line ${i + 1}`)),
  };
}

/**
 * @throws RunError where there is no such checkpoint
 * @throws FormatError where it is damaged
 */
export async function readCheckpoint(directory: string, name: CheckpointName): Promise<TensorFile> {
  const file = checkpointFile(directory, name);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new RunError(`The checkpoint ${file} cannot be read (${(error as Error).message}).`);
  }
  return readSafetensors(bytes);
}

function fingerprint({ train, validation, test }: Dataset): string {
  const hash = createHash('sha256');
  for (const { inputs, targets, levels } of [train, validation, test]) {
    for (const { buffer, byteOffset, byteLength } of levels ? [inputs, targets, levels] : [inputs, targets])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

const checkpointFile = (directory: string, name: CheckpointName): string =>
  join(directory, 'checkpoints', `${name}.safetensors`);

const writeInfo = (directory: string, info: RunInfo): Promise<void> =>
  writeAtomically(join(directory, 'run.json'), `${JSON.stringify(info, null, 2)}\n`);

function parse<T>(text: string, where: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new RunError(`${where} is damaged: ${(error as Error).message}`);
  }
}
