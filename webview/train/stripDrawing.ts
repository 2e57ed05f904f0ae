/** Draws the strip of masks, and what the magnifier shows of it. No DOM but the pen. */
import type { BatchMask } from '../../src/protocol/training';
import { cross, paintDropped, type Pen } from '../canvas/drawing';
import { SILENT, strength } from '../canvas/masks';
import type { Palette } from '../canvas/theme';
import { droppedIn, FREQUENCY, MOST, type RunCounts, type StripSize } from './strip';

export interface StripPicture {
  /** Where they are known, they stand above in the place of those of the batch. */
  readonly run?: RunCounts;
  readonly mask: BatchMask;
  /** How often each piece was dropped in the batch. */
  readonly times: Uint32Array;
  /** Which piece stands at each place. */
  readonly order: Uint32Array;
  /** The sample shown above. */
  readonly sample: number;
  /** What the pieces of one sample give, where that is known. */
  readonly values: (row: number) => Float32Array | undefined;
  /** The largest of them in size. */
  readonly max: number;
  /** The place that is pointed at, and the sample. */
  readonly place?: number;
  readonly row?: number;
}

export function drawStrip(g: Pen, size: StripSize, picture: StripPicture, p: Palette): void {
  const { mask, sample, place, row: pointedRow, order } = picture;
  const { rows } = mask;
  if (picture.run && picture.run.samples > 0) drawRun(g, size, picture, picture.run, p);
  else drawFrequency(g, size, picture, p);
  const strokes = new Path2D();
  const strong = new Path2D();
  for (let r = 0; r < rows; r++) {
    const y = FREQUENCY + r * size.row;
    const current = r === sample;
    const values = picture.values(r);
    for (let c = 0; c < size.columns; c++) {
      const x = Math.round(size.left + c * size.cell);
      if (size.per > 1 || mask.each > 1) drawShare(g, size, picture, r, c, x, y, p, values);
      else if (droppedIn(mask, r, order[c])) drawDropped(g, size, x, y, p, current ? strong : strokes, current);
      else drawKept(g, size, x, y, p, values?.[order[c]], picture.max);
    }
  }
  g.strokeStyle = p.drop;
  g.lineWidth = 1;
  g.lineCap = 'butt';
  g.globalAlpha = 0.82;
  g.stroke(strokes);
  g.globalAlpha = 1;
  g.lineWidth = 1.3;
  g.stroke(strong);
  g.strokeStyle = p.fg;
  g.lineWidth = 1;
  const across = size.columns * size.cell;
  if (sample < rows) g.strokeRect(size.left - 2.5, FREQUENCY + sample * size.row - 1.5, across + 4, size.row + 2);
  if (place === undefined) return;
  const x = size.left + Math.floor(place / size.per) * size.cell;
  g.strokeRect(x - 1.5, FREQUENCY - 1.5, size.cell + 2, rows * size.row + 2);
  if (pointedRow !== undefined && pointedRow !== sample)
    g.strokeRect(x - 1.5, FREQUENCY + pointedRow * size.row - 1.5, size.cell + 2, size.row + 2);
}

function drawDropped(g: Pen, size: StripSize, x: number, y: number, p: Palette, path: Path2D, current: boolean): void {
  if (size.cell > size.row * 1.6) {
    // A wide cell: a small cross in its middle.
    const arm = size.row / 2 - 0.5;
    cross(path, x + (size.cell - 1) / 2 - arm, y + size.row / 2 - 0.5 - arm, 2 * arm);
    return;
  }
  if (size.cell >= 4) {
    path.moveTo(x + 0.5, y + 0.5);
    path.lineTo(x + size.cell - 1.5, y + size.row - 1.5);
    return;
  }
  g.fillStyle = p.drop;
  g.globalAlpha = current ? 1 : 0.82;
  g.fillRect(x, y + size.row / 2 - 1, Math.max(1, size.cell - 0.8), size.row / 2);
  g.globalAlpha = 1;
}

function drawKept(
  g: Pen,
  size: StripSize,
  x: number,
  y: number,
  p: Palette,
  value: number | undefined,
  max: number,
): void {
  const w = Math.max(1, Math.floor(size.cell) - 1);
  if (value !== undefined && Math.abs(value) > SILENT) {
    g.fillStyle = value > 0 ? p.act : p.neg;
    g.globalAlpha = strength(value, max);
    g.fillRect(x, y, w, size.row - 1);
  } else {
    g.fillStyle = p.fg;
    g.globalAlpha = p.contrast ? 0.5 : 0.26;
    g.fillRect(x, Math.round(y + size.row / 2 - 1), w, 1);
  }
  g.globalAlpha = 1;
}

/** A column of several pieces, or of one with many connections: as high as the share that is dropped. */
function drawShare(
  g: Pen,
  size: StripSize,
  { mask, order, max }: StripPicture,
  row: number,
  column: number,
  x: number,
  y: number,
  p: Palette,
  values: Float32Array | undefined,
): void {
  const end = Math.min(mask.pieces, (column + 1) * size.per);
  let dropped = 0;
  let sum = 0;
  for (let at = column * size.per; at < end; at++) {
    dropped += droppedIn(mask, row, order[at]);
    if (values) sum += values[order[at]];
  }
  const count = end - column * size.per;
  const width = Math.max(1, size.cell - 0.8);
  const mean = sum / count;
  if (Math.abs(mean) > SILENT) {
    g.fillStyle = mean > 0 ? p.act : p.neg;
    g.globalAlpha = strength(mean, max);
    g.fillRect(x, y, width, size.row - 1);
    g.globalAlpha = 1;
  }
  const h = ((size.row - 1) * dropped) / (count * mask.each);
  g.fillStyle = p.drop;
  // Many wide bars would outshine all else.
  g.globalAlpha = mask.each > 1 && !p.contrast ? 0.6 : 1;
  g.fillRect(x, y + size.row - 1 - h, width, h);
  g.globalAlpha = 1;
}

/** How far each piece is from what chance gives, up or down from the line, over the band that 95 % of them lie in. */
function drawRun(g: Pen, size: StripSize, { order, place }: StripPicture, run: RunCounts, p: Palette): void {
  const { mean, deviation } = run.expected;
  const middle = (FREQUENCY - 8) / 2;
  const means = Array.from({ length: size.columns }, (_, c) => {
    const part = order.subarray(c * size.per, (c + 1) * size.per);
    return part.reduce((sum, piece) => sum + run.counts[piece], 0) / part.length - mean;
  });
  // A column of several units is their mean, which chance moves less.
  const band = (MOST * deviation) / Math.sqrt(size.per);
  const most = means.reduce((m, d) => Math.max(m, Math.abs(d)), 1.5 * band) || 1;
  const across = size.columns * size.cell;
  const high = (d: number): number => (d / most) * middle;
  g.fillStyle = p.fg;
  g.globalAlpha = p.contrast ? 0.3 : 0.14;
  g.fillRect(size.left, middle - high(band), across, 2 * high(band));
  means.forEach((d, c) => {
    g.globalAlpha = isPointed(c, size, place) ? 1 : 0.55;
    const h = Math.abs(high(d));
    g.fillRect(
      Math.round(size.left + c * size.cell),
      d > 0 ? middle - h : middle,
      Math.max(1, size.cell - 1),
      Math.max(0.5, h),
    );
  });
  g.globalAlpha = 1;
  g.fillRect(size.left, Math.round(middle), across, 1);
}

const isPointed = (column: number, size: StripSize, place: number | undefined): boolean =>
  place !== undefined && Math.floor(place / size.per) === column;

function drawFrequency(g: Pen, size: StripSize, picture: StripPicture, p: Palette): void {
  const { mask, times, order, place } = picture;
  const h = FREQUENCY - 8;
  const all = Math.max(1, mask.rows) * mask.each;
  // Where blocks begin seldom, their bars are measured by the tallest of them.
  const full = mask.piece === 'block' ? Math.max(mask.chance * 2, times.reduce((a, b) => Math.max(a, b), 0) / all) : 1;
  for (let c = 0; c < size.columns; c++) {
    let sum = 0;
    const end = Math.min(times.length, (c + 1) * size.per);
    for (let at = c * size.per; at < end; at++) sum += times[order[at]];
    const high = (h * sum) / ((end - c * size.per) * all * full);
    g.fillStyle = p.fg;
    g.globalAlpha = isPointed(c, size, place) ? 1 : 0.36;
    g.fillRect(Math.round(size.left + c * size.cell), h - high, Math.max(1, size.cell - 1), high);
  }
  g.globalAlpha = 1;
  g.fillStyle = p.fg;
  g.fillRect(size.left, Math.round(h - (mask.chance / full) * h), size.columns * size.cell, 1);
}

/** What the magnifier shows: so many places and samples to either side of the one that is pointed at. */
export const AROUND = { places: 4, rows: 2 } as const;
export const LENS_CELL = 17;
export const lensSize = {
  width: (2 * AROUND.places + 1) * LENS_CELL,
  height: (2 * AROUND.rows + 1) * LENS_CELL,
} as const;

export function drawLens(g: Pen, picture: StripPicture, row: number, place: number, p: Palette): void {
  const { mask, order, values, max } = picture;
  const side = LENS_CELL - 2;
  const reds = new Path2D();
  const crosses = new Path2D();
  const hollow = new Path2D();
  for (let r = row - AROUND.rows; r <= row + AROUND.rows; r++) {
    if (r < 0 || r >= mask.rows) continue;
    const given = values(r);
    for (let at = place - AROUND.places; at <= place + AROUND.places; at++) {
      if (at < 0 || at >= mask.pieces) continue;
      const x = (at - place + AROUND.places) * LENS_CELL + 1;
      const y = (r - row + AROUND.rows) * LENS_CELL + 1;
      const piece = order[at];
      const share = droppedIn(mask, r, piece) / mask.each;
      const value = given?.[piece] ?? 0;
      if (share === 1) {
        reds.roundRect(x, y, side, side, 2);
        cross(crosses, x + 3.6, y + 3.6, side - 7.2);
        continue;
      }
      if (Math.abs(value) > SILENT) {
        g.fillStyle = value > 0 ? p.act : p.neg;
        g.globalAlpha = strength(value, max);
        g.beginPath();
        g.roundRect(x, y, side, side, 2);
        g.fill();
        g.globalAlpha = 1;
        g.fillStyle = p.bg;
        if (value < 0) g.fillRect(x + side * 0.25, y + side / 2 - 0.75, side * 0.5, 1.5);
      } else hollow.roundRect(x + 0.5, y + 0.5, side - 1, side - 1, 1.5);
      if (share > 0) {
        g.fillStyle = p.drop;
        g.fillRect(x, y + side * (1 - share), side, side * share);
      }
    }
  }
  g.strokeStyle = p.hollow;
  g.lineWidth = 1;
  g.stroke(hollow);
  paintDropped(g, reds, crosses, p, 1.5);
  g.strokeStyle = p.fg;
  g.lineWidth = 1.5;
  g.strokeRect(AROUND.places * LENS_CELL + 0.25, AROUND.rows * LENS_CELL + 0.25, LENS_CELL - 0.5, LENS_CELL - 0.5);
}
