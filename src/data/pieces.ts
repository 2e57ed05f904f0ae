import type { DataFile } from './source';
import { MOST_RECORD_BYTES } from './csvTokens';

/** So much is read at a time: between two pieces there is a breath, in which a cancelled reading ends. */
const PIECE = 2 ** 20;

/**
 * Reads a file of records piece by piece: of it no more than a piece, or one record, is ever held.
 * @param take gets a piece, and whether the file ends with it; returns where a record begins that is not whole yet. Given
 * `MOST_RECORD_BYTES` without a whole record, it is to throw
 * @param progress told after each piece how many bytes of the file were read
 * @param piece bytes that are read at a time; twice as many where a record does not fit
 */
export async function readPieces(
  file: DataFile,
  take: (piece: Uint8Array, isLast: boolean) => number,
  progress: (bytes: number) => void,
  piece = Math.min(PIECE, Math.max(4096, file.size + 1)),
): Promise<void> {
  let bytes = new Uint8Array(piece);
  let held = 0;
  let total = 0;
  for (let isLast = false; !isLast;) {
    if (held === bytes.length) bytes = larger(bytes);
    // Always full: what is left of a record is looked at again with each piece.
    while (held < bytes.length && !isLast) {
      const read = await file.read(bytes.subarray(held));
      total += read;
      held += read;
      isLast = read === 0;
    }
    const position = take(bytes.subarray(0, held), isLast);
    bytes.copyWithin(0, position, held);
    held -= position;
    progress(total);
  }
}

function larger(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const twice = new Uint8Array(Math.min(2 * bytes.length, MOST_RECORD_BYTES));
  twice.set(bytes);
  return twice;
}
