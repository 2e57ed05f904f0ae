import { Inflate, inflateSync } from 'fflate';
import { MOST_BYTES } from './arrays';
import { FormatError } from './error';

/** Deflate and gzip (RFC 1951, 1952), never giving more than was promised: a small file can claim, or hold, gigabytes. */

/** Bytes given to the decoder at a time: at most a thousand times as many come out before the next look at the bound. */
const STEP = 1 << 14;
/** No deflate stream gives more bytes than this for each it has: 258 for two bits. */
const HIGHEST_RATIO = 1032;

/**
 * @param size of what comes out, as the file claims it
 * @returns exactly so many bytes
 * @throws FormatError where there are more or fewer, the claim is absurd, or the data is damaged
 */
export function inflateExactly(data: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  if (size > MOST_BYTES)
    throw new FormatError(`It claims to unpack to ${size} bytes; at most ${MOST_BYTES} are allowed.`);
  if (size > data.length * HIGHEST_RATIO)
    throw new FormatError(`It claims to unpack to ${size} bytes, more than its ${data.length} packed bytes can hold.`);
  if (data.length <= STEP) return inflateSmall(data, size);
  const out = new Uint8Array(size);
  const length = unpack(data, (chunk, at) => {
    if (at + chunk.length > size)
      throw new FormatError(`It claims to unpack to ${size} bytes, but holds more than that.`);
    out.set(chunk, at);
    return true;
  });
  if (length !== size) throw new FormatError(`It claims to unpack to ${size} bytes, but holds only ${length}.`);
  return out;
}

/** In one go, which is faster where there is little: one byte more than was claimed would be seen. */
function inflateSmall(data: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size + 1);
  let length: number;
  try {
    length = inflateSync(data, { out }).length;
  } catch (error) {
    // Of our buffer: what was to be stored in it was longer.
    if (!(error instanceof RangeError))
      throw new FormatError(`Its packed data is damaged: ${(error as Error).message}.`);
    length = size + 1;
  }
  if (length > size) throw new FormatError(`It claims to unpack to ${size} bytes, but holds more than that.`);
  if (length < size) throw new FormatError(`It claims to unpack to ${size} bytes, but holds only ${length}.`);
  return out.subarray(0, size);
}

/** The first `count` bytes that come out, or all where there are fewer. @throws FormatError where the data is damaged */
export function inflateHead(data: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(count);
  const length = unpack(data, (chunk, at) => {
    out.set(chunk.subarray(0, count - at), at);
    return at + chunk.length < count;
  });
  return out.subarray(0, Math.min(length, count));
}

/** @param take gets each chunk and where it begins, and says whether to go on. @returns the bytes that came out */
function unpack(data: Uint8Array, take: (chunk: Uint8Array, at: number) => boolean): number {
  let length = 0;
  let more = true;
  const inflate = new Inflate((chunk) => {
    more = take(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; more && (at < data.length || at === 0); at += STEP)
      inflate.push(data.subarray(at, at + STEP), at + STEP >= data.length);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`Its packed data is damaged: ${(error as Error).message}.`);
  }
  return length;
}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Unpacks a gzip file of one member.
 * @param head bytes that `sizeOf` wants
 * @param sizeOf the size of the whole, told by its first bytes
 */
export function gunzip(bytes: Uint8Array, head: number, sizeOf: (head: Uint8Array) => number): Uint8Array<ArrayBuffer> {
  const { data } = memberOf(bytes);
  return gunzipExactly(bytes, sizeOf(inflateHead(data, head)));
}

/**
 * Unpacks a gzip file of one member whose size is known.
 * @returns exactly so many bytes
 * @throws FormatError where there are more or fewer, the claim is absurd, or the data is damaged
 */
export function gunzipExactly(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const { data, trailer } = memberOf(bytes);
  // Kept modulo 2^32; a size above that is refused as too large anyway.
  const claimed = trailer.getUint32(4, true);
  if (claimed !== size)
    throw new FormatError(`By its header it has ${size} bytes, but the gzip file claims to unpack to ${claimed}.`);
  const out = inflateExactly(data, size);
  checkSum(out, trailer.getUint32(0, true));
  return out;
}

/** The packed data, and the checksum and size behind it. */
function memberOf(bytes: Uint8Array): { readonly data: Uint8Array; readonly trailer: DataView } {
  const start = endOfHeader(bytes);
  if (bytes.length < start + 8)
    throw new FormatError(`The gzip file ends after ${bytes.length} bytes, before its checksum.`);
  const end = bytes.length - 8;
  return { data: bytes.subarray(start, end), trailer: new DataView(bytes.buffer, bytes.byteOffset + end, 8) };
}

const [HEADER_SUM, EXTRA, NAME, COMMENT] = [2, 4, 8, 16];

function endOfHeader(bytes: Uint8Array): number {
  if (bytes[2] !== 8)
    throw new FormatError(`Its gzip data is packed by method ${bytes[2]}; only 8, deflate, is known.`);
  const flags = bytes[3];
  let at = 10;
  if (flags & EXTRA) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  for (const flag of [NAME, COMMENT])
    if (flags & flag) {
      const end = bytes.indexOf(0, at);
      at = end < 0 ? bytes.length : end + 1;
    }
  return flags & HEADER_SUM ? at + 2 : at;
}

const sums = new Uint32Array(256).map((_, n) => {
  let sum = n;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** CRC-32, as gzip, zip and PNG have it. */
export function crc32(bytes: Uint8Array): number {
  let sum = -1;
  for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ sums[(sum ^ bytes[i]) & 255];
  return ~sum >>> 0;
}

/** @throws FormatError where the bytes are not those that the sum was made of */
export function checkSum(bytes: Uint8Array, wanted: number): void {
  const found = crc32(bytes);
  if (found !== wanted)
    throw new FormatError(
      `It is damaged: its checksum is ${found.toString(16)}, and ${wanted.toString(16)} was written.`,
    );
}
