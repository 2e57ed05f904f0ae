import { join } from 'node:path';
import type { EpochRecord } from '../engine/records';
import { type RunFiles, disk } from './disk';
import type { RunInfo } from './info';
import { holderOf, isLockName } from './lock';
import { isRun, readInfo } from './open';
import { type RunProblem, readRecords } from './records';

/** A run as a list shows it: from `run.json` alone, where it has ended. */
export interface ListedRun {
  readonly directory: string;
  readonly name: string;
  /** Absent where it cannot be understood. */
  readonly info?: RunInfo;
  /** How it ended; `running`: somebody writes it now; `interrupted`: it has not ended, and nobody does. */
  readonly state: NonNullable<RunInfo['reason']> | 'running' | 'interrupted' | 'damaged';
  /** The last epoch that was measured. */
  readonly last?: EpochRecord;
  /** The best epoch on validation; of a run that has not ended, the one with the smallest loss so far. */
  readonly best?: NonNullable<RunInfo['best']>;
  /** Spent training; of a run that has not ended, until its last checkpoint. */
  readonly seconds?: number;
  readonly problems: readonly RunProblem[];
}

/** One for all: making one takes longer than most of these texts. */
const decoder = new TextDecoder();

/** Files that are read at a time: more wait in line on the disk anyway. */
const TOGETHER = 64;

/**
 * All runs in a folder, the newest first. A folder that is not there has none.
 * @throws whatever reading the folder throws besides
 */
export async function listRuns(folder: string, files: RunFiles = disk): Promise<ListedRun[]> {
  let names: readonly string[];
  try {
    names = await files.list(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
  // Hidden ones are none of ours: what was deleted lies in one of them.
  const waiting = names.filter((name) => !name.startsWith('.'));
  const found: ListedRun[] = [];
  const work = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const run = await listRun(join(folder, name), files);
      if (run) found.push(run);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return found.sort(
    (a, b) => compare(b.info?.started ?? '', a.info?.started ?? '') || compare(b.directory, a.directory),
  );
}

/** One run as a list shows it; undefined where the folder is none. */
export async function listRun(directory: string, files: RunFiles = disk): Promise<ListedRun | undefined> {
  const name = directory.split(/[\\/]/).at(-1)!;
  let text: string;
  try {
    text = decoder.decode(await files.read(join(directory, 'run.json')));
  } catch (error) {
    const message = await whyUnread(directory, error as NodeJS.ErrnoException, files);
    return message === undefined
      ? undefined
      : { directory, name, state: 'damaged', problems: [{ file: 'run.json', message }] };
  }
  const problems: RunProblem[] = [];
  const info = readInfo(text, problems);
  if (!info) return { directory, name, state: 'damaged', problems };
  if (info.reason !== undefined) {
    const { reason: state, last, best, seconds } = info;
    return { directory, name, info, state, last, best, seconds, problems };
  }
  const held = (await files.list(directory)).some(isLockName) && (await holderOf(directory, { files })) !== undefined;
  const log = await files.read(join(directory, 'metrics.jsonl')).catch(() => new Uint8Array());
  const { epochs, times } = readRecords(decoder.decode(log));
  const state = held ? 'running' : 'interrupted';
  const seconds = Math.max(0, ...times.values());
  return { directory, name, info, state, last: epochs.at(-1), best: bestOf(epochs), seconds, problems };
}

/** Why `run.json` cannot be read; undefined where the folder is no run, or is just being made one. */
async function whyUnread(
  directory: string,
  { code, message }: NodeJS.ErrnoException,
  files: RunFiles,
): Promise<string | undefined> {
  if (code === 'ENOTDIR') return undefined;
  if (code !== 'ENOENT') return `It cannot be read: ${message}.`;
  const names = await files.list(directory).catch(() => []);
  // It is the last to be written.
  if (!isRun(names) || (names.some(isLockName) && (await holderOf(directory, { files })))) return undefined;
  return 'It is missing: it was deleted, or the run was cut short before it began.';
}

/** Undefined where nothing was validated. */
function bestOf(epochs: readonly EpochRecord[]): ListedRun['best'] {
  let best: ListedRun['best'];
  for (const { epoch, validation } of epochs)
    if (validation && !(validation.loss >= (best?.loss ?? Infinity))) best = { epoch, loss: validation.loss };
  return best;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
