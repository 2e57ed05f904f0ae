import { FormatError } from '../formats/error';
import { ModelError } from '../model/diagnostics';
import type { JsonPath } from '../model/json';
import { bytes as inBytes } from '../model/words';
import { DEFAULT_DATA_LIMIT, limitRemedy } from './limit';
import { type DataFile, type DataIo, LoadCancelled } from './source';

/** The last part of a path: how messages call a file. */
export const nameOf = (path: string): string => path.split(/[\\/]/).filter(Boolean).pop() ?? path;

/**
 * Reads a file that a parameter names.
 * @param parse what is in it; its FormatErrors become errors of the file
 * @throws ModelError at the parameter
 */
export async function readFrom<T>(
  io: DataIo,
  path: string,
  parameter: string,
  parse: (bytes: Uint8Array) => T,
): Promise<T> {
  const at = ['data', parameter];
  const bytes = await io.readFile(path).catch((error: unknown) => refuseFile(path, at, error));
  return inFile(nameOf(path), at, () => parse(bytes));
}

/**
 * Opens a file that a parameter names, lets `read` go through it, and closes it whatever happens.
 * @param at the parameter
 * @throws ModelError at the parameter where the file cannot be opened or read; and whatever `read` throws
 */
export async function openFrom<T>(
  io: DataIo,
  path: string,
  at: JsonPath,
  read: (file: DataFile) => Promise<T>,
): Promise<T> {
  const file = await io.openFile(path).catch((error: unknown) => refuseFile(path, at, error));
  try {
    return await read({
      size: file.size,
      read: (into) => file.read(into).catch((error: unknown) => refuseFile(path, at, error)),
      close: () => file.close(),
    });
  } finally {
    await file.close();
  }
}

/**
 * Reads an open file to its end, for formats that say what is where only there.
 * @param limit bytes that it may have
 * @throws ModelError where it is larger
 */
export async function readWhole(
  file: DataFile,
  name: string,
  at: JsonPath,
  limit = DEFAULT_DATA_LIMIT,
): Promise<Uint8Array> {
  if (file.size > limit)
    throw new ModelError(
      'data-too-large',
      at,
      `${name} has ${inBytes(file.size)}, and is read whole; at most ${inBytes(limit)} are allowed. ${limitRemedy}`,
    );
  const bytes = new Uint8Array(file.size);
  let held = 0;
  for (let read = -1; read !== 0 && held < bytes.length; held += read) read = await file.read(bytes.subarray(held));
  return bytes.subarray(0, held);
}

function refuseFile(path: string, at: JsonPath, error: unknown): never {
  // Whoever ends the reading is told of it as such.
  if (error instanceof LoadCancelled || error instanceof ModelError) throw error;
  const { code, message } = error as Error & { code?: string };
  const where = `"${path}" (relative to the model's folder)`;
  if (code === 'ENOENT')
    throw new ModelError(
      'file-not-found',
      at,
      `The data file ${where} does not exist. Correct "${at.at(-1)}", or put the file there. ${message}`,
    );
  throw new ModelError('file-unreadable', at, `The data file ${where} cannot be read: ${whyUnreadable(error)}`);
}

/** The system's own words for what went wrong, after what a person can do about it. */
export function whyUnreadable(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  const remedy = remedies[code ?? ''];
  return remedy ? `${remedy} ${message}` : message;
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission. Ask for it, or copy the file.',
  EPERM: 'you have no permission. Ask for it, or copy the file.',
  EISDIR: 'it is a folder. Name a file in it.',
  ENOTDIR: 'it is a file, or lies in one. Name a folder.',
  ELOOP: 'it is a link that leads back to itself. Name what it should lead to.',
};

/** Says of which file a FormatError is. */
export function inFile<T>(name: string, at: (string | number)[], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new ModelError('file-damaged', at, `${name}: ${error.message}`);
  }
}
