import { MOST_BYTES } from './arrays';
import { FormatError } from './error';
import { checkSum, inflateExactly, inflateHead } from './inflate';

/** Zip files (APPNOTE.TXT of PKWARE, sections 4.3 and 4.4) of less than four gigabytes, stored or deflated. */

/** A file within a zip file. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  /** CRC-32 of its bytes. */
  readonly sum: number;
  /** Bytes in the zip file, and unpacked. */
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

/** What is in a zip file, in its order. @throws FormatError where it is none */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY)
      throw new FormatError(
        `The zip file's directory is damaged: no entry at byte ${at}, where ${i + 1} of ${count} should be.`,
      );
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, Math.min(at + 46 + nameLength, end))),
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

/**
 * A file of a zip file, unpacked.
 * @param what it is called in messages
 * @param sizeOf told by its first `head` bytes how large the file itself says it is: asked before anything is allocated
 * @throws FormatError where it is damaged, encrypted, larger than it claims, or packed in a way that is not known
 */
export function unzipped(
  bytes: Uint8Array,
  entry: ZipEntry,
  what: string,
  claim?: { readonly head: number; readonly sizeOf: (head: Uint8Array) => number },
): Uint8Array {
  const { method, flags, size, sum } = entry;
  if (flags & ENCRYPTED) throw new FormatError(`${what} is encrypted.`);
  const packed = dataOf(bytes, entry, what);
  if (method === STORED) {
    if (packed.length !== size) throw new FormatError(`${what} claims ${size} bytes, but ${packed.length} are stored.`);
    checkSum(packed, sum);
    return packed;
  }
  if (method !== DEFLATED)
    throw new FormatError(`${what} is packed by method ${method}; only 0, stored, and 8, deflate, are known.`);
  const claimed = claim ? claim.sizeOf(inflateHead(packed, Math.min(claim.head, size))) : size;
  if (claimed !== size)
    throw new FormatError(`By its header ${what} has ${claimed} bytes, but the archive claims ${size}.`);
  const file = inflateExactly(packed, size);
  checkSum(file, sum);
  return file;
}

/** The record at the end of a zip file, behind which only a comment stands. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_LENGTH - LONGEST_COMMENT);
  for (let at = view.byteLength - END_LENGTH; at >= first; at--) if (view.getUint32(at, true) === END) return at;
  throw new FormatError('The zip file has no directory at its end: it is cut short.');
}

function dataOf(bytes: Uint8Array, { start, packed, size }: ZipEntry, what: string): Uint8Array {
  if (packed === TOO_LARGE || size === TOO_LARGE || start === TOO_LARGE)
    throw new FormatError(`${what} is larger than the ${MOST_BYTES} bytes that one array may have.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 30 > bytes.length || view.getUint32(start, true) !== LOCAL)
    throw new FormatError(`The zip file is damaged: ${what} does not begin at byte ${start}.`);
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (from + packed > bytes.length)
    throw new FormatError(`${what} ends at byte ${from + packed}, but the file has ${bytes.length}: it is cut short.`);
  return bytes.subarray(from, from + packed);
}
