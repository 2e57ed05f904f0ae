import { FormatError } from './error';

/**
 * The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding), as far as ONNX needs it: fields
 * of a number and a wire type, 0 a varint, 1 eight bytes, 2 bytes with their length, 5 four bytes.
 *
 * A reader of our own, for it gets files of unknown origin: nothing is read beyond the message at hand, and nothing is
 * allocated by what a length claims.
 */

const VARINT = 0;
const EIGHT = 1;
const BYTES = 2;
const FOUR = 5;

/** Puts a message together. Numbers that are 0 and texts that are empty are written too: left out is left to the caller. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #pending: number[] = [];
  #length = 0;

  int(field: number, value: number): this {
    this.#tag(field, VARINT);
    this.#varint(BigInt(value));
    return this;
  }
  float(field: number, value: number): this {
    this.#tag(field, FOUR);
    return this.#append(new Uint8Array(Float32Array.of(value).buffer));
  }
  double(field: number, value: number): this {
    this.#tag(field, EIGHT);
    return this.#append(new Uint8Array(Float64Array.of(value).buffer));
  }
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }
  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, BYTES);
    this.#varint(BigInt(value.length));
    return this.#append(value);
  }
  /** Whole numbers in one field, packed. */
  ints(field: number, values: readonly number[]): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(BigInt(value));
    return this.#nested(field, packed);
  }
  /** A message within this one. */
  message(field: number, write: (message: ProtobufWriter) => void): this {
    const message = new ProtobufWriter();
    write(message);
    return this.#nested(field, message);
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#flush();
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #nested(field: number, message: ProtobufWriter): this {
    message.#flush();
    this.#tag(field, BYTES);
    this.#varint(BigInt(message.#length));
    for (const part of message.#parts) this.#append(part);
    return this;
  }
  #tag(field: number, wire: number): void {
    this.#varint(BigInt(field * 8 + wire));
  }
  #varint(value: bigint): void {
    let left = BigInt.asUintN(64, value);
    for (; left >= 0x80n; left >>= 7n) this.#pending.push(Number(left & 0x7fn) | 0x80);
    this.#pending.push(Number(left));
  }
  #append(bytes: Uint8Array): this {
    this.#flush();
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }
  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#parts.push(Uint8Array.from(this.#pending));
    this.#length += this.#pending.length;
    this.#pending = [];
  }
}

/** One field as it stands in a message: a number for wire types 0, 1 and 5 as bits, the bytes for 2. */
export interface ProtobufField {
  readonly field: number;
  readonly wire: number;
  /** Of a varint: as a signed whole number of 64 bits. */
  readonly varint: bigint;
  /** Of the other wire types; a view. */
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/**
 * The fields of a message, in their order.
 * @param what the message is called in errors
 * @throws FormatError where a field is cut short, or of a wire type that is none
 */
export function* fieldsOf(bytes: Uint8Array, what: string): Generator<ProtobufField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) throw new FormatError(`${what} is cut short in a number.`);
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new FormatError(`${what} has a number of more than ten bytes.`);
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || length > bytes.length - at)
      throw new FormatError(`${what} has a field of ${length} bytes, of which ${bytes.length - at} are there.`);
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const tag = Number(BigInt.asUintN(64, varint()));
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field < 1 || field > 536_870_911) throw new FormatError(`${what} has a field of the number ${field}.`);
    if (wire === VARINT) yield { field, wire, varint: varint(), bytes: NOTHING };
    else if (wire === EIGHT) yield { field, wire, varint: 0n, bytes: take(8) };
    else if (wire === FOUR) yield { field, wire, varint: 0n, bytes: take(4) };
    else if (wire === BYTES) yield { field, wire, varint: 0n, bytes: take(Number(varint())) };
    else throw new FormatError(`${what} has a field of wire type ${wire}, which is none.`);
  }
}

/** @throws FormatError where the field is no varint, or beyond what a number holds exactly */
export function intOf({ wire, varint, field }: ProtobufField, what: string): number {
  const value = Number(varint);
  if (wire !== VARINT || !Number.isSafeInteger(value))
    throw new FormatError(`${what}: field ${field} should be a whole number.`);
  return value;
}

/** @throws FormatError where the field is no text in UTF-8 */
export function textOf({ wire, bytes, field }: ProtobufField, what: string): string {
  if (wire !== BYTES) throw new FormatError(`${what}: field ${field} should be text.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`${what}: field ${field} is no text in UTF-8.`);
  }
}

/** @throws FormatError where the field holds no bytes */
export function bytesOf({ wire, bytes, field }: ProtobufField, what: string): Uint8Array {
  if (wire !== BYTES) throw new FormatError(`${what}: field ${field} should be bytes or a message.`);
  return bytes;
}

/** A repeated whole number: packed or one a field. @throws FormatError where it is neither */
export function intsOf(found: ProtobufField, what: string): number[] {
  if (found.wire === VARINT) return [intOf(found, what)];
  const packed = bytesOf(found, what);
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of packed) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) {
      if (shift >= 70n) throw new FormatError(`${what} has a number of more than ten bytes.`);
      continue;
    }
    values.push(intOf({ ...found, wire: VARINT, varint: BigInt.asIntN(64, value) }, what));
    value = 0n;
    shift = 0n;
  }
  if (shift !== 0n) throw new FormatError(`${what} is cut short in a number.`);
  return values;
}

/** A repeated float of four bytes: packed or one a field. @throws FormatError where it is neither */
export function floatsOf({ wire, bytes, field }: ProtobufField, what: string): Float32Array {
  if ((wire !== FOUR && wire !== BYTES) || bytes.length % 4 !== 0)
    throw new FormatError(`${what}: field ${field} should be floats of four bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
