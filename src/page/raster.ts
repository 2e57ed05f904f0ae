/** Pictures brought to few pixels. No DOM here. */

/** Levels from 0 to 1, row-major, channels last. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Float32Array;
}

/** The levels of a canvas; of one channel, its luma (ITU-R BT.601), as picture files are read for training. */
export function pixelsOf(rgba: Uint8ClampedArray, channels: number, invert: boolean): Float32Array {
  const count = rgba.length / 4;
  const values = new Float32Array(count * channels);
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]];
    const levels = channels === 1 ? [0.299 * r + 0.587 * g + 0.114 * b] : [r, g, b];
    for (let c = 0; c < channels; c++) {
      const level = levels[c] / 255;
      values[i * channels + c] = invert ? 1 - level : level;
    }
  }
  return values;
}

/** Below this a place counts as empty. */
const EMPTY = 0.04;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The mean of the part of the picture that each pixel stands for.
 * @param fit what is drawn is brought to the middle, its longer side along the frame, with the margin that MNIST's pictures
 * have (4 of 28) where there are pixels enough for one
 */
export function fitted(
  picture: Grey,
  { width, height, fit }: { readonly width: number; readonly height: number; readonly fit: boolean },
): Float32Array {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const drawn = fit ? boxOf(picture) : undefined;
  return sampled(picture, drawn ? framed(drawn, width, height) : whole, width, height);
}

/** Where something is drawn; undefined where nothing is. */
function boxOf({ width, height, channels, values }: Grey): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < width * height; i++) {
    let level = 0;
    for (let c = 0; c < channels; c++) level = Math.max(level, values[i * channels + c]);
    if (level < EMPTY) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** The part of the picture that, as the whole frame, has the box in its middle. */
function framed(box: Box, width: number, height: number): Box {
  const margin = Math.min(width, height) >= 20 ? 4 / 28 : 0;
  const by = Math.min((width * (1 - 2 * margin)) / box.width, (height * (1 - 2 * margin)) / box.height);
  const [w, h] = [width / by, height / by];
  return { x: box.x + box.width / 2 - w / 2, y: box.y + box.height / 2 - h / 2, width: w, height: h };
}

/** Outside of the picture is 0. */
function sampled({ width, height, channels, values }: Grey, from: Box, columns: number, rows: number): Float32Array {
  const out = new Float32Array(columns * rows * channels);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [x0, x1] = [column, column + 1].map((c) => from.x + (c * from.width) / columns);
      const [y0, y1] = [row, row + 1].map((r) => from.y + (r * from.height) / rows);
      for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++)
        for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x1); x++) {
          // How much of this place lies within.
          const share = (Math.min(x + 1, x1) - Math.max(x, x0)) * (Math.min(y + 1, y1) - Math.max(y, y0));
          for (let c = 0; c < channels; c++)
            out[(row * columns + column) * channels + c] +=
              (share * values[(y * width + x) * channels + c]) / ((x1 - x0) * (y1 - y0));
        }
    }
  return out;
}
