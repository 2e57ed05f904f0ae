/** The masks of a whole batch: samples down, units across. Sizes and counts here, drawing below. No DOM but the pen. */
import type { Answer, LayerMask } from '../../src/protocol/training';
import { isDropped } from '../../src/protocol/training';
import type { Palette } from '../canvas/theme';
import { strength } from '../canvas/masks';
import * as words from '../words';

export const GUTTER = { left: 92, right: 92, frequency: 26 } as const;

export interface StripSize {
  /** Width of a unit; below 2 several of them share a column. */
  readonly cell: number;
  readonly row: number;
  readonly per: number;
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

export function stripSize(units: number, rows: number, width: number, height: number): StripSize {
  const room = Math.max(40, width - GUTTER.left - GUTTER.right);
  const ideal = Math.min(24, room / units);
  const per = ideal >= 2 ? 1 : Math.ceil((2 * units) / room);
  const columns = Math.ceil(units / per);
  const cell = Math.min(24, room / columns);
  const row = Math.max(5, Math.min(18, Math.floor((height - GUTTER.frequency) / Math.max(1, rows))));
  return {
    cell,
    row,
    per,
    columns,
    width: GUTTER.left + columns * cell + GUTTER.right,
    height: GUTTER.frequency + rows * row + 3,
  };
}

/** A mask that came with those of its whole batch. */
export type BatchMask = LayerMask & { readonly batch: Uint8Array };
export const hasBatch = (mask: LayerMask | undefined): mask is BatchMask => mask?.batch !== undefined;

/** The masks of one sample of the batch. */
export function rowBits(mask: BatchMask, row: number): Uint8Array {
  const bytes = Math.ceil(mask.units / 8);
  return mask.batch.subarray(row * bytes, (row + 1) * bytes);
}
export const rowsOf = (mask: BatchMask): number =>
  mask.units === 0 ? 0 : Math.floor(mask.batch.length / Math.ceil(mask.units / 8));

export function countDropped(bits: Uint8Array, units: number): number {
  let n = 0;
  for (let i = 0; i < units; i++) if (isDropped(bits, i)) n++;
  return n;
}

/** In how many samples each unit was dropped. */
export function timesDropped(mask: BatchMask): Uint16Array {
  const counts = new Uint16Array(mask.units);
  for (let r = 0; r < rowsOf(mask); r++) {
    const bits = rowBits(mask, r);
    for (let i = 0; i < mask.units; i++) if (isDropped(bits, i)) counts[i]++;
  }
  return counts;
}

export type RunCounts = Answer<'dropCounts'>;
/** Of a normal distribution, 95 % lies within so many standard deviations. */
const MOST = 1.96;

/** What is said of the drops of a whole run: of one unit, or of all. */
export function runWords({ counts, samples, expected, steps, made }: RunCounts, unit?: number): string {
  if (samples === 0) return '';
  const share = (n: number): string => words.percent(n / samples, 1).replace(' %', '');
  const of = `${words.count(samples)} samples${steps < made ? ` of the first ${words.plural(steps, 'step')}` : ''}`;
  const chance = expected
    ? `; by chance 95 % of units are within ${share(expected.mean - MOST * expected.deviation)}\u2013${share(expected.mean + MOST * expected.deviation)} %`
    : '';
  if (unit !== undefined) return `over the run in ${share(counts[unit])} % of ${of}${chance}.`;
  let least = Infinity;
  let most = 0;
  for (const n of counts) {
    least = Math.min(least, n);
    most = Math.max(most, n);
  }
  return `Over the run each unit was dropped in ${share(least)}\u2013${share(most)} % of ${of}${chance}.`;
}

export interface StripPicture {
  /** Where they are known, they stand above in the place of those of the batch. */
  readonly run?: RunCounts;
  readonly mask: BatchMask;
  /** The sample shown above, and what its units give out. */
  readonly sample: number;
  readonly values?: Float32Array;
  readonly unit?: number;
}

export function drawStrip(g: CanvasRenderingContext2D, size: StripSize, picture: StripPicture, p: Palette): void {
  const { mask, sample, unit } = picture;
  const rows = rowsOf(mask);
  if (picture.run?.expected && picture.run.samples > 0)
    drawRun(g, size, picture.run.counts, picture.run.expected, p, unit);
  else drawFrequency(g, size, timesDropped(mask), rows, mask.rate, p, unit);
  const max = picture.values?.reduce((m, v) => Math.max(m, Math.abs(v)), 0) || 1;
  const strokes = new Path2D();
  const strong = new Path2D();
  for (let r = 0; r < rows; r++) {
    const bits = rowBits(mask, r);
    const y = GUTTER.frequency + r * size.row;
    const current = r === sample;
    for (let c = 0; c < size.columns; c++) {
      const x = Math.round(GUTTER.left + c * size.cell);
      if (size.per > 1) drawBlock(g, size, bits, mask.units, c, x, y, p);
      else if (isDropped(bits, c)) drawDropped(g, size, x, y, p, current ? strong : strokes, current);
      else drawKept(g, size, x, y, p, current ? picture.values?.[c] : undefined, max);
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
  if (sample < rows)
    g.strokeRect(GUTTER.left - 2.5, GUTTER.frequency + sample * size.row - 1.5, across + 4, size.row + 2);
  if (unit !== undefined && size.per === 1) {
    g.strokeRect(GUTTER.left + unit * size.cell - 1.5, GUTTER.frequency - 1.5, size.cell + 2, rows * size.row + 2);
  }
}

function drawDropped(
  g: CanvasRenderingContext2D,
  size: StripSize,
  x: number,
  y: number,
  p: Palette,
  path: Path2D,
  current: boolean,
): void {
  if (size.cell > size.row * 1.6) {
    // A wide cell: a small cross in its middle.
    const arm = size.row / 2 - 0.5;
    const cx = x + (size.cell - 1) / 2;
    const cy = y + size.row / 2 - 0.5;
    path.moveTo(cx - arm, cy - arm);
    path.lineTo(cx + arm, cy + arm);
    path.moveTo(cx + arm, cy - arm);
    path.lineTo(cx - arm, cy + arm);
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
  g: CanvasRenderingContext2D,
  size: StripSize,
  x: number,
  y: number,
  p: Palette,
  value: number | undefined,
  max: number,
): void {
  const w = Math.max(1, Math.floor(size.cell) - 1);
  if (value !== undefined && Math.abs(value) > 1e-6) {
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

function drawBlock(
  g: CanvasRenderingContext2D,
  size: StripSize,
  bits: Uint8Array,
  units: number,
  column: number,
  x: number,
  y: number,
  p: Palette,
): void {
  const end = Math.min(units, (column + 1) * size.per);
  let dropped = 0;
  for (let i = column * size.per; i < end; i++) if (isDropped(bits, i)) dropped++;
  const h = ((size.row - 1) * dropped) / (end - column * size.per);
  g.fillStyle = p.drop;
  g.fillRect(x, y + size.row - 1 - h, Math.max(1, size.cell - 0.5), h);
}

/** How far each unit is from what chance gives, up or down from the line, over the band that 95 % of units lie in. */
function drawRun(
  g: CanvasRenderingContext2D,
  size: StripSize,
  counts: Uint32Array,
  { mean, deviation }: NonNullable<RunCounts['expected']>,
  p: Palette,
  unit: number | undefined,
): void {
  const middle = (GUTTER.frequency - 8) / 2;
  const means = Array.from({ length: size.columns }, (_, c) => {
    const part = counts.subarray(c * size.per, (c + 1) * size.per);
    return part.reduce((a, b) => a + b, 0) / part.length - mean;
  });
  // A column of several units is their mean, which chance moves less.
  const band = (MOST * deviation) / Math.sqrt(size.per);
  const most = means.reduce((m, d) => Math.max(m, Math.abs(d)), 1.5 * band) || 1;
  const across = size.columns * size.cell;
  const high = (d: number): number => (d / most) * middle;
  g.fillStyle = p.fg;
  g.globalAlpha = p.contrast ? 0.3 : 0.14;
  g.fillRect(GUTTER.left, middle - high(band), across, 2 * high(band));
  means.forEach((d, c) => {
    g.globalAlpha = c === unit && size.per === 1 ? 1 : 0.55;
    const h = Math.abs(high(d));
    g.fillRect(
      Math.round(GUTTER.left + c * size.cell),
      d > 0 ? middle - h : middle,
      Math.max(1, size.cell - 1),
      Math.max(0.5, h),
    );
  });
  g.globalAlpha = 1;
  g.fillRect(GUTTER.left, Math.round(middle), across, 1);
}

function drawFrequency(
  g: CanvasRenderingContext2D,
  size: StripSize,
  counts: Uint16Array,
  rows: number,
  rate: number,
  p: Palette,
  unit: number | undefined,
): void {
  const h = GUTTER.frequency - 8;
  for (let c = 0; c < size.columns; c++) {
    let sum = 0;
    const end = Math.min(counts.length, (c + 1) * size.per);
    for (let i = c * size.per; i < end; i++) sum += counts[i];
    const high = (h * sum) / ((end - c * size.per) * Math.max(1, rows));
    g.fillStyle = p.fg;
    g.globalAlpha = c === unit && size.per === 1 ? 1 : 0.36;
    g.fillRect(Math.round(GUTTER.left + c * size.cell), h - high, Math.max(1, size.cell - 1), high);
  }
  g.globalAlpha = 1;
  g.fillStyle = p.fg;
  g.fillRect(GUTTER.left, Math.round(h - rate * h), size.columns * size.cell, 1);
}
