/** Draws what a network answers over two inputs, how unsure it is there, and the samples. */
import type { Answer } from '../../src/protocol/training';
import type { Palette } from '../canvas/theme';
import { classColours, contour, imageOfGrid, mix, rgbOf, sureness } from './colour';

export type Surface = Answer<'surface'>;
type Pen = CanvasRenderingContext2D;

export interface Drawn {
  readonly surface: Surface;
  readonly size: number;
  readonly palette: Palette;
  /** Row of the data that is pointed at, or shown in the graph. */
  readonly marked: number | undefined;
  readonly samples: boolean;
}

/** @param values points x columns: the answers with dropout off, or the mean over masks */
export function drawAnswers(g: Pen, drawn: Drawn, values: Float32Array, classes: number): void {
  const { surface, palette: p, size } = drawn;
  const { grid, columns } = surface;
  const ground = rgbOf(p.bg);
  const colours = classColours(p).map(rgbOf);
  const range = classes > 0 ? undefined : rangeOf(values, columns);
  const image = imageOfGrid(grid.side, (point) => {
    if (range) {
      const share = (values[point * columns] - range[0]) / (range[1] - range[0] || 1);
      const away = Math.abs(share - 0.5) * 2;
      return mix(ground, colours[share < 0.5 ? 0 : 1], 0.1 + 0.8 * away);
    }
    const { best, sure } = sureness(values, point * columns, columns);
    return mix(ground, colours[best % colours.length], 0.12 + 0.68 * sure);
  });
  paint(g, image, size);
  if (classes === 2) line(g, drawn, values);
  if (drawn.samples) drawSamples(g, drawn, classes, range);
}

/** @param values a number a point, from 0 to `most` */
export function drawUncertainty(g: Pen, drawn: Drawn, values: Float32Array, most: number, classes: number): void {
  const { surface, palette: p, size } = drawn;
  const [ground, ink] = [rgbOf(p.bg), rgbOf(p.on)];
  const every = values.length / surface.grid.side ** 2;
  paint(
    g,
    imageOfGrid(surface.grid.side, (point) =>
      mix(ground, ink, 0.92 * Math.min(1, values[point * every] / (most || 1))),
    ),
    size,
  );
  if (classes === 2 && surface.monteCarlo) line(g, drawn, surface.monteCarlo.mean);
  if (drawn.samples) mark(g, drawn);
}

function paint(g: Pen, image: HTMLCanvasElement, size: number): void {
  g.imageSmoothingEnabled = true;
  g.imageSmoothingQuality = 'high';
  g.drawImage(image, 0, 0, size, size);
}

/** On the line both classes are equally likely. */
function line(g: Pen, { surface, size, palette }: Drawn, values: Float32Array): void {
  const { side } = surface.grid;
  const step = size / (side - 1);
  g.strokeStyle = palette.fg;
  g.lineWidth = 1.5;
  g.beginPath();
  for (const [x, y, u, v] of contour(side, (point) => values[2 * point + 1], 0.5)) {
    g.moveTo(x * step, size - y * step);
    g.lineTo(u * step, size - v * step);
  }
  g.stroke();
}

/** Where a sample stands in a picture of so many pixels a side. */
export function placeOf({ grid, points }: Surface, at: number, size: number): readonly [number, number] {
  const [x, y] = grid.ranges.map(([low, high], i) => (points.inputs[2 * at + i] - low) / (high - low));
  return [x * size, size - y * size];
}

function drawSamples(g: Pen, drawn: Drawn, classes: number, range: readonly [number, number] | undefined): void {
  const { surface, size, palette: p } = drawn;
  const { points } = surface;
  const colours = classColours(p);
  for (let at = 0; at < points.targets.length; at++) {
    const [x, y] = placeOf(surface, at, size);
    const target = points.targets[at];
    const share = range ? (target - range[0]) / (range[1] - range[0] || 1) : 0;
    const colour = classes > 0 ? colours[target % colours.length] : share < 0.5 ? colours[0] : colours[1];
    const path = shapeOf(classes > 0 ? target : 0, x, y, 3.2);
    if (points.validation[at]) {
      // Hollow: the network has not learned from it.
      g.strokeStyle = p.bg;
      g.lineWidth = 3.4;
      g.stroke(path);
      g.strokeStyle = colour;
      g.lineWidth = 1.5;
      g.stroke(path);
    } else {
      g.fillStyle = colour;
      g.fill(path);
      g.strokeStyle = p.bg;
      g.lineWidth = 1;
      g.stroke(path);
    }
    if (points.noisy[at]) {
      g.strokeStyle = p.fg;
      g.lineWidth = 1.2;
      g.beginPath();
      g.moveTo(x - 5.5, y + 5.5);
      g.lineTo(x + 5.5, y - 5.5);
      g.stroke();
    }
  }
  mark(g, drawn);
}

/** Rings around the sample that is pointed at. */
function mark(g: Pen, { surface, size, palette, marked }: Drawn): void {
  const at = marked === undefined ? -1 : surface.points.rows.indexOf(marked);
  if (at < 0) return;
  const [x, y] = placeOf(surface, at, size);
  for (const [radius, colour, width] of [
    [7.5, palette.bg, 4],
    [7.5, palette.fg, 1.8],
  ] as const) {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.beginPath();
    g.arc(x, y, radius, 0, 2 * Math.PI);
    g.stroke();
  }
}

/** A circle, a diamond, a square or a triangle, by the class: not told by colour alone. */
export function shapeOf(target: number, x: number, y: number, r: number): Path2D {
  const path = new Path2D();
  switch (target % 4) {
    case 0:
      path.moveTo(x, y - r * 1.3);
      path.lineTo(x + r * 1.3, y);
      path.lineTo(x, y + r * 1.3);
      path.lineTo(x - r * 1.3, y);
      break;
    case 1:
      path.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case 2:
      path.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
      break;
    default:
      path.moveTo(x, y - r * 1.2);
      path.lineTo(x + r * 1.2, y + r);
      path.lineTo(x - r * 1.2, y + r);
  }
  path.closePath();
  return path;
}

export function rangeOf(values: ArrayLike<number>, every = 1): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i += every) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}
