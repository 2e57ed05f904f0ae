/** Curves over epochs on uPlot, with what it does not draw itself: names at the lines' ends, marks, a best point. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { usePalette, type Palette } from '../canvas/theme';
import { epochTicks, ticksOf } from '../../src/charts/scale';
import type { Line } from '../../src/charts/line';
import { drawBehind, drawExtras, type ChartProps } from './paint';
import { bounds, moved, visible, within, zoomed, type Span } from '../../src/charts/series';
import { thin, type Column } from './thin';

const WIDTH: Readonly<Record<Line['style'], number>> = { solid: 2.2, dashed: 1.8, dotted: 1.8, dashdot: 1.2 };
const DASH: Readonly<Record<Line['style'], number[]>> = {
  solid: [],
  dashed: [7, 4],
  dotted: [1.5, 3],
  dashdot: [7, 3, 1.5, 3],
};

export function LineChart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  const drawn = useRef<Drawn>({ data: [[]], index: [] });
  const palette = usePalette();
  const [width, setWidth] = useState(0);
  const { epochs, lines, range, marks, log = false, height, zoom, at, steps } = props;
  const makeup = `${log} ${lines.map((l) => `${l.name}${l.band ? '+' : ''}${l.raw ? '~' : ''}`).join()}`;

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
  }, [epochs, lines, range, marks, width, zoom, steps]);
  useEffect(() => plot.current?.redraw(false), [at]);

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    // A plain wheel scrolls the page: with Ctrl, as a pinch on a touchpad comes, it zooms; sideways, it moves.
    const wheel = (event: WheelEvent): void => {
      const { zoom: now, whole, onZoom } = latest.current;
      const u = plot.current;
      const span = now ?? whole;
      if (!u) return;
      if (event.ctrlKey || event.metaKey) {
        const x = u.posToVal(event.clientX - u.over.getBoundingClientRect().left, 'x');
        onZoom(zoomed(span, bounds(whole), 1.0015 ** -event.deltaY, x));
      } else if (now && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)))
        onZoom(moved(span, bounds(whole), (event.deltaX || event.deltaY) / Math.max(1, u.over.clientWidth)));
      else return;
      event.preventDefault();
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, []);

  return (
    <div
      className="chart"
      ref={place}
      role="img"
      aria-label={props.label}
      data-testid={props.testId}
      data-epochs={epochs.length}
      data-from={(zoom ?? props.whole)[0]}
      data-to={(zoom ?? props.whole)[1]}
    />
  );
}

/** What is drawn, and which epoch of the run each drawn point stands at. */
interface Drawn {
  readonly data: uPlot.AlignedData;
  readonly index: readonly number[];
}

function drawnOf({ epochs, lines, log, zoom, whole }: ChartProps, width: number): Drawn {
  const [first, end] = visible(epochs, zoom ?? whole);
  const part = (values: readonly number[]): readonly number[] =>
    first === 0 && end === values.length ? values : values.slice(first, end);
  const columns: Column[] = [
    ...lines.flatMap(({ band }): Column[] =>
      band
        ? [
            { values: part(band.min), keep: 'min' },
            { values: part(band.max), keep: 'max' },
          ]
        : [],
    ),
    ...lines.map(({ values }): Column => ({ values: part(values), keep: 'both' })),
    ...lines.flatMap(({ raw }): Column[] => (raw ? [{ values: part(raw), keep: 'both' }] : [])),
  ];
  const thinned = thin(end - first, columns, Math.max(200, Math.round(width)));
  const shown = (v: number): number | null => (Number.isFinite(v) && (!log || v > 0) ? v : null);
  return {
    data: [thinned.index.map((i) => epochs[first + i]), ...thinned.columns.map((c) => c.map(shown))],
    index: thinned.index.map((i) => first + i),
  };
}

type Latest = { readonly current: ChartProps };

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
  const unzoom = (): null => {
    latest.current.onZoom(undefined);
    return null;
  };
  const axis: uPlot.Axis = { stroke: p.dim, font: `11px ${p.font}`, ticks: { show: false } };
  const span = (): Span => latest.current.zoom ?? latest.current.whole;
  return {
    width,
    height,
    padding: [24, 50, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      bind: { dblclick: () => unzoom },
    },
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
        grid: { stroke: p.grid, width: 1 },
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
      ...lines.flatMap((l): uPlot.Series[] =>
        l.raw ? [{ stroke: p[l.colour], width: 1, alpha: 0.35, points: { show: false } }] : [],
      ),
    ],
    hooks: {
      drawAxes: [(u) => drawBehind(u, latest.current, p)],
      draw: [(u) => drawExtras(u, latest.current, p)],
      setCursor: [
        (u) =>
          latest.current.onHover(
            typeof u.cursor.idx === 'number' ? latest.current.epochs[drawn.current.index[u.cursor.idx]] : undefined,
          ),
      ],
      setSelect: [
        (u) => {
          const { left, width: chosen } = u.select;
          if (chosen < 6) return;
          const { whole, onZoom } = latest.current;
          onZoom(within([u.posToVal(left, 'x'), u.posToVal(left + chosen, 'x')], bounds(whole)));
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}
