import { MOST_BYTES } from '../arrays';
import { FormatError } from '../error';

/** Reads little-endian numbers one behind another, and nothing that lies outside of its part of the file. */
export class Cursor {
  readonly #view: DataView;

  /**
   * @param at the first byte that is read, counted from the beginning of the file
   * @param end the first byte that no longer is
   * @param what it is called in messages
   */
  constructor(
    private readonly source: Source,
    public at: number,
    readonly end: number,
    readonly what: string,
  ) {
    this.#view = source.view;
    this.#need(0);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  /** A number of `width` bytes. @throws FormatError where it is beyond what a file can have */
  uint(width: number): number {
    if (width !== 1 && width !== 2 && width !== 4 && width !== 8)
      throw new FormatError(`${this.what} has numbers of ${width} bytes.`);
    if (width < 8) return width === 1 ? this.u8() : width === 2 ? this.u16() : this.u32();
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new FormatError(`${this.what} has the number ${value}, which is beyond any file.`);
    return Number(value);
  }
  /** A size in bytes or in values. */
  length(): number {
    return this.uint(this.source.lengthWidth);
  }
  /** @returns undefined where it is none: all bits are set */
  address(): number | undefined {
    const width = this.source.addressWidth;
    const bytes = this.bytes(width);
    if (bytes.every((byte) => byte === 0xff)) return undefined;
    this.at -= width;
    const address = this.uint(width);
    if (address >= this.source.bytes.length)
      throw new FormatError(
        `${this.what} points to byte ${address}, but the file has ${this.source.bytes.length}: it is cut short or damaged.`,
      );
    return address;
  }
  /** A view. */
  bytes(count: number): Uint8Array {
    const from = this.#take(count);
    return this.source.bytes.subarray(from, from + count);
  }
  skip(count: number): this {
    this.#take(count);
    return this;
  }
  text(count: number): string {
    return decoded(this.bytes(count));
  }
  /** Four letters that a structure begins with. */
  expect(signature: string): this {
    const found = this.text(4);
    if (found !== signature)
      throw new FormatError(`${this.what} should begin with "${signature}" at byte ${this.at - 4}: it is damaged.`);
    return this;
  }
  /** A version that is known. */
  version(...known: readonly number[]): number {
    const version = this.u8();
    if (!known.includes(version))
      throw new FormatError(`${this.what} is of version ${version}; ${known.join(', ')} are read.`);
    return version;
  }
  get left(): number {
    return this.end - this.at;
  }

  #take(count: number): number {
    this.#need(count);
    const at = this.at;
    this.at += count;
    return at;
  }
  #need(count: number): void {
    if (!(this.at >= 0) || this.at + count > this.end || this.end > this.source.bytes.length)
      throw new FormatError(`${this.what} ends at byte ${Math.min(this.end, this.source.bytes.length)}, too early.`);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text up to its first zero. @throws FormatError where it is no UTF-8 */
export function decoded(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  try {
    return utf8.decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  } catch {
    throw new FormatError('A name or text in the HDF5 file is not in UTF-8: it is damaged.');
  }
}

/** The bytes of a file, with what all of it agrees on; and what may still be taken out of it. */
export class Source {
  readonly view: DataView;
  /** Values of arrays and texts, in bytes: a small file can be packed, or point to one place over and over. */
  #left = MOST_BYTES;

  constructor(
    readonly bytes: Uint8Array,
    /** Bytes of an address, and of a length. */
    readonly addressWidth: number,
    readonly lengthWidth: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @param size how many bytes may be read; left out: all up to the end of the file */
  cursor(what: string, at: number, size = this.bytes.length - at): Cursor {
    return new Cursor(this, at, at + size, what);
  }

  /** Asked before memory is taken. @throws FormatError where the file would take more than `MOST_BYTES` in all */
  spend(what: string, bytes: number): void {
    if (bytes > this.#left)
      throw new FormatError(
        `${what} would take ${bytes} bytes; at most ${MOST_BYTES} are read of one HDF5 file, of which ${this.#left} are left.`,
      );
    this.#left -= bytes;
  }
}
