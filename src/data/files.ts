import { FormatError } from '../formats/error';
import { ModelError } from '../model/diagnostics';
import type { DataIo } from './source';

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
  const where = `"${path}" (relative to the model's folder)`;
  let bytes: Uint8Array;
  try {
    bytes = await io.readFile(path);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'ENOENT')
      throw new ModelError(
        'file-not-found',
        at,
        `The data file ${where} does not exist. Correct "${parameter}", or put the file there. ${message}`,
      );
    throw new ModelError('file-unreadable', at, `The data file ${where} cannot be read: ${message}`);
  }
  return inFile(nameOf(path), at, () => parse(bytes));
}

/** Says of which file a FormatError is. */
export function inFile<T>(name: string, at: (string | number)[], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new ModelError('file-damaged', at, `${name}: ${error.message}`);
  }
}
