import type { NumberArray } from './arrays';
import { FormatError } from './error';
import { NPY_HEAD, npySize, readNpy } from './npy';
import { unzipped, zipEntries } from './zip';

/** NumPy's archives: a zip file of .npy files, stored (savez) or deflated (savez_compressed). */

const nameOf = ({ name }: { readonly name: string }): string => name.replace(/\.npy$/, '');

/** The names of the arrays in an archive, without ".npy", in its order. @throws FormatError where it is no zip file */
export const arraysIn = (bytes: Uint8Array): string[] => zipEntries(bytes).map(nameOf);

/**
 * Reads one array of an archive; the others are left packed.
 * @throws FormatError where there is no such array, or it is damaged, or larger than it claims
 */
export function readNpz(bytes: Uint8Array, name: string): NumberArray {
  const entries = zipEntries(bytes);
  const entry = entries.find((e) => nameOf(e) === name);
  if (!entry)
    throw new FormatError(
      `It has no array "${name}". It has ${entries.map((e) => `"${nameOf(e)}"`).join(', ') || 'none'}.`,
    );
  // What the array itself says is asked first: nothing is allocated for an archive that lies about it.
  return readNpy(unzipped(bytes, entry, `The array "${name}"`, { head: NPY_HEAD, sizeOf: npySize }));
}
