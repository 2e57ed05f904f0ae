import { inOrder, type Numbers } from '../arrays';
import { FormatError } from '../error';
import { float16 } from '../float16';
import { type Cursor, decoded, type Source } from './source';

/** Types of values (section IV.A.2.d): numbers and texts. */

export interface NumberType {
  readonly type: 'number';
  readonly width: number;
  /** Bytes of one value once it is read: halves become floats of four. */
  readonly taken: number;
  of(bytes: Uint8Array): Numbers;
}
export interface TextType {
  readonly type: 'text';
  readonly width: number;
  of(bytes: Uint8Array, source: Source, what: string): string;
}
export type ValueType = NumberType | TextType;

const classes = ['whole numbers', 'floats', 'times', 'texts', 'bit fields', 'opaque bytes', 'records', 'references'];
const laterClasses = ['enumerations', 'lists of different lengths', 'arrays of arrays'];

/** @throws FormatError where values are of a type that is not read, saying which */
export function typeOf(type: Cursor): ValueType {
  const classAndVersion = type.u8();
  const kind = classAndVersion & 15;
  const version = classAndVersion >> 4;
  if (version < 1 || version > 5)
    throw new FormatError(`${type.what} is of version ${version} of types; 1 to 5 are read.`);
  const bits = type.u8() | (type.u8() << 8) | (type.u8() << 16);
  const width = type.u32();
  if (kind === 0) return whole(type, bits, width);
  if (kind === 1) return float(type, bits, width);
  if (kind === 3) return fixedText(bits, width);
  if (kind === 9 && (bits & 15) === 1) return longText(width);
  const name = [...classes, ...laterClasses][kind];
  throw new FormatError(`${type.what} is ${name ?? `of class ${kind}`}; numbers and texts are read.`);
}

function whole(type: Cursor, bits: number, width: number): NumberType {
  const offset = type.u16();
  const precision = type.u16();
  const signed = (bits & 8) !== 0;
  if (offset !== 0 || precision !== width * 8 || ![1, 2, 4, 8].includes(width))
    throw new FormatError(`${type.what} is whole numbers of ${precision} bits; 8, 16, 32 and 64 are read.`);
  const little = (bits & 1) === 0;
  const array = (
    signed
      ? { 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array }
      : { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }
  )[width as 1 | 2 | 4 | 8];
  return {
    type: 'number',
    width,
    taken: width,
    of(bytes) {
      const values = new array(inOrder(bytes, width, little));
      if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return values;
      return Float64Array.from(values as Iterable<bigint>, (value) => {
        const number = Number(value);
        if (!Number.isSafeInteger(number))
          throw new FormatError(`${type.what} has ${value}: beyond 2^53 integers are not exact here.`);
        return number;
      });
    },
  };
}

/** Fields of IEEE 754 by width: places and sizes of exponent and mantissa, bias. */
const ieee: Readonly<Record<number, readonly number[]>> = {
  2: [10, 5, 0, 10, 15],
  4: [23, 8, 0, 23, 127],
  8: [52, 11, 0, 52, 1023],
};

function float(type: Cursor, bits: number, width: number): NumberType {
  const [offset, precision] = [type.u16(), type.u16()];
  const found = [type.u8(), type.u8(), type.u8(), type.u8(), type.u32()];
  const known = Object.hasOwn(ieee, width) && offset === 0 && precision === width * 8 && (bits & 0x40) === 0;
  if (!known || found.join() !== ieee[width].join())
    throw new FormatError(`${type.what} is floats of ${precision} bits; float16, float32 and float64 are read.`);
  const little = (bits & 1) === 0;
  return {
    type: 'number',
    width,
    taken: Math.max(4, width),
    of(bytes) {
      const own = inOrder(bytes, width, little);
      if (width === 2) return Float32Array.from(new Uint16Array(own), float16);
      return width === 4 ? new Float32Array(own) : new Float64Array(own);
    },
  };
}

const fixedText = (bits: number, width: number): TextType => ({
  type: 'text',
  width,
  // 2: filled up with spaces.
  of: (bytes) => ((bits & 15) === 2 ? decoded(bytes).replace(/ +$/, '') : decoded(bytes)),
});

/** Of any length: in a heap that all of the file shares, with its length and its place here (section III.E). */
function longText(width: number): TextType {
  return {
    type: 'text',
    width,
    of(bytes, source, what) {
      const at = bytes.byteOffset - source.bytes.byteOffset;
      const place = source.cursor(what, at, bytes.length);
      const length = place.u32();
      const heap = place.address();
      const index = place.u32();
      if (length === 0 || heap === undefined || heap === 0) return '';
      const object = heapAt(source, heap, what).get(index);
      if (!object || object.length < length)
        throw new FormatError(`${what} is not where the file says: it is damaged.`);
      source.spend(what, length);
      return decoded(object.subarray(0, length));
    },
  };
}

const heaps = new WeakMap<Source, Map<number, ReadonlyMap<number, Uint8Array>>>();

/** The objects of a global heap, by their numbers. */
function heapAt(source: Source, address: number, what: string): ReadonlyMap<number, Uint8Array> {
  const known = heaps.get(source) ?? new Map<number, ReadonlyMap<number, Uint8Array>>();
  heaps.set(source, known);
  const objects = known.get(address) ?? readHeap(source, address, what);
  known.set(address, objects);
  return objects;
}

function readHeap(source: Source, address: number, what: string): Map<number, Uint8Array> {
  const objects = new Map<number, Uint8Array>();
  const start = source.cursor(what, address).expect('GCOL');
  start.version(1);
  start.skip(3);
  const size = start.length();
  const heap = source.cursor(what, start.at, size - (start.at - address));
  while (heap.left >= 16) {
    const index = heap.u16();
    heap.skip(2 + 4);
    const length = heap.length();
    // 0: what is free.
    if (index === 0) break;
    objects.set(index, heap.bytes(length));
    heap.skip(Math.min(heap.left, (8 - (length % 8)) % 8));
  }
  return objects;
}
