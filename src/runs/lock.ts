import { randomUUID } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type RunFiles, disk, writeAtomically } from './disk';
import { RunError } from './error';
import { isProcess, startOf } from './processes';

/** Who writes a run, as its lock file says. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Of the process, to tell it from a later one of the same number; null where the machine does not tell. */
  readonly start: string | null;
  /** The folder that is written, links resolved: a copy of it has a copy of this file, and no writer. */
  readonly place?: string;
  /** ISO 8601, UTC: since when. */
  readonly since: string;
}

/** What names of lock files begin with. */
export const LOCK = 'run.lock.';
export const isLockName = (name: string): boolean => name.startsWith(LOCK) && !name.endsWith('.tmp');

/** How often a lock's file is touched, in milliseconds: for machines that share a disk, and see no process of ours. */
const BEAT = 2000;

/** Beats after which a file that nobody has touched is nobody's, where one clock tells both times. */
const LONG = 15;

/** What a test may set otherwise. */
export interface LockOptions {
  readonly files?: RunFiles;
  readonly beat?: number;
  readonly host?: string;
}

/**
 * That one writer alone has a run. Each has a lock file of its own, under a name that is never used again: it makes its
 * file first and looks for others then, so of two that come at once at least one sees the other (and at worst both go);
 * and a file whose writer is dead can be removed by anyone at any time, for it can never become another's.
 *
 * A writer is alive if its process is: the number, and the start of the process, so that a number given out again deceives
 * nobody. Of a writer on another machine, in another container, or of a folder that is elsewhere now, only the beat of its
 * file can be seen.
 */
export class RunLock {
  #timer: NodeJS.Timeout;

  private constructor(
    readonly path: string,
    private readonly files: RunFiles,
    beat: number,
  ) {
    this.#timer = setInterval(() => void files.touch(path).catch(() => undefined), beat);
    this.#timer.unref();
  }

  /** @throws RunError where another has it, saying who; whatever the disk throws */
  static async take(directory: string, options: LockOptions = {}): Promise<RunLock> {
    const { files = disk, beat = BEAT, host = hostname() } = options;
    for (let attempt = 1; ; attempt++) {
      const path = join(directory, `${LOCK}${randomUUID()}`);
      const holder: LockHolder = {
        pid: process.pid,
        host,
        start: (await ownStart()) ?? null,
        place: await placeOf(directory),
        since: new Date().toISOString(),
      };
      await writeAtomically(path, `${JSON.stringify(holder)}\n`, files);
      let other: LockHolder | undefined;
      try {
        other = await holderOf(directory, { files, beat, host }, path);
      } catch (error) {
        await files.remove(path).catch(() => undefined);
        throw error;
      }
      if (!other) return new RunLock(path, files, beat);
      await files.remove(path);
      // Two that came at once saw one another: the next time they hardly come at once again.
      if (attempt >= 3) throw new RunError(`The run ${directory} is being written by ${describe(other, host)}.`);
      await pause(20 + Math.random() * 100 * attempt);
    }
  }

  /** Whether the file is still there: who finds it gone has lost the run, and must not write to it. */
  async isHeld(): Promise<boolean> {
    try {
      await this.files.read(this.path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    // While this process lives, a file that stays behind would hold the run: a disk that stumbles is asked again.
    await this.files.remove(this.path).catch(() => this.files.remove(this.path));
  }
}

/**
 * Who writes a run now; undefined where nobody does. Locks that the dead left behind are removed.
 * @param own a lock that does not count
 */
export async function holderOf(
  directory: string,
  { files = disk, beat = BEAT, host = hostname() }: LockOptions = {},
  own?: string,
): Promise<LockHolder | undefined> {
  for (const name of (await files.list(directory)).filter(isLockName)) {
    const path = join(directory, name);
    if (path === own) continue;
    const holder = await readLock(path, files);
    if (holder === 'gone') continue;
    if (holder && (await isAlive(holder, path, beat, host))) return holder;
    await files.remove(path).catch(() => undefined);
  }
  return undefined;
}

/** Undefined where it says nothing: a power cut can leave a file empty. */
async function readLock(path: string, files: RunFiles): Promise<LockHolder | 'gone' | undefined> {
  try {
    const holder = JSON.parse(new TextDecoder().decode(await files.read(path))) as Partial<LockHolder>;
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? (holder as LockHolder) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isAlive(holder: LockHolder, path: string, beat: number, here: string): Promise<boolean> {
  const { pid, host, start, place } = holder;
  if (host === here && (place === undefined || place === (await placeOf(dirname(path))))) {
    if (!isProcess(pid)) return false;
    if (start === null) return true;
    const now = await startOf(pid);
    return now === undefined ? isProcess(pid) : now === start;
  }
  const before = await timeOf(path);
  if (before === undefined || (host === here && Date.now() - before > LONG * beat)) return false;
  // The clocks of two machines may differ: not the time counts, but whether it moves.
  for (let waited = 0; waited < 2.5 * beat; waited += beat / 4) {
    await pause(beat / 4);
    const now = await timeOf(path);
    if (now === undefined) return false;
    if (now !== before) return true;
  }
  return false;
}

const placeOf = (directory: string): Promise<string> => realpath(directory).catch(() => directory);

const timeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

const describe = ({ pid, host, since }: LockHolder, here: string): string =>
  `${pid === process.pid ? 'this process' : `process ${pid}`}${host === here ? '' : ` on ${host}`}, since ${since}`;

let started: Promise<string | undefined> | undefined;
const ownStart = (): Promise<string | undefined> => (started ??= startOf(process.pid));
