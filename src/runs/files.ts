import { realpathSync, type Stats } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DEFAULT_DATA_LIMIT, limitRemedy } from '../data/limit';
import type { DataFile, DataIo, FolderEntry } from '../data/source';
import type { Workspace } from '../model/dataPaths';
import { bytes } from '../model/words';

/**
 * Reads data files by paths relative to the model's folder, as models give them. Absolute paths stay as they are.
 * @param limit bytes that a file read whole, and the samples of a table, may take
 * @param workspace what an editor has open; its links are resolved here
 */
export function fileIo(folder: string, limit = DEFAULT_DATA_LIMIT, workspace?: Workspace): DataIo {
  return {
    limit,
    ...(workspace && { workspace: { ...workspace, folders: workspace.folders.map((f) => placeOf(f)) } }),
    place: (path) => Promise.resolve(placeOf(resolve(folder, path))),
    stamp: async (path) => {
      const { size, mtimeMs, ino } = await stat(resolve(folder, path));
      return [size, mtimeMs, ino].join();
    },
    readFile: (path) => readRegular(resolve(folder, path), limit),
    openFile: (path) => openRegular(resolve(folder, path)),
    listFolder: (path, within = path) => list(resolve(folder, path), resolve(folder, within)),
  };
}

/** Where a path leads, links resolved as far as it is there. A link that leads back to itself leads to where it is. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(placeOf(parent), basename(path));
  }
}

async function readRegular(file: string, limit: number): Promise<Uint8Array> {
  const stats = await stat(file);
  refuseIrregular(file, stats);
  if (stats.size > limit)
    throw new Error(
      `${file} has ${bytes(stats.size)}, and is read whole; at most ${bytes(limit)} are allowed. ${limitRemedy}`,
    );
  return readFile(file);
}

/** Reads a file piece by piece: never more of it is held than is asked for. */
export async function openRegular(file: string): Promise<DataFile> {
  // Before it is opened: opening a pipe waits for whoever writes into it.
  refuseIrregular(file, await stat(file));
  const handle = await open(file, 'r');
  return {
    size: (await handle.stat()).size,
    read: async (into) => (await handle.read(into, 0, into.length)).bytesRead,
    close: () => handle.close(),
  };
}

/** A device or a pipe could be read for ever. */
function refuseIrregular(file: string, stats: Stats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw Object.assign(new Error(`${file} is a folder.`), { code: 'EISDIR' });
  throw new Error(`${file} is no file.`);
}

/** @see DataIo.listFolder */
async function list(folder: string, within: string): Promise<FolderEntry[]> {
  const own = await realpath(folder);
  const root = await realpath(within);
  if (!isWithin(own, root)) throw new Error(`${folder} is a link that leads out of ${within}.`);
  const entries = await readdir(own, { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const { name } = entry;
    const path = join(own, name);
    const meant = entry.isSymbolicLink() ? await follow(path, own, root) : entry;
    if (!meant.isFile() && !meant.isDirectory()) throw new Error(`${path} is neither a file nor a folder.`);
    return { name, isFolder: meant.isDirectory() };
  });
  return (await Promise.all(found)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a link in the folder `own` leads to. */
async function follow(link: string, own: string, root: string): Promise<Stats> {
  const target = await realpath(link).catch((error: NodeJS.ErrnoException) => {
    // Not as if the folder were missing.
    if (error.code === 'ENOENT') throw new Error(`${link} is a link that leads nowhere.`);
    throw error;
  });
  if (!isWithin(target, root)) throw new Error(`${link} is a link that leads out of ${root}.`);
  if (isWithin(own, target)) throw new Error(`${link} is a link to a folder that it lies in.`);
  return stat(target);
}

const isWithin = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};
