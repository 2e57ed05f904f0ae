// Writes animated PNGs (PNG third edition, chunks acTL, fcTL and fdAT) of one palette: what did not change from one frame to
// the next is transparent, and only the part around what did is written.
import { crc32, deflateSync } from 'node:zlib';

/** @typedef {{ width: number, height: number, rgb: Uint8Array, milliseconds: number }} Frame rgb: three bytes a pixel */

/** Colours of the palette besides the transparent one, which is its first. */
const COLOURS = 255;
const bucketOf = (/** @type {number} */ r, /** @type {number} */ g, /** @type {number} */ b) =>
  ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);

/**
 * The colours that are most frequent, each the mean of those near it; and for each bucket of colours the nearest of them.
 * @param {readonly Frame[]} frames
 */
function paletteOf(frames) {
  const sums = new Float64Array(4 * 32768);
  for (const { rgb } of frames)
    for (let i = 0; i < rgb.length; i += 3) {
      const at = 4 * bucketOf(rgb[i], rgb[i + 1], rgb[i + 2]);
      sums[at]++;
      for (let c = 0; c < 3; c++) sums[at + 1 + c] += rgb[i + c];
    }
  const used = Array.from({ length: 32768 }, (_, bucket) => bucket).filter((bucket) => sums[4 * bucket] > 0);
  const mean = (/** @type {number} */ bucket) => [1, 2, 3].map((c) => sums[4 * bucket + c] / sums[4 * bucket]);
  const chosen = [...used]
    .sort((a, b) => sums[4 * b] - sums[4 * a])
    .slice(0, COLOURS)
    .map(mean);
  const nearest = new Uint8Array(32768);
  for (const bucket of used) {
    const own = mean(bucket);
    let best = Infinity;
    chosen.forEach((colour, i) => {
      const distance = colour.reduce((sum, value, c) => sum + (value - own[c]) ** 2, 0);
      if (distance >= best) return;
      best = distance;
      nearest[bucket] = i + 1;
    });
  }
  return { colours: chosen.map((colour) => colour.map(Math.round)), nearest };
}

/** @param {string} type @param {Uint8Array} data */
function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** @param {...number} values of 32 bits */
const words = (...values) => {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => out.writeUInt32BE(value, 4 * i));
  return out;
};

/**
 * @param {Uint8Array} now @param {Uint8Array | undefined} before indices into the palette
 * @param {number} width @param {number} height
 */
function changeOf(now, before, width, height) {
  if (!before) return { x: 0, y: 0, w: width, h: height };
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < now.length; i++) {
    if (now[i] === before[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  // A frame has at least one pixel.
  return right < 0 ? { x: 0, y: 0, w: 1, h: 1 } : { x: left, y: top, w: right - left + 1, h: bottom - top + 1 };
}

/**
 * @param {readonly Frame[]} frames all of one size, at least one; a frame like the one before it makes that last longer
 * @returns {Buffer} it plays for ever
 */
export function encodeApng(frames) {
  const { width, height } = frames[0];
  if (
    frames.some((frame) => frame.width !== width || frame.height !== height || frame.rgb.length !== 3 * width * height)
  )
    throw new RangeError(`Every frame has ${width} x ${height} pixels of three bytes.`);
  const { colours, nearest } = paletteOf(frames);
  /** @type {{ pixels: Uint8Array, milliseconds: number }[]} */
  const kept = [];
  for (const { rgb, milliseconds } of frames) {
    const pixels = new Uint8Array(width * height);
    for (let i = 0; i < pixels.length; i++) pixels[i] = nearest[bucketOf(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2])];
    const last = kept.at(-1);
    if (last && Buffer.compare(last.pixels, pixels) === 0) last.milliseconds += milliseconds;
    else kept.push({ pixels, milliseconds });
  }
  const parts = [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])];
  // Eight bits, a palette, nothing interlaced.
  parts.push(chunk('IHDR', Buffer.concat([words(width, height), Buffer.from([8, 3, 0, 0, 0])])));
  parts.push(chunk('acTL', words(kept.length, 0)));
  parts.push(chunk('PLTE', Uint8Array.from([[0, 0, 0], ...colours].flat())));
  parts.push(chunk('tRNS', Uint8Array.of(0)));
  let sequence = 0;
  kept.forEach(({ pixels, milliseconds }, n) => {
    const before = kept[n - 1]?.pixels;
    const { x, y, w, h } = changeOf(pixels, before, width, height);
    const rows = Buffer.alloc(h * (1 + w));
    for (let row = 0; row < h; row++)
      for (let column = 0; column < w; column++) {
        const at = (y + row) * width + x + column;
        rows[row * (1 + w) + 1 + column] = before && before[at] === pixels[at] ? 0 : pixels[at];
      }
    const control = Buffer.alloc(26);
    [sequence++, w, h, x, y].forEach((value, i) => control.writeUInt32BE(value, 4 * i));
    control.writeUInt16BE(Math.min(65535, Math.round(milliseconds)), 20);
    control.writeUInt16BE(1000, 22);
    // It stays, and the next is drawn over it.
    control[25] = n === 0 ? 0 : 1;
    parts.push(chunk('fcTL', control));
    const data = deflateSync(rows, { level: 9, memLevel: 9 });
    parts.push(n === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([words(sequence++), data])));
  });
  parts.push(chunk('IEND', new Uint8Array(0)));
  return Buffer.concat(parts);
}
