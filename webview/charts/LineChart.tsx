/** Curves over epochs on uPlot, with what it does not draw itself: names at the lines' ends, marks, a best point. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { usePalette, type Palette } from '../canvas/theme';
import { epochTicks, spread, ticksOf } from './scale';
import { thin, type Column } from './thin';

type Colour = 'val' | 'off' | 'on';
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  readonly colour: Colour;
  readonly style: 'solid' | 'dashed' | 'dotted';
  readonly band?: { readonly min: readonly number[]; readonly max: readonly number[] };
}
export interface Mark {
  readonly epoch: number;
  readonly text: string;
  readonly type: 'best' | 'change';
  /** Where the diamond stands. */
  readonly value?: number;
}
interface Props {
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
  readonly onHover: (index: number | undefined) => void;
}

const WIDTH: Readonly<Record<Line['style'], number>> = { solid: 2.2, dashed: 1.8, dotted: 1.8 };
const DASH: Readonly<Record<Line['style'], number[]>> = { solid: [], dashed: [7, 4], dotted: [1.5, 3] };

export function LineChart(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  const drawn = useRef<Drawn>({ data: [[]], index: [] });
  const palette = usePalette();
  const [width, setWidth] = useState(0);
  const { epochs, lines, range, marks, log = false, height } = props;
  const makeup = `${log} ${lines.map((l) => `${l.name}${l.band ? '+' : ''}`).join()}`;

  useLayoutEffect(() => {
    latest.current = props;
  });
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const read = (): void => setWidth(element.clientWidth);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (!place.current || width === 0) return undefined;
    drawn.current = drawnOf(latest.current, width);
    const made = new uPlot(options(latest, drawn, palette, width, height, log), drawn.current.data, place.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
  }, [makeup, palette, width, height, log]);

  useEffect(() => {
    if (!plot.current) return;
    drawn.current = drawnOf(latest.current, width);
    plot.current.setData(drawn.current.data);
  }, [epochs, lines, range, marks, width]);

  return (
    <div
      className="chart"
      ref={place}
      role="img"
      aria-label={props.label}
      data-testid={props.testId}
      data-epochs={epochs.length}
    />
  );
}

/** What is drawn, and which epoch of the run each drawn point stands at. */
interface Drawn {
  readonly data: uPlot.AlignedData;
  readonly index: readonly number[];
}

function drawnOf({ epochs, lines, log }: Props, width: number): Drawn {
  const columns: Column[] = [
    ...lines.flatMap(({ band }): Column[] =>
      band
        ? [
            { values: band.min, keep: 'min' },
            { values: band.max, keep: 'max' },
          ]
        : [],
    ),
    ...lines.map(({ values }): Column => ({ values, keep: 'both' })),
  ];
  const thinned = thin(epochs.length, columns, Math.max(200, Math.round(width)));
  const shown = (v: number): number | null => (Number.isFinite(v) && (!log || v > 0) ? v : null);
  return {
    data: [thinned.index.map((i) => epochs[i]), ...thinned.columns.map((c) => c.map(shown))],
    index: thinned.index,
  };
}

type Latest = { readonly current: Props };

function options(
  latest: Latest,
  drawn: { readonly current: Drawn },
  p: Palette,
  width: number,
  height: number,
  log: boolean,
): uPlot.Options {
  const { lines } = latest.current;
  const bands: uPlot.Band[] = [];
  const bandSeries: uPlot.Series[] = [];
  for (const line of lines) {
    if (!line.band) continue;
    const at = 1 + bandSeries.length;
    bandSeries.push({ points: { show: false }, width: 0 }, { points: { show: false }, width: 0 });
    bands.push({
      series: [at + 1, at],
      fill: `color-mix(in srgb, ${p[line.colour]} ${p.contrast ? 26 : 15}%, transparent)`,
    });
  }
  const grid = p.contrast ? `color-mix(in srgb, ${p.fg} 28%, transparent)` : p.hair;
  const axis: uPlot.Axis = { stroke: p.dim, font: `11px ${p.font}`, ticks: { show: false } };
  const span = (): readonly [number, number] => {
    const e = latest.current.epochs;
    const from = e[0] ?? 1;
    return [from, Math.max(from + 1, e.at(-1) ?? 1)];
  };
  return {
    width,
    height,
    padding: [24, 50, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [...span()] as [number, number] },
      y: { distr: log ? 3 : 1, range: () => [...latest.current.range] as [number, number] },
    },
    axes: [
      {
        ...axis,
        size: 22,
        gap: 4,
        grid: { show: false },
        border: { show: true, stroke: p.axis, width: 1 },
        splits: () => epochTicks(...span(), 6),
        values: (_u, ticks) => ticks.map(String),
      },
      {
        ...axis,
        size: 40,
        gap: 6,
        grid: { stroke: grid, width: 1 },
        ...(log
          ? {}
          : {
              splits: () => (latest.current.ticks ?? ((r) => ticksOf(r, height < 180 ? 3 : 4)))(latest.current.range),
            }),
        values: (_u, ticks) => ticks.map((t) => (t === null ? '' : latest.current.format(t))),
      },
    ],
    bands,
    series: [
      {},
      ...bandSeries,
      ...lines.map((l): uPlot.Series => ({
        stroke: p[l.colour],
        width: WIDTH[l.style],
        dash: DASH[l.style],
        points: { show: false },
        cap: l.style === 'dotted' ? 'butt' : 'round',
      })),
    ],
    hooks: {
      draw: [(u) => drawExtras(u, latest.current, p)],
      setCursor: [
        (u) => latest.current.onHover(typeof u.cursor.idx === 'number' ? drawn.current.index[u.cursor.idx] : undefined),
      ],
    },
  };
}

function drawExtras(u: uPlot, props: Props, p: Palette): void {
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

  // Names at the ends, moved apart where lines end close to each other.
  const ends = props.lines
    .map((line) => ({ line, at: lastFinite(line.values) }))
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
    top + height + 3 * k,
  );
  ends.forEach((e, i) => {
    g.fillStyle = p[e.line.colour];
    if (e.y >= top - 2 && e.y <= top + height + 2) {
      g.beginPath();
      g.arc(e.x, e.y, 2.6 * k, 0, 2 * Math.PI);
      g.fill();
    }
    g.fillStyle = p.fg;
    g.fillText(e.line.name, right + 8 * k, ys[i]);
  });
  g.restore();
}

const lastFinite = (values: readonly number[]): number => {
  for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i])) return i;
  return -1;
};

function drawMarks(u: uPlot, props: Props, p: Palette, k: number): void {
  const g = u.ctx;
  const { left, top, width, height } = u.bbox;
  const taken: [number, number][] = [];
  for (const mark of props.marks ?? []) {
    const x = Math.round(u.valToPos(mark.epoch, 'x', true)) + 0.5;
    if (x < left - 1 || x > left + width + 1) continue;
    g.strokeStyle = mark.type === 'best' ? p.axis : p.fg;
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
      g.strokeStyle = p.val;
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
