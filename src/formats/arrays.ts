import { FormatError } from './error';

/** Arrays of numbers as files hold them: shared by IDX and NumPy's format. */

export type Numbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

export interface NumberArray {
  readonly shape: readonly number[];
  /** Rows first: the last index moves fastest. May be a view of the bytes that were read. */
  readonly values: Numbers;
  /** What the file calls a number: floats may be whole, but are no labels. */
  readonly kind: 'integer' | 'float' | 'bool';
}

/** What one array may take in memory. A file that asks for more is refused before anything is allocated. */
export const MOST_BYTES = 2 ** 30;

/**
 * How many values a shape has.
 * @param width bytes of one
 * @throws FormatError where they take more than `MOST_BYTES`
 */
export function countOf(shape: readonly number[], width: number): number {
  let count = shape.includes(0) ? 0 : 1;
  for (const n of shape) {
    count *= n;
    if (count * width > MOST_BYTES)
      throw new FormatError(
        `Its shape [${shape.join(', ')}] takes more than the ${MOST_BYTES} bytes that one array may have.`,
      );
  }
  return count;
}

const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Bytes of a file as `width` bytes a number in the order of this machine, at the start of a buffer of their own. */
export function inOrder(bytes: Uint8Array, width: number, little: boolean): ArrayBuffer {
  const own = new Uint8Array(bytes);
  if (width > 1 && little !== isLittle)
    for (let at = 0; at < own.length; at += width)
      for (let i = at, j = at + width - 1; i < j; i++, j--) [own[i], own[j]] = [own[j], own[i]];
  return own.buffer;
}
