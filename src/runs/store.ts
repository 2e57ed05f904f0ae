import { createHash } from 'node:crypto';
import { arch, availableParallelism, platform } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { version } from '../../package.json';
import type { StoredPreprocessing } from '../data/preprocess';
import { type DataFacts, dataFactsOf } from '../engine/dataFacts';
import type { Dataset } from '../engine/dataset';
import type { NumericsClass } from '../engine/kernels/set';
import type { EndRecord, EpochRecord } from '../engine/records';
import type { Trainer } from '../engine/trainer';
import { parametersOf } from '../model/model';
import type { DataFileInfo } from './dataFiles';
import { seal } from './checkpoint';
import { sha256 } from './digest';
import { type RunFiles, disk, isTemporary, writeAtomically } from './disk';
import { RunError } from './error';
import type { InitialWeights } from './initial';
import { FORMAT, type RunInfo, ending } from './info';
import { LOCK, RunLock, isLockName } from './lock';
import { AppendLog } from './log';
import { type CheckpointName, checkpointFile } from './open';
import { writePreprocessing } from './preprocessing';
import { writeSplit } from './split';

export interface NewRun {
  readonly name: string;
  readonly modelText: string;
  /** Absolute; see RunInfo. */
  readonly modelFolder: string;
  /** Its name in that folder. */
  readonly modelFile?: string;
  readonly dataset: Dataset;
  /** Absent where nothing was learned from it. */
  readonly facts?: DataFacts;
  /** That the data was read from. */
  readonly files?: readonly DataFileInfo[];
  /** What was done to the data; absent: the run cannot answer new samples. */
  readonly preprocessing?: StoredPreprocessing;
  readonly seeds: RunInfo['seeds'];
  readonly epochs: number;
  readonly stepsPerEpoch?: number;
  readonly parameters?: number;
  readonly numerics: NumericsClass;
  /** Absent: its weights are drawn by the training seed. */
  readonly initial?: InitialWeights;
  /** Absent: the engine makes the steps. */
  readonly backend?: RunInfo['backend'];
}

/** What a trainer tells of the run it makes. */
export function describeRun(
  trainer: Trainer,
): Pick<NewRun, 'dataset' | 'facts' | 'seeds' | 'epochs' | 'stepsPerEpoch' | 'parameters' | 'numerics'> {
  const { network, dataset, config, stepsPerEpoch } = trainer;
  return {
    dataset,
    facts: dataFactsOf(trainer),
    seeds: { training: network.seed, data: network.model.data?.params.seed as number },
    epochs: config.epochs,
    stepsPerEpoch,
    parameters: parametersOf(network.model),
    numerics: network.kernels.name,
  };
}

/** What an interrupted run is gone on with. */
export interface Continued {
  readonly directory: string;
  readonly info: RunInfo;
  /** Of its data. */
  readonly facts: DataFacts;
  /** To train until, as now asked for. */
  readonly epochs: number;
  /** What makes the steps from now on; absent: the engine. */
  readonly backend?: RunInfo['backend'];
  /** All lines of the log that stay: what was measured after the checkpoint is about to be made again. */
  readonly log: string;
  /** The log as it was, where some of it could not be read: it is kept beside. */
  readonly damagedLog?: Uint8Array;
  /** Kept weights of epochs that are about to be made again. */
  readonly outdated: readonly CheckpointName[];
}

/**
 * One training run on disk, held by one writer:
 *
 *     run.json                      what ran, where, and how it ended
 *     model.netjson                 the model as it was
 *     preprocessing.json            what was done to the data, for new samples: see docs/data.md
 *     split.json                    which rows of it, from 0, trained, validated and tested
 *     metrics.jsonl                 one record a line, appended as they come: epochs, and changes by hand
 *     checkpoints/last.safetensors  weights, optimizer state and counters to go on from
 *     checkpoints/best.safetensors  weights of the best epoch
 *     checkpoints/initial.safetensors  those it began with, where they are another run's
 *     run.lock.*                    who writes it, while somebody does
 *
 * Everything but the metrics is written whole or not at all.
 */
export class RunDirectory {
  private constructor(
    readonly directory: string,
    private current: RunInfo,
    private readonly log: AppendLog,
    readonly lock: RunLock,
    private readonly files: RunFiles,
  ) {}

  /**
   * Makes the directory and writes what is known at the start; where that fails, nothing is left behind.
   * @throws RunError where the directory exists and is not empty: no run is ever overwritten
   */
  static async create(directory: string, run: NewRun, files: RunFiles = disk): Promise<RunDirectory> {
    const refuseUsed = async (): Promise<void> => {
      if ((await files.list(directory)).some((name) => !isLockName(name)))
        throw new RunError(
          `The run directory ${directory} exists and is not empty. Name another: runs are never overwritten.`,
        );
    };
    await files.makeFolder(directory);
    await refuseUsed();
    const lock = await RunLock.take(directory, { files });
    let ours = false;
    try {
      await refuseUsed();
      ours = true;
      await files.makeNewFolder(join(directory, 'checkpoints'));
      await writeAtomically(join(directory, 'model.netjson'), run.modelText, files);
      if (run.preprocessing) await writePreprocessing(directory, run.preprocessing, files);
      await writeSplit(directory, run.dataset, files);
      const initial = run.initial && (await writeInitial(directory, run.initial, files));
      const log = await AppendLog.create(join(directory, 'metrics.jsonl'), files);
      const info = { ...infoOf(directory, run), ...(initial && { initial }) };
      try {
        // Last: what has a run.json has all the rest.
        await writeInfo(directory, info, files);
      } catch (error) {
        await log.close();
        throw error;
      }
      return new RunDirectory(directory, info, log, lock, files);
    } catch (error) {
      if (ours) {
        const made = ['run.json', 'model.netjson', 'preprocessing.json', 'split.json', 'metrics.jsonl', 'checkpoints'];
        await Promise.all(made.map((name) => files.remove(join(directory, name)).catch(() => undefined)));
      }
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  /** Opens a run to go on with it. @param lock as taken before the run was read; it is the directory's from now on */
  static async resume(run: Continued, lock: RunLock, files: RunFiles = disk): Promise<RunDirectory> {
    const { directory, epochs } = run;
    const began = Object.fromEntries(
      Object.entries(run.info).filter(([key]) => !(ending as readonly string[]).includes(key)),
    ) as unknown as RunInfo;
    const resumed = [...(began.resumed ?? []), new Date().toISOString()];
    const data = { ...began.data, facts: run.facts };
    const info: RunInfo = { ...began, data, backend: run.backend, epochs, resumed };
    const file = join(directory, 'metrics.jsonl');
    if (run.damagedLog) await writeAtomically(join(directory, 'metrics.damaged.jsonl'), run.damagedLog, files);
    await writeAtomically(file, run.log, files);
    await removeTemporary(directory, files);
    for (const name of run.outdated) await files.remove(checkpointFile(directory, name));
    await files.makeFolder(join(directory, 'checkpoints'));
    await writeInfo(directory, info, files);
    return new RunDirectory(directory, info, await AppendLog.open(file, files), lock, files);
  }

  get info(): RunInfo {
    return this.current;
  }

  /** Adds whole lines to `metrics.jsonl`; one write, so that a reader beside us meets at most one unfinished line. */
  async append(lines: string): Promise<void> {
    await this.log.append(lines);
  }

  /** Forces the metrics to the disk. */
  async sync(): Promise<void> {
    await this.log.sync();
  }

  /** Puts a checkpoint in the place of the one before it. The metrics must reach at least as far: sync them first. */
  async checkpoint(name: CheckpointName, bytes: Uint8Array): Promise<void> {
    await writeAtomically(checkpointFile(this.directory, name), bytes, this.files);
  }

  /** Writes how the run ended. */
  async end(end: EndRecord, more: { readonly seconds: number; readonly last?: EpochRecord }): Promise<void> {
    this.current = { ...this.current, ended: new Date().toISOString(), ...end, ...more };
    await writeInfo(this.directory, this.current, this.files);
  }

  /** Lets go of its files. Without an end before, the run stays marked as unfinished. */
  async close(): Promise<void> {
    try {
      await this.log.close();
    } finally {
      await this.lock.release();
    }
  }
}

/** A run holds all that it was made of: the other one may be deleted. */
async function writeInitial(
  directory: string,
  { from, weights }: InitialWeights,
  files: RunFiles,
): Promise<NonNullable<RunInfo['initial']>> {
  const bytes = await seal(weights);
  await writeAtomically(checkpointFile(directory, 'initial'), bytes, files);
  return { ...from, sha256: sha256(bytes) };
}

function infoOf(directory: string, run: NewRun): RunInfo {
  const place = relative(directory, run.modelFolder);
  return {
    format: FORMAT,
    name: run.name,
    model: {
      sha256: sha256(run.modelText),
      folder: run.modelFolder,
      ...(!isAbsolute(place) && { place }),
      ...(run.modelFile !== undefined && { file: run.modelFile }),
    },
    data: {
      sha256: fingerprint(run.dataset),
      ...(run.files && { files: run.files }),
      ...(run.facts && { facts: run.facts }),
    },
    seeds: run.seeds,
    epochs: run.epochs,
    stepsPerEpoch: run.stepsPerEpoch,
    parameters: run.parameters,
    engine: { name: 'dropout-studio', version },
    numerics: run.numerics,
    ...(run.backend && { backend: run.backend }),
    machine: { platform: platform(), arch: arch(), node: process.version, cores: availableParallelism() },
    started: new Date().toISOString(),
  };
}

/**
 * Takes a new directory for a run: `<name>-<yyyymmdd-hhmmss>` (local time) in the folder of runs. A second run within the
 * same second gets "-2" behind it. Letters and digits of any language stay; a name is such as every system can have.
 */
export async function newRunDirectory(
  runsFolder: string,
  name: string,
  now = new Date(),
  files: RunFiles = disk,
): Promise<string> {
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const base = `${folderNameOf(name)}-${day}-${time}`;
  await files.makeFolder(runsFolder);
  for (let n = 1; ; n++) {
    const directory = join(runsFolder, n === 1 ? base : `${base}-${n}`);
    try {
      await files.makeNewFolder(directory);
      return directory;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Bytes of a name: with date and number, and below a folder or two, it stays within what Windows allows for a whole path. */
const LONGEST_NAME = 80;
/** Devices of Windows, whatever stands behind a point. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name as that of a folder. */
function folderNameOf(name: string): string {
  const safe = name.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-');
  let short = '';
  for (const character of safe) {
    if (Buffer.byteLength(short + character) > LONGEST_NAME) break;
    short += character;
  }
  const trimmed = short.replaceAll(/^[.-]+|[.-]+$/g, '');
  if (trimmed === '') return 'run';
  return RESERVED.test(trimmed) ? `run-${trimmed}` : trimmed;
}

/** Of the samples as the network gets them. */
export function fingerprint({ train, validation, test }: Dataset): string {
  const hash = createHash('sha256');
  for (const { inputs, targets, levels, weights } of [train, validation, test]) {
    for (const array of [inputs, targets, levels, weights])
      if (array) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest('hex');
}

/** What a writer that was killed had not yet renamed. */
async function removeTemporary(directory: string, files: RunFiles): Promise<void> {
  for (const folder of [directory, join(directory, 'checkpoints')]) {
    for (const name of await files.list(folder).catch(() => []))
      // Of a lock it may be another's, who is about to find that the run is ours.
      if (isTemporary(name) && !name.startsWith(LOCK)) await files.remove(join(folder, name));
  }
}

const writeInfo = (directory: string, info: RunInfo, files: RunFiles): Promise<void> =>
  writeAtomically(join(directory, 'run.json'), `${JSON.stringify(info, null, 2)}\n`, files);
