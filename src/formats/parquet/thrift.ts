import { FormatError } from '../error';

/**
 * The compact protocol of Apache Thrift (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md),
 * as far as Parquet needs it to describe a file: nothing is read beyond the bytes at hand, and nothing is allocated by what a
 * length claims.
 */

export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct;
/** Fields by their number. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

/** Structures of Parquet are at most six deep. */
const MOST_DEPTH = 32;
const [TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
];

/** Reads one structure after another. */
export class ThriftReader {
  private depth = 0;

  /** @param at where the first one begins */
  constructor(
    private readonly bytes: Uint8Array,
    private at = 0,
  ) {}

  /** Where the next one begins. */
  get position(): number {
    return this.at;
  }

  /** @throws FormatError where the bytes are no structure, or end in it */
  struct(): ThriftStruct {
    if (++this.depth > MOST_DEPTH) throw new FormatError('Its description is nested too deeply: it is damaged.');
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (let head = this.byte(); head !== 0; head = this.byte()) {
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4);
      const type = head & 15;
      fields.set(id, type === TRUE || type === FALSE ? type === TRUE : this.value(type));
    }
    this.depth--;
    return fields;
  }

  private value(type: number): ThriftValue {
    switch (type) {
      // In a list a truth is a byte of its own.
      case TRUE:
      case FALSE:
        return this.byte() === TRUE;
      case BYTE:
        return (this.byte() << 24) >> 24;
      case I16:
      case I32:
      case I64:
        return this.zigzag();
      case DOUBLE: {
        const view = this.take(8);
        return new DataView(view.buffer, view.byteOffset, 8).getFloat64(0, true);
      }
      case BINARY:
        return this.take(this.varint());
      case LIST:
      case SET:
        return this.list();
      case MAP:
        return this.map();
      case STRUCT:
        return this.struct();
      default:
        throw new FormatError(`Its description holds a field of the type ${type}, which is none: it is damaged.`);
    }
  }

  private list(): readonly ThriftValue[] {
    const head = this.byte();
    const count = head >> 4 === 15 ? this.varint() : head >> 4;
    return this.values(count, () => this.value(head & 15));
  }

  /** Keys and values in turn. */
  private map(): readonly ThriftValue[] {
    const count = this.varint();
    const types = count === 0 ? 0 : this.byte();
    return this.values(2 * count, (i) => this.value(i % 2 === 0 ? types >> 4 : types & 15));
  }

  private values(count: number, read: (i: number) => ThriftValue): ThriftValue[] {
    if (++this.depth > MOST_DEPTH) throw new FormatError('Its description is nested too deeply: it is damaged.');
    const values: ThriftValue[] = [];
    // Each takes a byte at least: a count that claims more ends with the bytes.
    for (let i = 0; i < count; i++) values.push(read(i));
    this.depth--;
    return values;
  }

  /** Beyond 2^53 it is not exact: no size in a file is so large, and whoever uses it refuses it. */
  private varint(): number {
    let value = 0;
    for (let factor = 1, i = 0; i < 10; factor *= 128, i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new FormatError('Its description has a number of more than ten bytes: it is damaged.');
  }

  private zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw new FormatError('Its description is cut short.');
    return this.bytes[this.at++];
  }

  private take(count: number): Uint8Array {
    const end = this.at + count;
    if (end > this.bytes.length) throw new FormatError('Its description is cut short.');
    const view = this.bytes.subarray(this.at, end);
    this.at = end;
    return view;
  }
}
