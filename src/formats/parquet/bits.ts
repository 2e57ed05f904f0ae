import { FormatError } from '../error';

/** Numbers of a few bits each, as Parquet packs levels, places in a dictionary, and differences. Nothing is unpacked before it is asked for. */

const short = (): never => {
  throw new FormatError('A page ends before its last value: it is damaged.');
};

/** A part of a page that is read from its beginning on. */
export class Bytes {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  byte(): number {
    return this.at < this.end ? this.bytes[this.at++] : short();
  }

  /** A view. */
  take(count: number): Uint8Array {
    if (!(count >= 0 && count <= this.end - this.at)) short();
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** Unsigned, `count` bytes, at most 4. */
  little(count: number): number {
    let value = 0;
    for (let i = 0, factor = 1; i < count; i++, factor *= 256) value += this.byte() * factor;
    return value;
  }

  /** The rest after `count` bytes becomes another part. */
  part(count: number): Bytes {
    this.take(count);
    return new Bytes(this.bytes, this.at - count, this.at);
  }

  /** Unsigned, of 64 bits at most. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return short();
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}

/**
 * Runs of one value, and values packed in groups of eight, mixed (RLE / bit-packing hybrid).
 * @param width bits of a value, at most 32
 * @returns what gives the next one; it throws a FormatError where there is none
 */
export function hybrid(from: Bytes, width: number): () => number {
  if (width > 32)
    throw new FormatError(`A page packs places by ${width} bits; at most 32 are possible. It is damaged.`);
  let left = 0;
  let value = 0;
  let packed: Uint8Array | undefined;
  let index = 0;
  const begin = (): void => {
    const head = Number(from.varint());
    left = Math.floor(head / 2);
    if (head % 2 === 0) {
      packed = undefined;
      value = from.little(Math.ceil(width / 8));
      return;
    }
    // Some programs leave the last group unfilled: what is missing is missed only where it is asked for.
    packed = from.take(Math.min(left * width, from.end - from.at));
    left *= 8;
    index = 0;
  };
  return () => {
    while (left === 0) begin();
    left--;
    return packed ? bitsAt(packed, index++ * width, width) : value;
  };
}

function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  const first = Math.floor(bit / 8);
  const shift = bit % 8;
  const count = Math.ceil((shift + width) / 8);
  if (first + count > bytes.length) short();
  // Up to 39 bits: more than the language shifts.
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes[first + i];
  return Math.floor(value / 2 ** shift) % 2 ** width;
}

/**
 * Whole numbers as differences (DELTA_BINARY_PACKED): blocks of a least difference and what each is above it.
 * @param bits of a number: 32 or 64, in which sums wrap
 */
export class Deltas {
  private readonly perMini: number;
  private readonly minis: number;
  /** Values that there are. */
  readonly count: number;
  private given = 0;
  private value: bigint;
  private least = 0n;
  private widths: Uint8Array = new Uint8Array(0);
  private mini = 0;
  private inMini = 0;
  private packed: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly from: Bytes,
    private readonly bits: 32 | 64,
  ) {
    const block = Number(from.varint());
    this.minis = Number(from.varint());
    this.count = Number(from.varint());
    this.value = from.zigzag();
    this.perMini = block / this.minis;
    if (!(this.minis > 0 && this.perMini > 0 && this.perMini % 8 === 0))
      throw new FormatError(`A page has blocks of ${block} differences in ${this.minis} parts: it is damaged.`);
    this.mini = this.minis;
  }

  next(): bigint {
    if (this.given === this.count) short();
    if (this.given++ === 0) return this.value;
    if (this.inMini === 0) this.begin();
    const width = this.widths[this.mini];
    const index = this.perMini - this.inMini;
    const delta = this.least + wideBitsAt(this.packed, index * width, width);
    if (--this.inMini === 0) this.mini++;
    this.value = BigInt.asIntN(this.bits, this.value + delta);
    return this.value;
  }

  /** The rest, to come to what stands behind. */
  skip(): void {
    while (this.given < this.count) this.next();
  }

  private begin(): void {
    if (this.mini === this.minis) {
      this.least = this.from.zigzag();
      this.widths = this.from.take(this.minis);
      this.mini = 0;
    }
    this.packed = this.from.take((this.perMini / 8) * this.widths[this.mini]);
    this.inMini = this.perMini;
  }
}

/** As `bitsAt`, of up to 64 bits. */
function wideBitsAt(bytes: Uint8Array, bit: number, width: number): bigint {
  if (width === 0) return 0n;
  if (width > 64) throw new FormatError(`A page packs differences by ${width} bits: it is damaged.`);
  if (width <= 32) return BigInt(bitsAt(bytes, bit, width));
  return BigInt(bitsAt(bytes, bit, 32)) | (BigInt(bitsAt(bytes, bit + 32, width - 32)) << 32n);
}
