import { mkdir, open, readdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The operations on the disk that a run is kept with: one layer, so that a test can make any one of them fail. Errors
 * are those of `node:fs`, with their `code`.
 */
export interface RunFiles {
  /** Makes a folder and those above it; nothing where it stands already. */
  makeFolder(path: string): Promise<void>;
  /** Makes one folder that does not exist yet: EEXIST where it does. */
  makeNewFolder(path: string): Promise<void>;
  /** Names of what lies in a folder. */
  list(path: string): Promise<string[]>;
  read(path: string): Promise<Uint8Array>;
  /** A new, empty file: EEXIST where there is one. */
  create(path: string): Promise<RunFile>;
  /** An existing file, to be written from its end on. */
  append(path: string): Promise<RunFile>;
  rename(from: string, to: string): Promise<void>;
  /** A file, or a folder with all that is in it; nothing where there is none. */
  remove(path: string): Promise<void>;
  /** Sets a file's time to now. */
  touch(path: string): Promise<void>;
  /** Makes what was created or renamed in a folder last through a power cut. */
  syncFolder(path: string): Promise<void>;
}

export interface RunFile {
  /** Writes all of it, at the end. Where it fails, a part may have been written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Bytes in the file. */
  length(): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Forces what was written to the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

async function opened(path: string, flags: 'wx' | 'a' | 'r+'): Promise<RunFile> {
  const handle = await open(path, flags);
  return {
    write: (bytes) => handle.appendFile(bytes),
    length: async () => (await handle.stat()).size,
    truncate: (length) => handle.truncate(length),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

/** What Windows answers while a virus scanner, an indexer or a backup has a file open: a moment later it has not. */
const PASSING: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY']);
/** Milliseconds between two tries, and how often it is tried again: for about a second in all. */
const AGAIN = [10, 20, 50, 100, 200, 300, 300] as const;

/** Does something again for a moment where it fails as it does on Windows while somebody else has the file open. */
export async function patiently<T>(work: () => Promise<T>, platform = process.platform): Promise<T> {
  for (const wait of platform === 'win32' ? AGAIN : []) {
    try {
      return await work();
    } catch (error) {
      if (!PASSING.has((error as NodeJS.ErrnoException).code)) throw error;
    }
    await pause(wait);
  }
  return work();
}

/** What folders on some disks answer that cannot be forced: those of other machines, and of other systems. */
const UNFORCED: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EBADF']);

/** Whether forcing a folder to the disk failed because there is no such thing on it, and not because the disk did. */
export const isUnforced = (error: unknown): boolean => UNFORCED.has((error as NodeJS.ErrnoException).code);

/** The machine's own file system. */
export const disk: RunFiles = {
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  makeNewFolder: (path) => mkdir(path),
  list: (path) => readdir(path),
  read: (path) => patiently(() => readFile(path)),
  create: (path) => opened(path, 'wx'),
  append: async (path) => {
    // "a" alone would make a file that is gone anew, without what it held.
    await (await opened(path, 'r+')).close();
    return opened(path, 'a');
  },
  rename: (from, to) => patiently(() => rename(from, to)),
  // Only on Windows it is tried again: elsewhere what may not be removed will not be a moment later.
  remove: (path) =>
    rm(path, { recursive: true, force: true, ...(process.platform === 'win32' && { maxRetries: 5, retryDelay: 50 }) }),
  touch: (path) => {
    const now = new Date();
    return utimes(path, now, now);
  },
  syncFolder: async (path) => {
    // Windows cannot open folders, and keeps renames in its journal.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } catch (error) {
      if (!isUnforced(error)) throw error;
    } finally {
      await handle.close();
    }
  },
};

let written = 0;

/**
 * Writes a file whole or not at all: into a temporary file beside it, forced to disk, then renamed over it. Whoever reads
 * it, after a crash too, finds the old content or the new.
 */
export async function writeAtomically(file: string, content: string | Uint8Array, files = disk): Promise<void> {
  const temporary = `${file}.${process.pid}-${++written}.tmp`;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  try {
    const handle = await files.create(temporary);
    try {
      await handle.write(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, file);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
  await files.syncFolder(dirname(file));
}

/** What a writer that was killed left behind in a folder. */
export const isTemporary = (name: string): boolean => /\.\d+-\d+\.tmp$/.test(name);
