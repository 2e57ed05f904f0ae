/** What the curves' library does not draw itself: names at the lines' ends, marks, steps, and what the twin is worse by. */
import type uPlot from 'uplot';
import type { Palette } from '../canvas/theme';
import { gainAreas } from '../../src/charts/gain';
import type { Line, Mark, Marker } from '../../src/charts/line';
import { spread } from '../../src/charts/scale';
import { visible, type Span, type StepPoints } from '../../src/charts/series';

export interface ChartProps {
  readonly epochs: readonly number[];
  readonly lines: readonly Line[];
  readonly range: readonly [number, number];
  readonly marks?: readonly Mark[];
  readonly log?: boolean;
  readonly height: number;
  readonly label: string;
  readonly testId: string;
  readonly format: (value: number) => string;
  readonly ticks?: (range: readonly [number, number]) => number[];
  readonly whole: Span;
  /** What of it is shown; absent: all. */
  readonly zoom?: Span;
  readonly onZoom: (zoom: Span | undefined) => void;
  /** The epoch that is pointed at, here or elsewhere. */
  readonly at?: number;
  readonly onHover: (epoch: number | undefined) => void;
  /** Losses of single steps, behind the lines. */
  readonly steps?: StepPoints;
  /** Names of two lines: what the second is better by is shaded. */
  readonly gain?: readonly [worse: string, better: string];
}

/** What lies behind the lines: losses of single steps, and what the twin is worse by. */
export function drawBehind(u: uPlot, { steps, gain, lines, epochs, log, zoom, whole }: ChartProps, p: Palette): void {
  const g = u.ctx;
  const { left, top, width, height } = u.bbox;
  const y = (value: number): number => u.valToPos(value, 'y', true);
  const x = (value: number): number => u.valToPos(value, 'x', true);
  g.save();
  g.beginPath();
  g.rect(left, top, width, height);
  g.clip();
  if (steps) {
    g.strokeStyle = p.on;
    g.globalAlpha = p.contrast ? 0.9 : 0.55;
    g.lineWidth = window.devicePixelRatio || 1;
    g.beginPath();
    steps.x.forEach((at, i) => {
      const [low, high] = [steps.min[i], steps.max[i]];
      if (!Number.isFinite(low) || !Number.isFinite(high) || (log && low <= 0)) return;
      if (i === 0) g.moveTo(x(at), y(low));
      else g.lineTo(x(at), y(low));
      if (high !== low) g.lineTo(x(at), y(high));
    });
    g.stroke();
  }
  const [worse, better] = (gain ?? []).map((name) => lines.find((l) => l.name === name)?.values);
  if (worse && better) {
    g.globalAlpha = p.contrast ? 0.3 : 0.15;
    g.fillStyle = p.val;
    const [first, end] = visible(epochs, zoom ?? whole);
    const step = Math.max(1, Math.floor((end - first) / Math.max(200, width)));
    g.beginPath();
    for (const area of gainAreas({ epochs, worse, better }, { first, end, step, log: log === true }, x, y)) {
      area.forEach(([px, py], i) => (i === 0 ? g.moveTo(px, py) : g.lineTo(px, py)));
      g.closePath();
    }
    g.fill();
  }
  g.restore();
}

export function drawExtras(u: uPlot, props: ChartProps, p: Palette): void {
  const g = u.ctx;
  const k = window.devicePixelRatio || 1;
  const { left, top, width, height } = u.bbox;
  const right = left + width;
  g.save();
  g.font = `${11 * k}px ${p.font}`;
  g.textBaseline = 'middle';
  g.fillStyle = p.dim;
  g.textAlign = 'left';
  g.fillText('epoch', right + 14 * k, top + height + 9 * k);

  drawMarks(u, props, p, k);
  if (props.at !== undefined) {
    const x = Math.round(u.valToPos(props.at, 'x', true)) + 0.5;
    if (x >= left && x <= right) {
      g.strokeStyle = p.fg;
      g.lineWidth = k;
      g.setLineDash([3 * k, 3 * k]);
      g.beginPath();
      g.moveTo(x, top);
      g.lineTo(x, top + height);
      g.stroke();
      g.setLineDash([]);
    }
  }

  drawMarkers(u, props, p, k);

  // Names at the ends, moved apart where lines end close to each other.
  const [, to] = props.zoom ?? props.whole;
  let shown = props.epochs.length - 1;
  while (shown > 0 && props.epochs[shown] > to) shown--;
  const ends = props.lines
    .map((line) => ({ line, at: Math.min(lastFinite(line.values), shown) }))
    .filter((e) => e.at >= 0)
    .map(({ line, at }) => ({
      line,
      x: u.valToPos(props.epochs[at], 'x', true),
      y: u.valToPos(line.values[at], 'y', true),
    }));
  const inside = (y: number): number => Math.min(top + height, Math.max(top, y));
  const ys = spread(
    ends.map((e) => inside(e.y)),
    13 * k,
    top,
    // Above the word "epoch".
    top + height - 4 * k,
  );
  ends.forEach((e, i) => {
    g.fillStyle = p[e.line.colour];
    if (e.y >= top - 2 && e.y <= top + height + 2) {
      if (e.line.marker) drawMarker(g, e.line.marker, e.x, e.y, 3.6 * k);
      else {
        g.beginPath();
        g.arc(e.x, e.y, 2.6 * k, 0, 2 * Math.PI);
        g.fill();
      }
    }
    g.fillStyle = p.fg;
    g.fillText(e.line.name, right + 8 * k, ys[i]);
  });
  g.restore();
}

/** Corners of a marker of about a radius around a place. */
export function markerPoints(marker: Marker, x: number, y: number, r: number): readonly (readonly [number, number])[] {
  const turn = { circle: 0, square: 1 / 8, diamond: 0, up: 1 / 4, down: -1 / 4 }[marker];
  const corners = { circle: 16, square: 4, diamond: 4, up: 3, down: 3 }[marker];
  return Array.from({ length: corners }, (_, i) => {
    const angle = 2 * Math.PI * (turn + i / corners);
    return [x + r * 1.15 * Math.cos(angle), y - r * 1.15 * Math.sin(angle)] as const;
  });
}

function drawMarker(g: CanvasRenderingContext2D, marker: Marker, x: number, y: number, r: number): void {
  g.beginPath();
  markerPoints(marker, x, y, r).forEach(([px, py], i) => (i === 0 ? g.moveTo(px, py) : g.lineTo(px, py)));
  g.closePath();
  g.fill();
}

/** Markers along the lines, each line's at places of its own: where lines lie on each other, both are seen. */
function drawMarkers(u: uPlot, props: ChartProps, p: Palette, k: number): void {
  const { lines, epochs, zoom, whole, log } = props;
  const marked = lines.filter((l) => l.marker);
  const { left, top, width, height } = u.bbox;
  const [first, end] = visible(epochs, zoom ?? whole);
  const every = (110 * k) / Math.max(1, width);
  marked.forEach((line, n) => {
    u.ctx.fillStyle = p[line.colour];
    let next = (every * (n + 1)) / marked.length;
    for (let i = first; i < end; i++) {
      const x = u.valToPos(epochs[i], 'x', true);
      const y = u.valToPos(line.values[i], 'y', true);
      const share = (x - left) / width;
      if (share < next || share > 1 || y < top || y > top + height) continue;
      if (!Number.isFinite(line.values[i]) || (log && line.values[i] <= 0)) continue;
      drawMarker(u.ctx, line.marker!, x, y, 3 * k);
      while (next <= share) next += every;
    }
  });
}

const lastFinite = (values: readonly number[]): number => {
  for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i])) return i;
  return -1;
};

function drawMarks(u: uPlot, props: ChartProps, p: Palette, k: number): void {
  const g = u.ctx;
  const { left, top, width, height } = u.bbox;
  const taken: [number, number][] = [];
  for (const mark of props.marks ?? []) {
    const x = Math.round(u.valToPos(mark.epoch, 'x', true)) + 0.5;
    if (x < left - 1 || x > left + width + 1) continue;
    g.strokeStyle = mark.type === 'change' ? p.fg : p.axis;
    g.lineWidth = k;
    g.setLineDash(mark.type === 'change' ? [1.5 * k, 2.5 * k] : []);
    g.beginPath();
    g.moveTo(x, top - 4 * k);
    g.lineTo(x, top + height);
    g.stroke();
    g.setLineDash([]);
    g.fillStyle = p.fg;
    if (mark.type === 'change') {
      g.beginPath();
      g.moveTo(x - 4 * k, top - 5 * k);
      g.lineTo(x + 4 * k, top - 5 * k);
      g.lineTo(x, top + 1 * k);
      g.fill();
    } else if (mark.value !== undefined) {
      const y = u.valToPos(mark.value, 'y', true);
      const r = 5 * k;
      g.beginPath();
      g.moveTo(x, y - r);
      g.lineTo(x + r, y);
      g.lineTo(x, y + r);
      g.lineTo(x - r, y);
      g.closePath();
      g.fillStyle = p.bg;
      g.fill();
      g.strokeStyle = mark.type === 'twin' ? p.fg : p.val;
      g.lineWidth = 1.6 * k;
      g.stroke();
    }
    const size = g.measureText(mark.text).width;
    const sides: readonly (readonly [number, number])[] = [
      [x + 5 * k, x + 5 * k + size],
      [x - 5 * k - size, x - 5 * k],
    ];
    const free = sides.find(
      ([a, b]) =>
        a >= left - 30 * k && b <= left + width + 42 * k && taken.every(([c, d]) => b < c - 6 * k || a > d + 6 * k),
    );
    if (!free) continue;
    taken.push([free[0], free[1]]);
    g.fillStyle = p.fg;
    g.fillText(mark.text, free[0], top - 12 * k);
  }
}
