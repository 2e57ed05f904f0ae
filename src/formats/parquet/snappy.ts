import { MOST_BYTES } from '../arrays';
import { FormatError } from '../error';

/** Most that comes out of a byte: 64 by a copy that takes three. */
const HIGHEST_RATIO = 22;
const damaged = (): never => {
  throw new FormatError('Its data packed by Snappy is damaged.');
};

/**
 * Unpacks Snappy's raw format (https://github.com/google/snappy/blob/main/format_description.txt): the length of what comes
 * out, then literals and copies of what came out before.
 * @param size of what comes out, as the file claims it
 * @returns exactly so many bytes
 * @throws FormatError where it is not as many, or the data is damaged
 */
export function unsnap(data: Uint8Array, size: number): Uint8Array {
  let at = 0;
  const byte = (): number => (at < data.length ? data[at++] : damaged());
  const little = (count: number): number => {
    let value = 0;
    for (let i = 0, factor = 1; i < count; i++, factor *= 256) value += byte() * factor;
    return value;
  };
  let claimed = 0;
  for (let factor = 1, more = true; more; factor *= 128) {
    const next = byte();
    if (factor > 2 ** 28) damaged();
    claimed += (next & 0x7f) * factor;
    more = next >= 0x80;
  }
  if (claimed !== size)
    throw new FormatError(`It claims to unpack to ${size} bytes, but its packed data to ${claimed}.`);
  if (size > MOST_BYTES || size > data.length * HIGHEST_RATIO)
    throw new FormatError(`It claims to unpack to ${size} bytes, more than its ${data.length} packed bytes can hold.`);
  const out = new Uint8Array(size);
  let to = 0;
  while (at < data.length) {
    const tag = byte();
    const kind = tag & 3;
    if (kind === 0) {
      const high = tag >> 2;
      const length = 1 + (high < 60 ? high : little(high - 59));
      if (length > data.length - at || length > size - to) damaged();
      out.set(data.subarray(at, at + length), to);
      at += length;
      to += length;
      continue;
    }
    const length = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const offset = kind === 1 ? ((tag >> 5) << 8) + byte() : little(kind === 2 ? 2 : 4);
    if (offset === 0 || offset > to || length > size - to) damaged();
    // A copy may reach into what it writes: a pattern that repeats.
    if (offset >= length) out.copyWithin(to, to - offset, to - offset + length);
    else for (let i = 0; i < length; i++) out[to + i] = out[to + i - offset];
    to += length;
  }
  return to === size ? out : damaged();
}
