/** Colours of classes, and mixtures of them for pictures that are made pixel by pixel. Pure but for the palette's text. */
import type { Palette } from '../canvas/theme';

export type Rgb = readonly [number, number, number];

/** Reads what getComputedStyle gives, such as "rgb(1, 2, 3)", "rgba(1, 2, 3, 0.5)" or "color(srgb 0.1 0.2 0.3)". */
export function rgbOf(colour: string): Rgb {
  const numbers = (colour.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  const scale = colour.startsWith('color(') ? 255 : 1;
  const [r = 0, g = 0, b = 0] = numbers;
  return [r * scale, g * scale, b * scale];
}

/** From `from` to `to`, where share is 0 to 1. */
export const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** Of classes: the first two are told apart by everybody; beyond four, colours come again and names and shapes tell. */
export const classColours = (p: Palette): readonly string[] => [p.neg, p.act, p.on, p.fg];

/** How sure the likeliest of some probabilities is, beyond a guess: 0 to 1. */
export function sureness(values: ArrayLike<number>, start: number, columns: number): { best: number; sure: number } {
  let best = 0;
  for (let c = 1; c < columns; c++) if (values[start + c] > values[start + best]) best = c;
  const guess = 1 / columns;
  return { best, sure: columns < 2 ? 1 : Math.max(0, (values[start + best] - guess) / (1 - guess)) };
}

/** An image of side x side points, each coloured by `at`; the grid's first row is the lowest. */
export function imageOfGrid(side: number, at: (point: number) => Rgb): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const g = canvas.getContext('2d');
  if (!g) return canvas;
  const image = g.createImageData(side, side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const to = ((side - 1 - row) * side + column) * 4;
      const [red, green, blue] = at(row * side + column);
      image.data[to] = red;
      image.data[to + 1] = green;
      image.data[to + 2] = blue;
      image.data[to + 3] = 255;
    }
  g.putImageData(image, 0, 0);
  return canvas;
}

/** Where a number over a grid is `level`: pieces of line from point to point, in grid units from the lower left. */
export function contour(
  side: number,
  value: (point: number) => number,
  level: number,
): (readonly [number, number, number, number])[] {
  const lines: (readonly [number, number, number, number])[] = [];
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const values = corners.map(([x, y]) => value(y * side + x) - level);
      const cuts: [number, number][] = [];
      for (let i = 0; i < 4; i++) {
        const [a, b] = [values[i], values[(i + 1) % 4]];
        if (a > 0 === b > 0) continue;
        const share = a / (a - b);
        const [[x, y], [u, v]] = [corners[i], corners[(i + 1) % 4]];
        cuts.push([x + (u - x) * share, y + (v - y) * share]);
      }
      for (let i = 0; i + 1 < cuts.length; i += 2) lines.push([...cuts[i], ...cuts[i + 1]] as const);
    }
  return lines;
}
