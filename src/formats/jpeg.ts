import { decode } from 'jpeg-js';
import { FormatError } from './error';
import type { Picture } from './picture';

/** What a picture may have, in millions of pixels, and what decoding it may take, in MiB. */
const [MOST_PIXELS, MOST_MEMORY] = [64, 1024];
/** A block of 8 x 8 pixels takes a bit at least: a small file that claims more than this for each byte is lying. */
const PIXELS_A_BYTE = 512;

export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** @returns red, green and blue, of grey pictures too. @throws FormatError where the file is no JPEG, damaged or too large */
export function readJpeg(bytes: Uint8Array): Picture {
  if (!isJpeg(bytes)) throw new FormatError('A JPEG file begins with the bytes ff d8 ff; this one does not.');
  try {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: Math.min(MOST_PIXELS, (bytes.length * PIXELS_A_BYTE) / 1e6),
      maxMemoryUsageInMB: MOST_MEMORY,
    });
    if (width < 1 || height < 1 || data.length !== 3 * width * height)
      throw new FormatError(`Its size is ${width} x ${height}, but it holds ${data.length} numbers.`);
    return { width, height, channels: 3, values: data };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    // The decoder throws whatever it stumbles over.
    throw new FormatError(`It cannot be decoded as JPEG: ${(error as Error).message}.`);
  }
}
