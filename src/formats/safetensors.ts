import type { Tensor } from '../engine/real';
import { sizeOf } from '../model/spec';
import { list } from '../model/words';
import { FormatError } from './error';
import { bfloat16, float16 } from './float16';

/**
 * Safetensors: named tensors in one file, readable by PyTorch, JAX, Keras and candle.
 *
 * The format (https://github.com/huggingface/safetensors, "Format"): eight bytes with the header's length N as an
 * unsigned little-endian integer, N bytes of UTF-8 JSON that begin with "{", then the data. The header maps each name to
 * its dtype, shape and [begin, end) in the data; `__metadata__` maps text to text. The tensors cover the data without
 * overlap and without a hole. Values are little-endian, rows first.
 */

export interface TensorFile {
  /**
   * Float32Array is written as F32, Float64Array as F64. What was read of another type is in the one of them that holds it
   * exactly, integers of 64 bits above 2^53 rounded. A shape of [] is a single number.
   */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The reference implementation refuses longer headers; so do we, before a damaged length makes us read gigabytes. */
const longestHeader = 100_000_000;

/** Bytes of a value, how one is read, and whether it takes more than 24 bits of precision. */
interface ValueType {
  readonly width: number;
  readonly read: (view: DataView, at: number) => number;
  readonly wide?: true;
}

/**
 * All types of the format that are numbers of whole bytes, but the floats of 8 bits. We write F32 and F64 alone; a state of
 * PyTorch counts its batches in I64, and keeps weights in F16 or BF16 where it was told to.
 */
const types: Readonly<Record<string, ValueType>> = {
  F64: { width: 8, read: (view, at) => view.getFloat64(at, true), wide: true },
  F32: { width: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { width: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  BF16: { width: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
  I64: { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)), wide: true },
  U64: { width: 8, read: (view, at) => Number(view.getBigUint64(at, true)), wide: true },
  I32: { width: 4, read: (view, at) => view.getInt32(at, true), wide: true },
  U32: { width: 4, read: (view, at) => view.getUint32(at, true), wide: true },
  I16: { width: 2, read: (view, at) => view.getInt16(at, true) },
  U16: { width: 2, read: (view, at) => view.getUint16(at, true) },
  I8: { width: 1, read: (view, at) => view.getInt8(at) },
  U8: { width: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { width: 1, read: (view, at) => view.getUint8(at) },
};
const metadataKey = '__metadata__';

/**
 * @returns the bytes of a safetensors file: F64 before F32 and by name within each, so that the same tensors always give
 * the same bytes and every value is aligned to its width
 * @throws FormatError where a tensor's shape and data disagree, or a tensor bears the reserved name `__metadata__`
 */
export function writeSafetensors(file: TensorFile): Uint8Array<ArrayBuffer> {
  const tensors = [...file.tensors].sort(
    ([a, x], [b, y]) => y.values.BYTES_PER_ELEMENT - x.values.BYTES_PER_ELEMENT || compare(a, b),
  );
  // Put together as text, not as an object: any name is allowed, "__proto__" too.
  const entries: string[] = [];
  if (file.metadata.size > 0) {
    const pairs = [...file.metadata].sort(([a], [b]) => compare(a, b));
    entries.push(`"${metadataKey}":{${pairs.map((pair) => pair.map((s) => JSON.stringify(s)).join(':')).join(',')}}`);
  }
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    if (name === metadataKey) throw new FormatError(`A tensor cannot be named "${name}": the format keeps that name.`);
    checkShape(name, shape);
    const size = sizeOf(shape);
    if (size !== values.length) {
      throw new FormatError(
        `Tensor "${name}": shape [${shape.join(', ')}] holds ${size} values, its data ${values.length}.`,
      );
    }
    const begin = end;
    end += values.byteLength;
    const dtype = values instanceof Float64Array ? 'F64' : 'F32';
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  // Padded with spaces to a multiple of 8, so that the data is aligned in a mapped file.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const [, { values }] of tensors) {
    if (values instanceof Float64Array)
      for (let i = 0; i < values.length; i++, at += 8) view.setFloat64(at, values[i], true);
    else for (let i = 0; i < values.length; i++, at += 4) view.setFloat32(at, values[i], true);
  }
  return bytes;
}

/**
 * Reads a whole file, checking everything the format promises.
 * @throws FormatError where the file is cut short, its header is damaged, a dtype is not read here, or the tensors
 * overlap, leave a hole, or reach beyond the data
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  if (bytes.length < 8) throw new FormatError(`A safetensors file has at least 8 bytes; found ${bytes.length}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(longestHeader)) {
    throw new FormatError(`The header is said to have ${length} bytes; at most ${longestHeader} are allowed.`);
  }
  const headerLength = Number(length);
  if (8 + headerLength > bytes.length) {
    throw new FormatError(`The header is said to have ${headerLength} bytes; only ${bytes.length - 8} follow.`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerLength));
  const metadata = new Map<string, string>();
  const found: { name: string; dtype: string; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, value] of header) {
    if (name === metadataKey) {
      if (!isRecord(value)) throw new FormatError('"__metadata__" must map names to text.');
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== 'string')
          throw new FormatError(`Metadata "${key}" must be text, found ${JSON.stringify(text)}.`);
        metadata.set(key, text);
      }
    } else found.push(parseEntry(name, value));
  }
  const dataLength = bytes.length - 8 - headerLength;
  checkCover(found, dataLength);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of found) {
    const start = 8 + headerLength + begin;
    const { width, read, wide } = types[dtype];
    const count = (end - begin) / width;
    const values = wide ? new Float64Array(count) : new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = read(view, start + width * i);
    tensors.set(name, { shape, values });
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): [string, unknown][] {
  if (bytes[0] !== 0x7b) throw new FormatError('The header must begin with "{".');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FormatError(`The header is not JSON in UTF-8: ${(error as Error).message}`);
  }
  if (!isRecord(value)) throw new FormatError('The header must be an object.');
  return Object.entries(value);
}

function parseEntry(
  name: string,
  value: unknown,
): { name: string; dtype: string; shape: number[]; begin: number; end: number } {
  if (!isRecord(value)) throw new FormatError(`Tensor "${name}" must be an object with dtype, shape and data_offsets.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(types, dtype)) {
    throw new FormatError(
      `Tensor "${name}": dtype ${list(Object.keys(types), 'or')} expected, found ${JSON.stringify(dtype)}.`,
    );
  }
  if (!Array.isArray(shape)) throw new FormatError(`Tensor "${name}" has no shape.`);
  checkShape(name, shape);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1]) {
    throw new FormatError(`Tensor "${name}": data_offsets [begin, end] expected, found ${JSON.stringify(offsets)}.`);
  }
  const [begin, end] = offsets as [number, number];
  const needed = sizeOf(shape as number[]) * types[dtype].width;
  if (end - begin !== needed) {
    throw new FormatError(
      `Tensor "${name}": ${dtype} of shape [${shape.join(', ')}] takes ${needed} bytes, its data_offsets span ${end - begin}.`,
    );
  }
  return { name, dtype, shape: shape as number[], begin, end };
}

/** The tensors, in the order of their data, must follow one another from the first byte to the last. */
function checkCover(found: readonly { name: string; begin: number; end: number }[], length: number): void {
  let at = 0;
  for (const { name, begin, end } of [...found].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw new FormatError(`Tensor "${name}" begins at byte ${begin} of the data; ${at} expected.`);
    at = end;
  }
  if (at !== length) throw new FormatError(`The tensors take ${at} bytes of data; the file holds ${length}.`);
}

function checkShape(name: string, shape: readonly unknown[]): void {
  if (!shape.every(isCount))
    throw new FormatError(`Tensor "${name}": a shape of whole numbers expected, found ${JSON.stringify(shape)}.`);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
