import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type RunFiles, disk } from './disk';
import { RunError } from './error';
import { holderOf } from './lock';
import { openRun } from './open';

/** @throws RunError where the folder is no run, or somebody writes it */
export async function refuseDeleting(directory: string, files: RunFiles = disk): Promise<void> {
  await openRun(directory, files);
  if (await holderOf(directory, { files }))
    throw new RunError(`The run ${directory} is being written. Stop it before it is deleted.`);
}

/**
 * Moves a run to `.trash` beside it, which no list looks into.
 * @returns where it is now
 */
export async function moveToTrash(directory: string, files: RunFiles = disk): Promise<string> {
  const trash = join(dirname(directory), '.trash');
  await files.makeFolder(trash);
  const taken = new Set(await files.list(trash));
  let name = basename(directory);
  for (let n = 2; taken.has(name); n++) name = `${basename(directory)}-${n}`;
  await files.rename(directory, join(trash, name));
  return join(trash, name);
}

/** Bytes of all files in a folder and those below it; what cannot be looked at takes none. */
export async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return sizeOf(path);
      return stat(path).then(
        ({ size }) => size,
        () => 0,
      );
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
