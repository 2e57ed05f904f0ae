import { MOST_BYTES, type NumberArray } from './arrays';
import { FormatError } from './error';
import { checkSum, inflateExactly, inflateHead } from './inflate';
import { NPY_HEAD, npySize, readNpy } from './npy';

/** NumPy's archives: a zip file of .npy files, stored (savez) or deflated (savez_compressed). */

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly sum: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly start: number;
}

const [ENTRY, LOCAL, END] = [0x02014b50, 0x04034b50, 0x06054b50];
const END_LENGTH = 22;
const LONGEST_COMMENT = 65535;
const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED = 1;
/** In the place of a size: it stands elsewhere, as it takes more than four bytes. */
const TOO_LARGE = 0xffffffff;

export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** The names of the arrays in an archive, without ".npy", in its order. @throws FormatError where it is no zip file */
export const arraysIn = (bytes: Uint8Array): string[] => entriesOf(bytes).map(({ name }) => name);

/**
 * Reads one array of an archive; the others are left packed.
 * @throws FormatError where there is no such array, or it is damaged, or larger than it claims
 */
export function readNpz(bytes: Uint8Array, name: string): NumberArray {
  const entries = entriesOf(bytes);
  const entry = entries.find((e) => e.name === name);
  if (!entry)
    throw new FormatError(
      `It has no array "${name}". It has ${entries.map((e) => `"${e.name}"`).join(', ') || 'none'}.`,
    );
  const { method, flags, size, sum } = entry;
  if (flags & ENCRYPTED) throw new FormatError(`The array "${name}" is encrypted.`);
  const packed = dataOf(bytes, entry);
  if (method === STORED) {
    if (packed.length !== size)
      throw new FormatError(`The array "${name}" claims ${size} bytes, but ${packed.length} are stored.`);
    checkSum(packed, sum);
    return readNpy(packed);
  }
  if (method !== DEFLATED)
    throw new FormatError(
      `The array "${name}" is packed by method ${method}; only 0, stored, and 8, deflate, are known.`,
    );
  // What the array itself says is asked first: nothing is allocated for an archive that lies about it.
  const claimed = npySize(inflateHead(packed, Math.min(NPY_HEAD, size)));
  if (claimed !== size)
    throw new FormatError(`By its header the array "${name}" has ${claimed} bytes, but the archive claims ${size}.`);
  const file = inflateExactly(packed, size);
  checkSum(file, sum);
  return readNpy(file);
}

function entriesOf(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY)
      throw new FormatError(
        `The zip file's directory is damaged: no entry at byte ${at}, where ${i + 1} of ${count} should be.`,
      );
    const nameLength = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(bytes.subarray(at + 46, Math.min(at + 46 + nameLength, end)));
    entries.push({
      name: path.replace(/\.npy$/, ''),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      sum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** The record at the end of a zip file, behind which only a comment stands. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_LENGTH - LONGEST_COMMENT);
  for (let at = view.byteLength - END_LENGTH; at >= first; at--) if (view.getUint32(at, true) === END) return at;
  throw new FormatError('The zip file has no directory at its end: it is cut short.');
}

function dataOf(bytes: Uint8Array, { name, start, packed, size }: Entry): Uint8Array {
  if (packed === TOO_LARGE || size === TOO_LARGE || start === TOO_LARGE)
    throw new FormatError(`The array "${name}" is larger than the ${MOST_BYTES} bytes that one array may have.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 30 > bytes.length || view.getUint32(start, true) !== LOCAL)
    throw new FormatError(`The zip file is damaged: the array "${name}" does not begin at byte ${start}.`);
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (from + packed > bytes.length)
    throw new FormatError(
      `The array "${name}" ends at byte ${from + packed}, but the file has ${bytes.length}: it is cut short.`,
    );
  return bytes.subarray(from, from + packed);
}
