import { countOf } from '../arrays';
import { FormatError } from '../error';
import { sizeOf } from '../../model/spec';
import { inflateExactly } from '../inflate';
import { walkTree } from './groups';
import type { Cursor, Source } from './source';

/** Where the values of an array stand (section IV.A.2.i): in its header, in one piece, or in pieces that may be packed. */

/** What is done to a piece as it is written, in this order. */
export type Filter = 'deflate' | 'shuffle';

interface Wanted {
  readonly what: string;
  readonly shape: readonly number[];
  /** Bytes of a value. */
  readonly width: number;
  readonly filters: readonly Filter[];
}

/** Dimensions of an array (section IV.A.2.b). @returns an empty list for a single value */
export function shapeOf(space: Cursor): number[] {
  const version = space.version(1, 2);
  const rank = space.u8();
  const flags = space.u8();
  if (version === 1) space.skip(5);
  else if (space.u8() === 2) throw new FormatError(`${space.what} is empty: it has no values at all.`);
  if (rank > 32) throw new FormatError(`${space.what} has ${rank} dimensions: it is damaged.`);
  if (flags & 2) throw new FormatError(`${space.what} has its dimensions in another order, which is not read here.`);
  return Array.from({ length: rank }, () => space.length());
}

/** Filters in the order in which they were used (section IV.A.2.l). @throws FormatError where one is not known */
export function filtersOf(pipeline: Cursor): Filter[] {
  const version = pipeline.version(1, 2);
  const count = pipeline.u8();
  if (version === 1) pipeline.skip(6);
  return Array.from({ length: count }, () => {
    const id = pipeline.u16();
    const nameLength = version === 1 || id >= 256 ? pipeline.u16() : 0;
    pipeline.skip(2);
    const settings = pipeline.u16();
    pipeline.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    pipeline.skip(settings * 4 + (version === 1 && settings % 2 === 1 ? 4 : 0));
    if (id === 1) return 'deflate';
    if (id === 2) return 'shuffle';
    const names: Readonly<Record<number, string>> = {
      3: 'fletcher32',
      4: 'szip',
      5: 'nbit',
      6: 'scaleoffset',
      32000: 'lzf',
    };
    throw new FormatError(
      `${pipeline.what} is packed by ${names[id] ?? `the filter ${id}`}; gzip and shuffle are read.`,
    );
  });
}

/**
 * The bytes of all values, row by row.
 * @throws FormatError where they are not all there, kept in a way that is not read, or would take too much memory
 */
export function bytesOf(source: Source, layout: Cursor, wanted: Wanted): Uint8Array {
  const { what, shape, width } = wanted;
  const size = countOf(shape, width) * width;
  const version = layout.version(3, 4, 5);
  const kind = layout.u8();
  if (kind === 0) {
    const length = layout.u16();
    if (length < size) throw new FormatError(`${what} has ${length} bytes for ${size}: it is damaged.`);
    return layout.bytes(size);
  }
  if (kind === 1) {
    const address = layout.address();
    const length = layout.length();
    if (size === 0) return new Uint8Array(0);
    if (address === undefined) throw new FormatError(`${what} has no values: it was never written.`);
    if (length < size) throw new FormatError(`${what} has ${length} bytes for ${size}: it is damaged.`);
    return source.cursor(what, address, size).bytes(size);
  }
  if (kind !== 2) throw new FormatError(`${what} is kept in a layout of class ${kind}, which is not read here.`);
  return size === 0
    ? new Uint8Array(0)
    : joined(source, version === 3 ? piecesOf3(source, layout, wanted) : piecesOf4(source, layout, wanted), wanted);
}

/** A part of an array, as it stands in the file. */
interface Piece {
  /** Its first value's place in each dimension. */
  readonly at: readonly number[];
  readonly address: number;
  /** In the file. */
  readonly size: number;
  /** A bit for each filter that was left out. */
  readonly skipped: number;
}
interface Pieces {
  /** Of one piece, in values; those at the borders reach over them. */
  readonly shape: readonly number[];
  readonly pieces: readonly Piece[];
}

/** By a tree of version 1. */
function piecesOf3(source: Source, layout: Cursor, { what, shape, width }: Wanted): Pieces {
  const rank = layout.u8() - 1;
  const root = layout.address();
  const own = checkedPiece(
    Array.from({ length: rank }, () => layout.u32()),
    layout.u32(),
    { what, shape, width },
  );
  if (root === undefined) throw new FormatError(`${what} has no values: it was never written.`);
  const pieces: Piece[] = [];
  const most = countOfPieces(shape, own, what);
  const read = (key: Cursor, address: number): void => {
    const size = key.u32();
    const skipped = key.u32();
    const at = own.map(() => key.uint(8));
    if (pieces.length === most) throw new FormatError(`${what} has more than its ${most} pieces: it is damaged.`);
    pieces.push({ at, address, size, skipped });
  };
  walkTree(source, root, { kind: 1, what: `The pieces of ${what}` }, read, 8 + 8 * (rank + 1));
  return { shape: own, pieces };
}

/** By an index of version 4, as far as it is plain: one piece, pieces one behind another, or a list of them. */
function piecesOf4(source: Source, layout: Cursor, { what, shape, width, filters }: Wanted): Pieces {
  const flags = layout.u8();
  const rank = layout.u8() - 1;
  const wide = layout.u8();
  const sizes = Array.from({ length: rank }, () => layout.uint(wide));
  const own = checkedPiece(sizes, layout.uint(wide), { what, shape, width });
  const index = layout.u8();
  const count = countOfPieces(shape, own, what);
  const plain = sizeOf(own) * width;
  const placed = (address: number, i: number, size: number, skipped: number): Piece => ({
    at: placeOf(i, shape, own),
    address,
    size,
    skipped,
  });
  if (index === 1) {
    const size = flags & 2 ? layout.length() : plain;
    const skipped = flags & 2 ? layout.u32() : 0;
    const address = layout.address();
    if (address === undefined || count !== 1) throw new FormatError(`${what} has no values: it was never written.`);
    return { shape: own, pieces: [placed(address, 0, size, skipped)] };
  }
  if (index === 2 && filters.length === 0) {
    const address = layout.address();
    if (address === undefined) throw new FormatError(`${what} has no values: it was never written.`);
    source.cursor(what, address, count * plain);
    return { shape: own, pieces: Array.from({ length: count }, (_, i) => placed(address + i * plain, i, plain, 0)) };
  }
  if (index === 3) {
    layout.skip(1);
    const address = layout.address();
    if (address === undefined) throw new FormatError(`${what} has no values: it was never written.`);
    const entries = fixedArray(source, address, count, what, plain);
    return { shape: own, pieces: entries.map((entry, i) => placed(entry.address, i, entry.size, entry.skipped)) };
  }
  const names: Readonly<Record<number, string>> = { 4: 'an extensible array', 5: 'a tree of version 2' };
  throw new FormatError(
    `${what} keeps its pieces in ${names[index] ?? `an index of type ${index}`}, which is not read here: write the file with libver="earliest".`,
  );
}

/** A list of pieces of one page (section VII.C). */
function fixedArray(
  source: Source,
  address: number,
  count: number,
  what: string,
  plain: number,
): { readonly address: number; readonly size: number; readonly skipped: number }[] {
  const header = source.cursor(`The pieces of ${what}`, address).expect('FAHD');
  header.version(0);
  const packed = header.u8() === 1;
  const entry = header.u8();
  const pageBits = header.u8();
  const entries = header.length();
  const data = header.address();
  if (entries !== count || data === undefined)
    throw new FormatError(`${what} has a list of ${entries} pieces instead of ${count}: it is damaged.`);
  if (pageBits < 32 && entries > 2 ** pageBits)
    throw new FormatError(
      `${what} keeps its ${entries} pieces in pages, which is not read here: write the file with libver="earliest".`,
    );
  const block = source.cursor(`The pieces of ${what}`, data).expect('FADB');
  block.version(0);
  block.skip(1 + source.addressWidth);
  const sizeWidth = entry - source.addressWidth - 4;
  if (packed && (sizeWidth < 1 || sizeWidth > 8))
    throw new FormatError(`The pieces of ${what} are listed in ${entry} bytes each: the file is damaged.`);
  return Array.from({ length: count }, () => {
    const at = block.address();
    if (at === undefined) throw new FormatError(`${what} lacks a piece: it was never written as a whole.`);
    if (!packed) return { address: at, size: plain, skipped: 0 };
    let size = 0;
    for (let i = 0; i < sizeWidth; i++) size += block.u8() * 256 ** i;
    return { address: at, size, skipped: block.u32() };
  });
}

/** The shape of a piece. @throws FormatError where it cannot be one of this array */
function checkedPiece(
  own: readonly number[],
  width: number,
  wanted: { readonly what: string; readonly shape: readonly number[]; readonly width: number },
): readonly number[] {
  const { what, shape } = wanted;
  if (own.length !== shape.length || width !== wanted.width || own.some((n) => n < 1))
    throw new FormatError(
      `${what} of shape [${shape.join(', ')}] is cut into pieces of [${own.join(', ')}]: it is damaged.`,
    );
  return own;
}

const gridOf = (shape: readonly number[], own: readonly number[]): number[] =>
  shape.map((n, d) => Math.ceil(n / own[d]));

/** How many pieces an array has. @throws FormatError where the file could not even list them */
const countOfPieces = (shape: readonly number[], own: readonly number[], what: string): number => {
  const count = sizeOf(gridOf(shape, own));
  if (count > 2 ** 24) throw new FormatError(`${what} is cut into ${count} pieces: it is damaged.`);
  return count;
};

/** Where piece i of the grid begins. */
function placeOf(i: number, shape: readonly number[], own: readonly number[]): number[] {
  const grid = gridOf(shape, own);
  const at = grid.map(() => 0);
  for (let d = grid.length - 1, left = i; d >= 0; left = Math.floor(left / grid[d]), d--)
    at[d] = (left % grid[d]) * own[d];
  return at;
}

/** All pieces put to their places. Every place of the grid must have one: nothing is filled in. */
function joined(source: Source, { shape: own, pieces }: Pieces, { what, shape, width, filters }: Wanted): Uint8Array {
  const grid = gridOf(shape, own);
  if (pieces.length !== sizeOf(grid))
    throw new FormatError(
      `${what} has ${pieces.length} of its ${sizeOf(grid)} pieces: it was never written as a whole.`,
    );
  const plain = countOf(own, width) * width;
  // Before memory is taken: no packed piece holds more than what its bytes can.
  for (const { address, size } of pieces) source.cursor(`A piece of ${what}`, address, size);
  const whole = countOf(shape, width) * width;
  // Of the array itself it is known; pieces may be larger than their share of it.
  source.spend(what, Math.max(0, pieces.length * plain - whole));
  const bytes = new Uint8Array(whole);
  const filled = new Set<number>();
  for (const piece of pieces) {
    const { at, address, size, skipped } = piece;
    const cell = at.reduce((sum, n, d) => sum * grid[d] + n / own[d], 0);
    if (at.some((n, d) => n % own[d] !== 0 || n >= shape[d]) || filled.has(cell))
      throw new FormatError(`${what} has a piece at [${at.join(', ')}], where none belongs: it is damaged.`);
    filled.add(cell);
    let values = source.cursor(`A piece of ${what}`, address, size).bytes(size);
    for (let f = filters.length - 1; f >= 0; f--)
      if ((skipped & (1 << f)) === 0)
        values = filters[f] === 'deflate' ? inflated(values, plain) : unshuffled(values, width);
    if (values.length !== plain)
      throw new FormatError(`A piece of ${what} has ${values.length} bytes instead of ${plain}: it is damaged.`);
    place(bytes, values, at, shape, own, width);
  }
  return bytes;
}

/** Deflated data in the wrapping of zlib (RFC 1950): two bytes before it, a checksum behind. */
function inflated(packed: Uint8Array, size: number): Uint8Array {
  if (packed.length < 6 || (packed[0] & 15) !== 8 || ((packed[0] << 8) | packed[1]) % 31 !== 0 || packed[1] & 32)
    throw new FormatError('A packed piece does not begin as zlib does: it is damaged.');
  const values = inflateExactly(packed.subarray(2, -4), size);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (adler32(values) !== view.getUint32(packed.length - 4))
    throw new FormatError('A packed piece is damaged: its checksum is another.');
  return values;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let i = 0; i < bytes.length; i++) {
    a = (a + bytes[i]) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/** First bytes of all values, then second bytes, and so on: put back together. */
function unshuffled(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.length / width);
  const out = bytes.slice();
  for (let byte = 0; byte < width; byte++)
    for (let i = 0; i < count; i++) out[i * width + byte] = bytes[byte * count + i];
  return out;
}

/** Copies the part of a piece that lies within the array, a line at a time. */
function place(
  into: Uint8Array,
  piece: Uint8Array,
  at: readonly number[],
  shape: readonly number[],
  own: readonly number[],
  width: number,
): void {
  const last = shape.length - 1;
  const inside = own.map((n, d) => Math.min(n, shape[d] - at[d]));
  const index = own.map(() => 0);
  for (;;) {
    const from = index.reduce((sum, n, d) => sum * own[d] + n, 0) * width;
    const to = index.reduce((sum, n, d) => sum * shape[d] + at[d] + n, 0) * width;
    into.set(piece.subarray(from, from + inside[last] * width), to);
    let d = last - 1;
    for (; d >= 0 && ++index[d] === inside[d]; d--) index[d] = 0;
    if (d < 0) return;
  }
}
