import { sizeOf } from '../../model/spec';
import { FormatError } from '../error';
import { bytesOf, fieldsOf, floatsOf, intOf, intsOf, type ProtobufWriter, textOf } from '../protobuf';
import { entryOf, type ExternalData } from './external';

export const FLOAT = 1;
const UINT8 = 2;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;
const DOUBLE = 11;
/** The data location of a tensor that another file holds. */
const EXTERNAL = 1;

/** A tensor; numbers of other widths are brought to one of these when read. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | BigInt64Array | Uint8Array;
}

export function encodeTensor(w: ProtobufWriter, { name, shape, values }: OnnxTensor): void {
  const type =
    values instanceof Float32Array
      ? FLOAT
      : values instanceof Float64Array
        ? DOUBLE
        : values instanceof BigInt64Array
          ? INT64
          : BOOL;
  w.ints(1, shape).int(2, type).text(8, name).bytes(9, littleEndian(values));
}

/** The bytes of numbers in the order that files have them, on every machine. */
function littleEndian(values: OnnxTensor['values']): Uint8Array {
  const width = values.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    if (values instanceof Float32Array) view.setFloat32(4 * i, values[i], true);
    else if (values instanceof Float64Array) view.setFloat64(8 * i, values[i], true);
    else if (values instanceof BigInt64Array) view.setBigInt64(8 * i, values[i], true);
    else bytes[i] = values[i];
  }
  return bytes;
}

/** Bytes of one number in `raw_data`, by the type of the tensor. */
const WIDTHS: Readonly<Record<number, number>> = {
  [FLOAT]: 4,
  [UINT8]: 1,
  [INT32]: 4,
  [INT64]: 8,
  [BOOL]: 1,
  [DOUBLE]: 8,
};

/**
 * @param external where data is that the file itself does not hold
 * @throws FormatError where shape and data do not agree, or the data is nowhere
 */
export function decodeTensor(bytes: Uint8Array, external: ExternalData): OnnxTensor {
  let what = 'A tensor';
  const shape: number[] = [];
  let type = 0;
  let name = '';
  let raw: Uint8Array | undefined;
  const floats: Float32Array[] = [];
  const ints: number[] = [];
  const doubles: Uint8Array[] = [];
  const entries: (readonly [string, string])[] = [];
  let isExternal = false;
  for (const f of fieldsOf(bytes, what)) {
    if (f.field === 1) for (const n of intsOf(f, what)) shape.push(n);
    else if (f.field === 2) type = intOf(f, what);
    else if (f.field === 4) floats.push(floatsOf(f, what));
    else if (f.field === 5 || f.field === 7) for (const value of intsOf(f, what)) ints.push(value);
    else if (f.field === 8) what = `Tensor "${(name = textOf(f, what))}"`;
    else if (f.field === 9) raw = bytesOf(f, what);
    else if (f.field === 10) doubles.push(f.bytes);
    else if (f.field === 13) entries.push(entryOf(bytesOf(f, what), what));
    else if (f.field === 14) isExternal = intOf(f, what) === EXTERNAL;
  }
  if (!shape.every((n) => n >= 0)) throw new FormatError(`${what} has the shape [${shape.join(', ')}].`);
  const size = sizeOf(shape);
  if (!Object.hasOwn(WIDTHS, type))
    throw new FormatError(`${what} is of the ONNX type ${type}; floats, doubles and whole numbers are read.`);
  if (isExternal || entries.length > 0) raw = external.take(entries, size * WIDTHS[type], what);
  if (raw) {
    if (raw.length !== size * WIDTHS[type])
      throw new FormatError(
        `${what} of shape [${shape.join(', ')}] takes ${size * WIDTHS[type]} bytes; found ${raw.length}.`,
      );
    return { name, shape, values: fromRaw(type, raw, size) };
  }
  const flat = (parts: readonly Float32Array[]): Float32Array => {
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  const joined = (parts: readonly Uint8Array[]): Float64Array =>
    Float64Array.from(
      parts.flatMap((part) => {
        if (part.length % 8 !== 0) throw new FormatError(`${what} has doubles that are cut short.`);
        const view = new DataView(part.buffer, part.byteOffset, part.length);
        return Array.from({ length: part.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
      }),
    );
  const values =
    type === FLOAT
      ? flat(floats)
      : type === DOUBLE
        ? joined(doubles)
        : type === BOOL || type === UINT8
          ? Uint8Array.from(ints)
          : BigInt64Array.from(ints, BigInt);
  if (values.length !== size)
    throw new FormatError(`${what} of shape [${shape.join(', ')}] holds ${size} numbers; found ${values.length}.`);
  return { name, shape, values };
}

function fromRaw(type: number, raw: Uint8Array, size: number): OnnxTensor['values'] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  if (type === FLOAT) return Float32Array.from({ length: size }, (_, i) => view.getFloat32(4 * i, true));
  if (type === DOUBLE) return Float64Array.from({ length: size }, (_, i) => view.getFloat64(8 * i, true));
  if (type === INT64) return BigInt64Array.from({ length: size }, (_, i) => view.getBigInt64(8 * i, true));
  if (type === INT32) return BigInt64Array.from({ length: size }, (_, i) => BigInt(view.getInt32(4 * i, true)));
  return raw.slice();
}
