import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { DataIo } from '../data/source';
import { bytes, count } from '../model/words';
import { sha256 } from './digest';

/** A data file of a run, as it was when the run began. */
export interface DataFileInfo {
  /** As the model gives it; of a folder with very many files, the folder. */
  readonly path: string;
  /** Bytes; of a folder, of all its files. */
  readonly size: number;
  /** In hexadecimal; of a folder, of its files' names and digests, one a line. */
  readonly sha256: string;
  /** How many there are, where the path is a folder. */
  readonly files?: number;
}

/** So many files are kept one by one; of more, a folder each. */
const MOST_FILES = 1000;

/** Passes on what a source reads, and remembers what it was. */
export function rememberFiles(io: DataIo): { readonly io: DataIo; readonly files: () => DataFileInfo[] } {
  const read = new Map<string, DataFileInfo>();
  return {
    io: {
      ...io,
      async readFile(path) {
        const content = await io.readFile(path);
        read.set(path, { path, size: content.length, sha256: sha256(content) });
        return content;
      },
      async openFile(path) {
        const file = await io.openFile(path);
        const hash = createHash('sha256');
        let size = 0;
        return {
          ...file,
          async read(into) {
            const length = await file.read(into);
            size += length;
            hash.update(into.subarray(0, length));
            // Read to its end: whoever stops before has not read the file.
            if (length === 0) read.set(path, { path, size, sha256: hash.copy().digest('hex') });
            return length;
          },
        };
      },
    },
    files: () => (read.size > MOST_FILES ? byFolder([...read.values()]) : [...read.values()]),
  };
}

function byFolder(files: readonly DataFileInfo[]): DataFileInfo[] {
  const folders = new Map<string, DataFileInfo[]>();
  for (const file of files) {
    const folder = posix.dirname(file.path.replaceAll('\\', '/'));
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].map(([path, own]) => {
    const hash = createHash('sha256');
    // In whichever order they were read.
    const sorted = [...own].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const file of sorted) hash.update(`${file.path} ${file.sha256}\n`);
    return { path, size: own.reduce((sum, { size }) => sum + size, 0), sha256: hash.digest('hex'), files: own.length };
  });
}

/** What is no longer as it was, a sentence a file; none where nothing is known of before. */
export function changesOf(before: readonly DataFileInfo[] = [], now: readonly DataFileInfo[] = []): string[] {
  if (before.length === 0) return [];
  const found = new Map(now.map((file) => [file.path, file]));
  const had = new Set(before.map(({ path }) => path));
  return [
    ...before.flatMap((old) => {
      const file = found.get(old.path);
      if (!file) return [`${old.path} was read then and is not now.`];
      if (file.sha256 === old.sha256) return [];
      if (file.files !== old.files)
        return [`${old.path} had ${count(old.files ?? 1, 'file')}, and has ${count(file.files ?? 1, 'file')}.`];
      return [
        file.size === old.size
          ? `${old.path} has other content of the same ${bytes(old.size)}.`
          : `${old.path} was ${sizes(old.size, file.size)}.`,
      ];
    }),
    ...now.filter(({ path }) => !had.has(path)).map(({ path }) => `${path} was not read then and is now.`),
  ];
}

/** Both in bytes where rounding would hide the difference. */
function sizes(before: number, now: number): string {
  const [a, b] = [bytes(before), bytes(now)];
  return a === b ? `${count(before, 'byte')} and is ${now.toLocaleString('en')}` : `${a} and is ${b}`;
}
