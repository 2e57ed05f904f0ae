import type { Real } from '../real';
import type { PictureFacts } from './define';

/** What stands beyond the border of a picture. */
export type Border = 'zero' | 'edge' | 'mirror';

/** Where the value of place `i` comes from, in a row of `size` places; -1 where from nowhere. */
function sourceOf(i: number, size: number, border: Border): number {
  if (i >= 0 && i < size) return i;
  if (border === 'zero') return -1;
  if (border === 'edge') return i < 0 ? 0 : size - 1;
  // The border itself is not repeated, as with "reflect" in NumPy and PyTorch.
  return i < 0 ? -i : 2 * (size - 1) - i;
}

/** Writes into `to` the picture `from`, moved `down` and `right` by so many pixels (negative: up, left). */
export function move(from: Real, to: Real, picture: PictureFacts, down: number, right: number, border: Border): void {
  const { height, width, channels, blank } = picture;
  for (let y = 0, at = 0; y < height; y++) {
    const row = sourceOf(y - down, height, border);
    for (let x = 0; x < width; x++) {
      const column = row < 0 ? -1 : sourceOf(x - right, width, border);
      const start = (row * width + column) * channels;
      for (let c = 0; c < channels; c++, at++) to[at] = column < 0 ? blank[c] : from[start + c];
    }
  }
}
