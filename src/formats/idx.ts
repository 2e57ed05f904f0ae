import { countOf, inOrder, type NumberArray, type Numbers } from './arrays';
import { FormatError } from './error';
import { gunzip, isGzip } from './inflate';

/**
 * IDX, the format of MNIST and its kin, plain or packed by gzip: two zero bytes, one for the type, one for the number of
 * dimensions, each dimension as a big-endian word, then the values, big-endian, the last index moving fastest.
 */

interface Type {
  readonly width: number;
  readonly kind: NumberArray['kind'];
  of(buffer: ArrayBuffer): Numbers;
}
const types: ReadonlyMap<number, Type> = new Map<number, Type>([
  [0x08, { width: 1, kind: 'integer', of: (buffer) => new Uint8Array(buffer) }],
  [0x09, { width: 1, kind: 'integer', of: (buffer) => new Int8Array(buffer) }],
  [0x0b, { width: 2, kind: 'integer', of: (buffer) => new Int16Array(buffer) }],
  [0x0c, { width: 4, kind: 'integer', of: (buffer) => new Int32Array(buffer) }],
  [0x0d, { width: 4, kind: 'float', of: (buffer) => new Float32Array(buffer) }],
  [0x0e, { width: 8, kind: 'float', of: (buffer) => new Float64Array(buffer) }],
]);

/** More than the four of coloured pictures is no data that a network here could read. */
const MOST_DIMENSIONS = 8;

interface Header {
  readonly type: Type;
  readonly shape: readonly number[];
  /** Of the header, and of the whole file. */
  readonly length: number;
  readonly size: number;
}

/** @throws FormatError where the file is no IDX, is cut short or too long, or would take too much memory */
export function readIdx(bytes: Uint8Array): NumberArray {
  const plain = isGzip(bytes) ? gunzip(bytes, 4 + 4 * MOST_DIMENSIONS, (head) => headerOf(head).size) : bytes;
  const { type, shape, length, size } = headerOf(plain);
  if (plain.length !== size)
    throw new FormatError(
      `By its header [${shape.join(', ')}] the file has ${size} bytes; found ${plain.length}: it is cut short, or no IDX file.`,
    );
  const data = plain.subarray(length);
  return {
    shape,
    kind: type.kind,
    values: type.width === 1 ? ofBytes(type, data) : type.of(inOrder(data, type.width, false)),
  };
}

/** Bytes need no copy. */
const ofBytes = (type: Type, data: Uint8Array): Numbers =>
  type === types.get(0x08) ? data : new Int8Array(data.buffer, data.byteOffset, data.length);

function headerOf(bytes: Uint8Array): Header {
  const found = [...bytes.subarray(0, 4)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
  const type = types.get(bytes[2]);
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || !type)
    throw new FormatError(
      `An IDX file begins with the bytes 00 00, then its type (08, 09, 0b, 0c, 0d or 0e); found ${found || 'nothing'}.`,
    );
  const dimensions = bytes[3];
  if (dimensions < 1 || dimensions > MOST_DIMENSIONS)
    throw new FormatError(`An IDX file of 1 to ${MOST_DIMENSIONS} dimensions expected; its header says ${dimensions}.`);
  const length = 4 + 4 * dimensions;
  if (bytes.length < length)
    throw new FormatError(`The file ends in its header, after ${bytes.length} of ${length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  return { type, shape, length, size: length + type.width * countOf(shape, type.width) };
}
