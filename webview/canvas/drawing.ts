/** Draws units: filled by their activation, hollow where silent, red and crossed out where dropped. */
import type { Body } from './geometry';
import { gapOf } from './geometry';
import type { UnitsShown } from './masks';
import { droppedAt, SILENT, strength } from './masks';
import type { Palette } from './theme';

type Cells = Extract<Body, { type: 'cells' }>;
type Neurons = Extract<Body, { type: 'neurons' }>;
export type Pen = CanvasRenderingContext2D;

/** Strengths that are told apart. */
const LEVELS = 32;
/** Up to this size there are many cells, and each is a copy of one painted before: to paint a thousand takes longer than a frame has. */
const SMALL = 8;

/** Looks of a cell: dropped, silent, or a level of a sign. */
const DROPPED = 0;
const HOLLOW = 1;
const LOOKS = 2 + 2 * (LEVELS + 1);
function looksOf(shown: UnitsShown | undefined, i: number): number {
  if (!shown) return HOLLOW;
  if (droppedAt(shown, i)) return DROPPED;
  const value = shown.values[i];
  if (!(Math.abs(value) > SILENT)) return HOLLOW;
  return 2 + Math.round(strength(value, shown.max) * LEVELS) + (value < 0 ? LEVELS + 1 : 0);
}

/** Cells at their places, each as `look` has it; those that look alike are painted together. */
function paintCells(
  g: Pen,
  body: Pick<Cells, 'count' | 'columns' | 'pitch'>,
  look: (i: number) => number,
  p: Palette,
): void {
  const side = body.pitch - gapOf(body.pitch);
  const radius = body.pitch > 10 ? 2 : body.pitch > 6 ? 1 : 0;
  const inset = body.pitch >= 15 ? 3.6 : body.pitch >= 12 ? 3 : body.pitch >= 9 ? 2 : 1.2;
  const crosses = new Path2D();
  const reds = new Path2D();
  const hollow = new Path2D();
  const signs = new Path2D();
  const filled: Path2D[] = [];
  for (let i = 0; i < body.count; i++) {
    const x = (i % body.columns) * body.pitch;
    const y = Math.floor(i / body.columns) * body.pitch;
    const at = look(i);
    if (at === DROPPED) {
      reds.roundRect(x, y, side, side, radius);
      cross(crosses, x + inset, y + inset, side - 2 * inset);
    } else if (at === HOLLOW) {
      if (side >= 4) hollow.roundRect(x + 0.5, y + 0.5, side - 1, side - 1, Math.max(0, radius - 0.5));
      else hollow.rect(x + side / 2 - 0.5, y + side / 2 - 0.5, 1, 1);
    } else {
      (filled[at] ??= new Path2D()).roundRect(x, y, side, side, radius);
      // The sign, not by colour alone.
      if (at > 2 + LEVELS && side >= 6) signs.rect(x + side * 0.25, y + side / 2 - 0.75, side * 0.5, 1.5);
    }
  }
  filled.forEach((path, at) => {
    const negative = at > 2 + LEVELS;
    g.fillStyle = negative ? p.neg : p.act;
    g.globalAlpha = (at - 2 - (negative ? LEVELS + 1 : 0)) / LEVELS;
    g.fill(path);
  });
  g.globalAlpha = 1;
  g.fillStyle = p.bg;
  g.fill(signs);
  g.strokeStyle = p.hollow;
  g.lineWidth = 1;
  g.stroke(hollow);
  paintDropped(g, reds, crosses, p, body.pitch >= 12 ? 1.5 : 1.1);
}

let stamps:
  { readonly pixels: Uint32Array; readonly size: number; readonly palette: Palette; readonly key: string } | undefined;

/** Every look of a cell once, as pixels of the canvas it is copied to: one below the other, `size` wide and high. */
function stampsFor(pitch: number, scale: number, palette: Palette): NonNullable<typeof stamps> | undefined {
  const key = `${pitch} ${scale}`;
  if (stamps?.key === key && stamps.palette === palette) return stamps;
  const size = Math.round(pitch * scale);
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size * LOOKS;
  const g = canvas.getContext('2d', { willReadFrequently: true });
  if (!g) return undefined;
  for (let look = 0; look < LOOKS; look++) {
    g.setTransform(size / pitch, 0, 0, size / pitch, 0, look * size);
    paintCells(g, { count: 1, columns: 1, pitch }, () => look, palette);
  }
  const { data } = g.getImageData(0, 0, size, size * LOOKS);
  return (stamps = { pixels: new Uint32Array(data.buffer), size, palette, key });
}

function drawStamped(g: Pen, body: Cells, shown: UnitsShown | undefined, p: Palette): void {
  const { pitch, columns, count } = body;
  const { a: scale, e: left, f: top } = g.getTransform();
  const from = stampsFor(pitch, scale, p);
  if (!from) return;
  const { pixels, size } = from;
  const width = Math.ceil(columns * pitch * scale) + 1;
  const height = Math.ceil(Math.ceil(count / columns) * pitch * scale) + 1;
  const image = g.createImageData(width, height);
  const to = new Uint32Array(image.data.buffer);
  for (let i = 0; i < count; i++) {
    const x = Math.round((i % columns) * pitch * scale);
    let at = Math.round(Math.floor(i / columns) * pitch * scale) * width + x;
    let pixel = looksOf(shown, i) * size * size;
    for (let row = 0; row < size; row++, at += width)
      for (let column = 0; column < size; column++) to[at + column] = pixels[pixel++];
  }
  g.putImageData(image, Math.round(left), Math.round(top));
}

export function drawCells(g: Pen, body: Cells, shown: UnitsShown | undefined, p: Palette, pointed?: number): void {
  if (shown?.way === 'branch' && shown.dropped === body.count) return strikeOut(g, body.width, body.height, p);
  if (body.per > 1) return drawBlocks(g, body, shown, p);
  const side = body.pitch - gapOf(body.pitch);
  const radius = body.pitch > 10 ? 2 : body.pitch > 6 ? 1 : 0;
  if (body.pitch <= SMALL) drawStamped(g, body, shown, p);
  else paintCells(g, body, (i) => looksOf(shown, i), p);
  if (pointed !== undefined && pointed < body.count) {
    const x = (pointed % body.columns) * body.pitch;
    const y = Math.floor(pointed / body.columns) * body.pitch;
    g.strokeStyle = p.fg;
    g.lineWidth = 1.5;
    g.beginPath();
    g.roundRect(x - 0.75, y - 0.75, side + 1.5, side + 1.5, radius + 1);
    g.stroke();
  }
}

/** Fills (in high contrast: outlines) and crosses out. */
export function paintDropped(g: Pen, reds: Path2D, crosses: Path2D, p: Palette, width: number): void {
  if (p.contrast) {
    g.strokeStyle = p.drop;
    g.globalAlpha = 0.8;
    g.lineWidth = 1;
    g.stroke(reds);
  } else {
    g.fillStyle = p.drop;
    g.globalAlpha = 0.16;
    g.fill(reds);
  }
  g.globalAlpha = 1;
  g.strokeStyle = p.drop;
  g.lineCap = 'round';
  g.lineWidth = width;
  g.stroke(crosses);
}

export function cross(path: Path2D, x: number, y: number, size: number): void {
  path.moveTo(x, y);
  path.lineTo(x + size, y + size);
  path.moveTo(x + size, y);
  path.lineTo(x, y + size);
}

/** All of a sample is dropped in one piece: one frame, one cross. */
export function strikeOut(g: Pen, width: number, height: number, p: Palette): void {
  const frame = new Path2D();
  frame.rect(0.75, 0.75, width - 1.5, height - 1.5);
  const crossing = new Path2D();
  const arm = Math.min(width, height) * 0.3;
  cross(crossing, width / 2 - arm, height / 2 - arm, 2 * arm);
  paintDropped(g, frame, crossing, p, Math.max(1.5, Math.min(4, arm / 6)));
  g.strokeStyle = p.drop;
  g.lineWidth = 1.5;
  g.stroke(frame);
}

/** Very many units: a cell is the mean of a block; the red in it is as high as the share that is dropped. */
function drawBlocks(g: Pen, body: Cells, shown: UnitsShown | undefined, p: Palette): void {
  const side = body.pitch - gapOf(body.pitch);
  const cells = Math.ceil(body.count / body.per);
  for (let c = 0; c < cells; c++) {
    const x = (c % body.columns) * body.pitch;
    const y = Math.floor(c / body.columns) * body.pitch;
    let sum = 0;
    let dropped = 0;
    const end = Math.min(body.count, (c + 1) * body.per);
    for (let i = c * body.per; i < end; i++) {
      if (shown && droppedAt(shown, i)) dropped++;
      else if (shown) sum += shown.values[i];
    }
    const size = end - c * body.per;
    const mean = sum / Math.max(1, size - dropped);
    g.globalAlpha = shown && Math.abs(mean) > SILENT ? strength(mean, shown.max) : 1;
    g.fillStyle = !shown || Math.abs(mean) <= SILENT ? p.hair : mean > 0 ? p.act : p.neg;
    g.fillRect(x, y, side, side);
    g.globalAlpha = 1;
    if (dropped > 0) {
      const h = Math.max(1, (side * dropped) / size);
      g.fillStyle = p.drop;
      g.fillRect(x, y + side - h, side, h);
    }
  }
}

/** A picture: the value as ink. Dropped pixels are crossed out like any other unit. */
export function drawPicture(
  g: Pen,
  body: Cells,
  shown: UnitsShown | undefined,
  p: Palette,
  range: readonly [number, number],
): void {
  const { pitch } = body;
  const [low, high] = range;
  const reds = new Path2D();
  const crosses = new Path2D();
  if (!shown) {
    drawGrid(g, body, p);
    return;
  }
  g.fillStyle = p.fg;
  for (let i = 0; i < body.count; i++) {
    const x = (i % body.columns) * pitch;
    const y = Math.floor(i / body.columns) * pitch;
    if (droppedAt(shown, i)) {
      reds.rect(x + 0.5, y + 0.5, pitch - 1, pitch - 1);
      if (pitch >= 5) cross(crosses, x + pitch * 0.24, y + pitch * 0.24, pitch * 0.52);
      continue;
    }
    const v = (shown.values[i] - low) / (high - low || 1);
    g.globalAlpha = 0.04 + 0.96 * Math.min(1, Math.max(0, v));
    g.fillRect(x, y, pitch, pitch);
  }
  g.globalAlpha = 1;
  paintDropped(g, reds, crosses, p, pitch >= 12 ? 1.5 : 1);
}

/** Pixels without a sample: where they are, and nothing in them. */
function drawGrid(g: Pen, body: Cells, p: Palette): void {
  const every = body.pitch >= 5 ? 1 : Math.ceil(8 / body.pitch);
  g.strokeStyle = p.hollow;
  g.globalAlpha = 0.5;
  g.lineWidth = 1;
  g.beginPath();
  for (let c = every; c < body.columns; c += every) {
    g.moveTo(c * body.pitch + 0.5, 0);
    g.lineTo(c * body.pitch + 0.5, body.height);
  }
  for (let r = every; r < body.rows; r += every) {
    g.moveTo(0, r * body.pitch + 0.5);
    g.lineTo(body.width, r * body.pitch + 0.5);
  }
  g.stroke();
  g.globalAlpha = 1;
}

/** @param pictures what each answers over two inputs: it then tells more than the one value, which stands below */
export function drawNeurons(
  g: Pen,
  body: Neurons,
  shown: UnitsShown | undefined,
  p: Palette,
  pointed?: number,
  pictures?: readonly CanvasImageSource[],
): void {
  const r = body.size / 2;
  const x = r + 3;
  for (let i = 0; i < body.count; i++) {
    const y = r + 3 + i * body.pitch;
    const circle = new Path2D();
    circle.arc(x, y, r - 1, 0, 2 * Math.PI);
    g.fillStyle = p.bg;
    g.fill(circle);
    const value = shown ? shown.values[i] : 0;
    if (shown && droppedAt(shown, i)) {
      if (!p.contrast) {
        g.fillStyle = p.drop;
        g.globalAlpha = 0.14;
        g.fill(circle);
        g.globalAlpha = 1;
      }
      g.strokeStyle = p.drop;
      g.lineWidth = 2;
      g.stroke(circle);
      const crossing = new Path2D();
      const arm = r * 0.36;
      cross(crossing, x - arm, y - arm, 2 * arm);
      g.lineWidth = 3;
      g.lineCap = 'round';
      g.stroke(crossing);
    } else if (pictures?.[i]) {
      g.save();
      g.clip(circle);
      g.drawImage(pictures[i], x - r, y - r, 2 * r, 2 * r);
      g.restore();
      g.strokeStyle = p.hollow;
      g.lineWidth = 1.2;
      g.stroke(circle);
    } else if (Math.abs(value) > SILENT) {
      g.fillStyle = value > 0 ? p.act : p.neg;
      g.globalAlpha = strength(value, shown!.max);
      g.fill(circle);
      g.globalAlpha = 1;
      g.strokeStyle = p.contrast ? p.fg : g.fillStyle;
      g.lineWidth = 1.2;
      g.stroke(circle);
      if (value < 0) {
        g.fillStyle = p.bg;
        g.fillRect(x - r * 0.28, y - 1.25, r * 0.56, 2.5);
      }
    } else {
      g.strokeStyle = p.hollow;
      g.lineWidth = 1.2;
      g.stroke(circle);
    }
    if (pointed === i) {
      g.strokeStyle = p.fg;
      g.lineWidth = 1.5;
      g.beginPath();
      g.arc(x, y, r + 1.8, 0, 2 * Math.PI);
      g.stroke();
    }
  }
}

/** Which unit stands at a place on its canvas, in CSS pixels. */
export function unitAt(body: Cells | Neurons, x: number, y: number): number | undefined {
  if (body.type === 'neurons') {
    const i = Math.floor((y - 3) / body.pitch);
    return i >= 0 && i < body.count && y - 3 - i * body.pitch <= body.size ? i : undefined;
  }
  const column = Math.floor(x / body.pitch);
  const row = Math.floor(y / body.pitch);
  if (column < 0 || column >= body.columns || row < 0) return undefined;
  const i = row * body.columns + column;
  return body.per === 1 && i < body.count ? i : undefined;
}
