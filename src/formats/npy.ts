import { sizeOf } from '../model/spec';
import { countOf, inOrder, type NumberArray, type Numbers } from './arrays';
import { FormatError } from './error';
import { float16 } from './float16';

/**
 * NumPy's format, versions 1 to 3 (numpy.lib.format): the bytes "\x93NUMPY", the version, the length of the header as a
 * little-endian number of two bytes (version 1) or four, the header as a Python dictionary, then the values.
 */

interface Type {
  readonly width: number;
  readonly kind: NumberArray['kind'];
  of(buffer: ArrayBuffer): Numbers;
}
const types: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['b1', { width: 1, kind: 'bool', of: (buffer) => new Uint8Array(buffer) }],
  ['u1', { width: 1, kind: 'integer', of: (buffer) => new Uint8Array(buffer) }],
  ['i1', { width: 1, kind: 'integer', of: (buffer) => new Int8Array(buffer) }],
  ['u2', { width: 2, kind: 'integer', of: (buffer) => new Uint16Array(buffer) }],
  ['i2', { width: 2, kind: 'integer', of: (buffer) => new Int16Array(buffer) }],
  ['u4', { width: 4, kind: 'integer', of: (buffer) => new Uint32Array(buffer) }],
  ['i4', { width: 4, kind: 'integer', of: (buffer) => new Int32Array(buffer) }],
  ['u8', { width: 8, kind: 'integer', of: (buffer) => wholeNumbers(new BigUint64Array(buffer)) }],
  ['i8', { width: 8, kind: 'integer', of: (buffer) => wholeNumbers(new BigInt64Array(buffer)) }],
  ['f2', { width: 2, kind: 'float', of: (buffer) => Float32Array.from(new Uint16Array(buffer), float16) }],
  ['f4', { width: 4, kind: 'float', of: (buffer) => new Float32Array(buffer) }],
  ['f8', { width: 8, kind: 'float', of: (buffer) => new Float64Array(buffer) }],
]);

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself reads no longer headers of strangers. */
const LONGEST_HEADER = 10_000;
const MOST_DIMENSIONS = 32;

/** Enough of a file to know its size. */
export const NPY_HEAD = 12 + LONGEST_HEADER;

interface Header {
  readonly type: Type;
  readonly little: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly count: number;
  /** Of the header, and of the whole file. */
  readonly length: number;
  readonly size: number;
}

/** @throws FormatError where the file is no .npy of plain numbers, is cut short or too long, or would take too much memory */
export function readNpy(bytes: Uint8Array): NumberArray {
  const { type, little, fortran, shape, count, length, size } = headerOf(bytes);
  if (bytes.length !== size)
    throw new FormatError(
      `By its header ${count} numbers of ${type.width} bytes make a file of ${size} bytes; found ${bytes.length}.`,
    );
  const data = bytes.subarray(length);
  const isPlain = type.width === 1 && type.kind === 'integer' && !fortran;
  const values = isPlain && types.get('u1') === type ? data : type.of(inOrder(data, type.width, little));
  if (type.kind === 'bool') checkBool(values);
  return { shape, kind: type.kind, values: fortran && shape.length > 1 ? rowsFirst(values, shape) : values };
}

/** The size of a whole file, told by its first `NPY_HEAD` bytes. @throws FormatError where they are no .npy header */
export const npySize = (head: Uint8Array): number => headerOf(head).size;

function headerOf(bytes: Uint8Array): Header {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte))
    throw new FormatError('A .npy file begins with the bytes 93 4e 55 4d 50 59 ("\\x93NUMPY"); this one does not.');
  const version = bytes[6];
  if (version < 1 || version > 3)
    throw new FormatError(`The .npy versions 1 to 3 are known; found version ${version}.`);
  const start = version === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start) throw new FormatError(`The file ends in its header, after ${bytes.length} bytes.`);
  const headerLength = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerLength > LONGEST_HEADER)
    throw new FormatError(`Its header is said to have ${headerLength} bytes; at most ${LONGEST_HEADER} are allowed.`);
  const length = start + headerLength;
  if (bytes.length < length)
    throw new FormatError(`The file ends in its header, after ${bytes.length} of ${length} bytes.`);
  const { descr, fortran_order: fortran, shape } = parseHeader(new TextDecoder().decode(bytes.subarray(start, length)));
  const type = types.get(descr.slice(1));
  if (!type || !'<>|='.includes(descr[0]))
    throw new FormatError(
      `Numbers of ${[...types.keys()].join(', ')} are read; found "${descr}". Convert it with astype.`,
    );
  // Halves are read as float32.
  const count = countOf(shape, type.kind === 'float' ? Math.max(type.width, 4) : type.width);
  return { type, little: descr[0] !== '>', fortran, shape, count, length, size: length + count * type.width };
}

/** One token of the dictionary: a text, a number, a word or a mark. */
const token = /\s*(?:(['"])([^'"\\]*)\1|(\d+)L?|(True|False)|([{}():,[\]]))/y;

/** Reads the dictionary of a header: three keys in any order, and nothing that Python would have to compute. */
function parseHeader(text: string): { descr: string; fortran_order: boolean; shape: number[] } {
  let at = 0;
  const fail = (wanted: string): never => {
    throw new FormatError(
      `The header should hold ${wanted} at its character ${at + 1}; found "${text.slice(at, at + 20).trim()}".`,
    );
  };
  const next = (): RegExpExecArray | undefined => {
    token.lastIndex = at;
    return token.exec(text) ?? undefined;
  };
  const take = (group: number, wanted: string): string => {
    const value = next()?.[group];
    if (value === undefined) return fail(wanted);
    at = token.lastIndex;
    return value;
  };
  const mark = (which: string): boolean => {
    if (next()?.[5] !== which) return false;
    at = token.lastIndex;
    return true;
  };
  const found: { descr?: string; fortran_order?: boolean; shape?: number[] } = {};
  if (!mark('{')) fail('a dictionary');
  while (!mark('}')) {
    const key = take(2, "'descr', 'fortran_order' or 'shape'");
    if (!mark(':')) fail('":"');
    if (key === 'descr') {
      if (next()?.[5] === '[')
        throw new FormatError('It holds records of several fields; an array of plain numbers is needed.');
      found.descr = take(2, 'the type of the numbers');
    } else if (key === 'fortran_order') found.fortran_order = take(4, 'True or False') === 'True';
    else if (key === 'shape') {
      if (!mark('(')) fail('a shape, such as (60000, 784)');
      const shape: number[] = [];
      while (!mark(')')) {
        const n = Number(take(3, 'a whole number'));
        if (!Number.isSafeInteger(n) || shape.length === MOST_DIMENSIONS) fail('a shape of a possible size');
        shape.push(n);
        if (!mark(',') && next()?.[5] !== ')') fail('","');
      }
      found.shape = shape;
    } else fail('no other key');
    if (!mark(',') && next()?.[5] !== '}') fail('","');
  }
  const { descr, fortran_order, shape } = found;
  if (descr === undefined || fortran_order === undefined || shape === undefined)
    throw new FormatError("The header must give 'descr', 'fortran_order' and 'shape'.");
  return { descr, fortran_order, shape };
}

/** 64-bit integers as doubles. @throws FormatError where one is too large for that to be exact */
function wholeNumbers(values: BigInt64Array | BigUint64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Number(values[i]);
    if (!Number.isSafeInteger(out[i]))
      throw new FormatError(`Number ${i}, counted from 0, is ${values[i]}: beyond 2^53 integers are not exact here.`);
  }
  return out;
}

function checkBool(values: Numbers): void {
  const at = values.findIndex((v) => v > 1);
  if (at >= 0) throw new FormatError(`Truth value ${at}, counted from 0, is the byte ${values[at]}; 0 or 1 expected.`);
}

/** Values whose first index moves fastest, put so that the last one does. */
function rowsFirst(values: Numbers, shape: readonly number[]): Numbers {
  const out = values.slice();
  const strides = shape.map((_, d) => sizeOf(shape.slice(0, d)));
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < out.length; to++) {
    out[to] = values[from];
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d];
      if (++index[d] < shape[d]) break;
      from -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return out;
}
