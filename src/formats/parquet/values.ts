import { FormatError } from '../error';
import { Bytes, Deltas, hybrid } from './bits';
import { type Leaf, physical } from './schema';

/** Values as bytes hold them, before it is asked what they mean; a whole number of 64 bits is a bigint beyond 2^53. */
export type Raw = number | bigint | Uint8Array;

const [PLAIN, PLAIN_DICTIONARY, RLE, DELTA_BINARY, DELTA_LENGTH, DELTA_BYTES, RLE_DICTIONARY, SPLIT] = [
  0, 2, 3, 5, 6, 7, 8, 9,
];

export const encodingNames: readonly (string | undefined)[] = [
  'PLAIN',
  undefined,
  'PLAIN_DICTIONARY',
  'RLE',
  'BIT_PACKED',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
];

/** The values of a page, or their places in the column's dictionary. */
export type PageValues =
  { readonly type: 'values'; readonly read: () => Raw } | { readonly type: 'places'; readonly read: () => number };

/**
 * @param bytes where the values begin, to the end of the page
 * @throws FormatError, as what it returns does, where they end too early or are encoded in a way that is not read
 */
export function valuesOf(bytes: Bytes, encoding: number, leaf: Leaf): PageValues {
  const { type } = leaf;
  const values = (read: () => Raw): PageValues => ({ type: 'values', read });
  switch (encoding) {
    case PLAIN:
      return values(plainValues(bytes, leaf));
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY: {
      // A page of nulls alone may have no byte.
      const width = bytes.at < bytes.end ? bytes.byte() : 0;
      return { type: 'places', read: hybrid(bytes, width) };
    }
    case RLE:
      if (type === physical.boolean) return values(hybrid(bytes.part(bytes.little(4)), 1));
      break;
    case DELTA_BINARY:
      if (type === physical.int32 || type === physical.int64) return values(deltas(bytes, type));
      break;
    case DELTA_LENGTH:
      if (type === physical.bytes) return values(deltaLengths(bytes));
      break;
    case DELTA_BYTES:
      if (type === physical.bytes || type === physical.fixed) return values(deltaBytes(bytes));
      break;
    case SPLIT:
      if (widthOf(leaf) > 0) return values(split(bytes, leaf));
      break;
  }
  throw new FormatError(
    `It is encoded as ${encodingNames[encoding] ?? encoding}, which is not read. Write it with use_dictionary=True and without column_encoding.`,
  );
}

/** Values one after another. */
export function plainValues(bytes: Bytes, leaf: Leaf): () => Raw {
  if (leaf.type === physical.boolean) {
    let bit = 8;
    let byte = 0;
    return () => {
      if (bit === 8) {
        byte = bytes.byte();
        bit = 0;
      }
      return (byte >> bit++) & 1;
    };
  }
  if (leaf.type === physical.bytes) return () => bytes.take(bytes.little(4));
  const width = widthOf(leaf);
  if (!(width > 0)) throw new FormatError(`Its values have the type ${leaf.type} and ${width} bytes: it is damaged.`);
  return fixedValues(bytes, leaf, width);
}

function fixedValues(bytes: Bytes, { type }: Leaf, width: number): () => Raw {
  const { buffer, byteOffset } = bytes.bytes;
  const view = new DataView(buffer, byteOffset, bytes.end);
  const place = (): number => {
    bytes.take(width);
    return bytes.at - width;
  };
  switch (type) {
    case physical.int32:
      return () => view.getInt32(place(), true);
    case physical.int64:
      return () => int64(view, place());
    case physical.float:
      return () => view.getFloat32(place(), true);
    case physical.double:
      return () => view.getFloat64(place(), true);
    default:
      return () => bytes.take(width);
  }
}

/** Bytes of each value; 0 where they differ, or are bits. */
function widthOf({ type, width }: Leaf): number {
  switch (type) {
    case physical.int32:
    case physical.float:
      return 4;
    case physical.int64:
    case physical.double:
      return 8;
    case physical.int96:
      return 12;
    default:
      return type === physical.fixed ? width : 0;
  }
}

function int64(view: DataView, at: number): number | bigint {
  const value = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  return Number.isSafeInteger(value) ? value : view.getBigInt64(at, true);
}

const narrowed = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

function deltas(bytes: Bytes, type: number): () => Raw {
  // A page of nulls alone may have no byte.
  let values: Deltas | undefined;
  return () => narrowed((values ??= new Deltas(bytes, type === physical.int32 ? 32 : 64)).next());
}

/** All lengths, then all texts. @returns the lengths, with `bytes` behind them */
function lengthsOf(bytes: Bytes): Deltas {
  const own = new Bytes(bytes.bytes, bytes.at, bytes.end);
  const all = new Deltas(bytes, 32);
  all.skip();
  return new Deltas(own, 32);
}

function deltaLengths(bytes: Bytes): () => Raw {
  let lengths: Deltas | undefined;
  return () => {
    lengths ??= lengthsOf(bytes);
    return bytes.take(Number(lengths.next()));
  };
}

/** Each text begins with so much of the one before. */
function deltaBytes(bytes: Bytes): () => Raw {
  let shared: Deltas | undefined;
  let next: (() => Raw) | undefined;
  let before: Uint8Array = new Uint8Array(0);
  return () => {
    shared ??= lengthsOf(bytes);
    next ??= deltaLengths(bytes);
    const prefix = Number(shared.next());
    const rest = next() as Uint8Array;
    if (!(prefix >= 0 && prefix <= before.length))
      throw new FormatError('A text begins with more of the one before than there is: it is damaged.');
    const value = new Uint8Array(prefix + rest.length);
    value.set(before.subarray(0, prefix));
    value.set(rest, prefix);
    return (before = value);
  };
}

/** The first bytes of all values, then the second of all, and so on. */
function split(bytes: Bytes, leaf: Leaf): () => Raw {
  const width = widthOf(leaf);
  const all = bytes.take(bytes.end - bytes.at);
  const count = Math.floor(all.length / width);
  let index = 0;
  return () => {
    if (index === count) throw new FormatError('A page ends before its last value: it is damaged.');
    const value = Uint8Array.from({ length: width }, (_, i) => all[i * count + index]);
    index++;
    return fixedValues(new Bytes(value), leaf, width)();
  };
}
