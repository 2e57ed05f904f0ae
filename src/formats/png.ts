import { countOf } from './arrays';
import { FormatError } from './error';
import { checkSum, inflateExactly } from './inflate';
import type { Picture } from './picture';

/** PNG (third edition): every colour type at up to 8 bits a channel, interlaced or not. */

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte);

const [GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA] = [0, 2, 3, 4, 6];
/** By colour type: numbers that a pixel has in the file, and the depths it may have here. */
const layouts: ReadonlyMap<number, { readonly samples: number; readonly depths: readonly number[] }> = new Map([
  [GREY, { samples: 1, depths: [1, 2, 4, 8] }],
  [RGB, { samples: 3, depths: [8] }],
  [PALETTE, { samples: 1, depths: [1, 2, 4, 8] }],
  [GREY_ALPHA, { samples: 2, depths: [8] }],
  [RGB_ALPHA, { samples: 4, depths: [8] }],
]);

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly type: number;
  readonly samples: number;
  readonly isInterlaced: boolean;
}

/** A part of the picture that is packed by itself: every dx-th column from x on, every dy-th row from y on. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of a row, without the one that names its filter. */
  readonly stride: number;
}

/** @throws FormatError where the file is no PNG, is damaged, holds more or less than it claims, or is transparent somewhere */
export function readPng(bytes: Uint8Array): Picture {
  if (!isPng(bytes)) throw new FormatError('A PNG file begins with the bytes 89 50 4e 47; this one does not.');
  const { header, palette, alphas, data } = readChunks(bytes);
  const { width, height, depth, samples, type } = header;
  countOf([height, width, Math.max(samples, 3)], 1);
  const passes = passesOf(header);
  const size = passes.reduce((sum, { rows, stride }) => sum + rows * (1 + stride), 0);
  if (data.length < 6 || (data[0] & 15) !== 8 || ((data[0] << 8) | data[1]) % 31 !== 0 || data[1] & 32)
    throw new FormatError('Its pixels do not begin as packed data should.');
  const packed = inflateExactly(data.subarray(2, data.length - 4), size);
  const pixels = new Uint8Array(width * height * samples);
  let at = 0;
  for (const pass of passes) {
    unfilter(packed, at, pass, Math.max(1, (depth * samples) >> 3));
    spread(packed, at, pass, header, pixels);
    at += pass.rows * (1 + pass.stride);
  }
  if (type === PALETTE) return paletted(pixels, header, palette, alphas);
  if (alphas && type !== GREY_ALPHA && type !== RGB_ALPHA) refuseKey(pixels, header, alphas);
  if (type === GREY_ALPHA || type === RGB_ALPHA) return withoutAlpha(pixels, header);
  const full = 255 / (2 ** depth - 1);
  return { width, height, channels: samples as 1 | 3, values: full === 1 ? pixels : pixels.map((v) => v * full) };
}

interface Chunks {
  readonly header: Header;
  readonly palette?: Uint8Array;
  /** Of the chunk tRNS: the palette's alphas, or the one value that is transparent. */
  readonly alphas?: Uint8Array;
  /** All chunks IDAT, one after another. */
  readonly data: Uint8Array;
}

function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  const found = new Map<string, Uint8Array>();
  const parts: Uint8Array[] = [];
  for (let at = 8, type = ''; type !== 'IEND';) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Infinity;
    if (at + 12 + length > bytes.length) throw new FormatError(`It is cut short: a chunk at byte ${at} does not end.`);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    checkSum(bytes.subarray(at + 4, at + 8 + length), view.getUint32(at + 8 + length));
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (!header) header = headerOf(type, chunk);
    else if (type === 'IDAT') parts.push(chunk);
    else if (type === 'PLTE' || type === 'tRNS') found.set(type, chunk);
    else if (type !== 'IEND' && /^[A-Z]/.test(type))
      throw new FormatError(`It needs the chunk "${type}", which is not known.`);
    at += 12 + length;
  }
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { header: header!, palette: found.get('PLTE'), alphas: found.get('tRNS'), data };
}

function headerOf(name: string, chunk: Uint8Array): Header {
  if (name !== 'IHDR' || chunk.length !== 13) throw new FormatError('It does not begin with a header of 13 bytes.');
  const view = new DataView(chunk.buffer, chunk.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = chunk.subarray(8);
  if (width === 0 || height === 0) throw new FormatError(`Its size is ${width} x ${height}.`);
  if (depth === 16) throw new FormatError('It has 16 bits a channel. Save it with 8.');
  const layout = layouts.get(type);
  if (!layout?.depths.includes(depth) || compression > 0 || filter > 0 || interlace > 1)
    throw new FormatError(`Its header makes no sense: depth ${depth}, colour type ${type}, interlace ${interlace}.`);
  return { width, height, depth, type, samples: layout.samples, isInterlaced: interlace === 1 };
}

/** Adam7: seven passes, each filling in between the earlier ones. */
const interlaced = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passesOf({ width, height, depth, samples, isInterlaced }: Header): Pass[] {
  return (isInterlaced ? interlaced : [[0, 0, 1, 1] as const])
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((width - x) / dx);
      return {
        x,
        y,
        dx,
        dy,
        columns,
        rows: Math.ceil((height - y) / dy),
        stride: Math.ceil((columns * samples * depth) / 8),
      };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Undoes each row's filter, in place. @param before how many bytes back the pixel to the left is */
function unfilter(data: Uint8Array, start: number, { rows, stride }: Pass, before: number): void {
  for (let row = 0; row < rows; row++) {
    const at = start + row * (1 + stride) + 1;
    const filter = data[at - 1];
    if (filter > 4) throw new FormatError(`Row ${row} of its pixels has the filter ${filter}; 0 to 4 expected.`);
    for (let i = 0; filter > 0 && i < stride; i++) {
      const left = i >= before ? data[at + i - before] : 0;
      const up = row > 0 ? data[at + i - stride - 1] : 0;
      const corner = row > 0 && i >= before ? data[at + i - stride - 1 - before] : 0;
      data[at + i] += predicted(filter, left, up, corner);
    }
  }
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  // Paeth: whichever is nearest to what a plane through the three would give.
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Puts the numbers of a pass where they belong; those of fewer than 8 bits as they are. */
function spread(
  data: Uint8Array,
  start: number,
  pass: Pass,
  { width, depth, samples }: Header,
  pixels: Uint8Array,
): void {
  const { x, y, dx, dy, columns, rows, stride } = pass;
  const mask = 2 ** depth - 1;
  for (let row = 0; row < rows; row++) {
    const from = start + row * (1 + stride) + 1;
    for (let column = 0; column < columns; column++) {
      const to = ((y + row * dy) * width + x + column * dx) * samples;
      for (let s = 0; s < samples; s++) {
        const bit = (column * samples + s) * depth;
        pixels[to + s] = (data[from + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
      }
    }
  }
}

const transparent = (pixel: number, { width }: Header): never => {
  throw new FormatError(
    `It is transparent at row ${Math.floor(pixel / width)}, column ${pixel % width}, counted from 0. Save it without transparency.`,
  );
};

function paletted(pixels: Uint8Array, header: Header, palette?: Uint8Array, alphas?: Uint8Array): Picture {
  const { width, height } = header;
  const values = new Uint8Array(3 * pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const colour = 3 * pixels[i];
    if (!palette || colour + 3 > palette.length)
      throw new FormatError(`Its pixel ${i} has the colour ${pixels[i]}, which its palette does not have.`);
    if (alphas && pixels[i] < alphas.length && alphas[pixels[i]] < 255) transparent(i, header);
    for (let s = 0; s < 3; s++) values[3 * i + s] = palette[colour + s];
  }
  return { width, height, channels: 3, values };
}

/** One colour, given in two bytes a channel, may stand for transparent. */
function refuseKey(pixels: Uint8Array, header: Header, key: Uint8Array): void {
  const { samples } = header;
  for (let i = 0; i < pixels.length; i += samples) {
    let same = key.length === 2 * samples;
    for (let s = 0; s < samples; s++) same &&= pixels[i + s] === ((key[2 * s] << 8) | key[2 * s + 1]);
    if (same) transparent(i / samples, header);
  }
}

function withoutAlpha(pixels: Uint8Array, header: Header): Picture {
  const { width, height, samples } = header;
  const channels = (samples - 1) as 1 | 3;
  const values = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    if (pixels[samples * i + channels] !== 255) transparent(i, header);
    for (let c = 0; c < channels; c++) values[channels * i + c] = pixels[samples * i + c];
  }
  return { width, height, channels, values };
}
