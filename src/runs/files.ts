import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DataIo } from '../data/source';

/** Reads data files by paths relative to the model's folder, as models give them. Absolute paths stay as they are. */
export function fileIo(folder: string): DataIo {
  return { readFile: (path) => readFile(resolve(folder, path)) };
}

let written = 0;

/**
 * Writes a file whole or not at all: into a temporary file beside it, forced to disk, then renamed over it. Whoever reads
 * it, after a crash too, finds the old content or the new.
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}-${++written}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes a rename last through a power cut. Windows cannot open folders, and keeps renames in its journal. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
