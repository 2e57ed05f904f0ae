/** A chart as a picture of its own, drawn from the same numbers as on the screen: SVG 1.1, without scripts or fonts. Pure. */
import { gainAreas } from './gain';
import type { Colour, Line, Mark } from './line';
import { epochTicks, logTicks, spread, ticksOf } from './scale';
import { bestIndex, visible, type Span, type StepPoints } from './series';
import { paintOf } from './colour';

export interface PictureRow {
  readonly line: Line;
  /** As measured. */
  readonly values: readonly number[];
  readonly name: string;
  readonly better: 'lower' | 'higher';
}
export interface ChartPicture {
  readonly title: string;
  readonly rows: readonly PictureRow[];
  /** Names of the lines in the order they are drawn: the last one lies on top. */
  readonly order: readonly string[];
  readonly epochs: readonly number[];
  /** The epochs that are shown. */
  readonly span: Span;
  readonly range: Span;
  readonly marks?: readonly Mark[];
  readonly log?: boolean;
  readonly format: (value: number) => string;
  readonly axis: (value: number) => string;
  readonly ticks?: (range: Span) => number[];
  readonly steps?: StepPoints;
  readonly gain?: readonly [worse: string, better: string];
}
/** CSS colours, as computed. */
export type PictureColours = Readonly<Record<Colour | 'bg' | 'dim' | 'axis' | 'grid', string>>;

/** Pixels. */
export const WIDTH = 720;
const PLOT = { left: 64, top: 64, width: 580, height: 300 };
const ROW = 20;
const DASH: Readonly<Record<Line['style'], string>> = {
  solid: '',
  dashed: '7 4',
  dotted: '1.5 3',
  dashdot: '7 3 1.5 3',
};
/** About how wide a letter is at 12 px: there is nothing here to measure it with. */
const LETTER = 6.4;

export const heightOf = (rows: number): number => PLOT.top + PLOT.height + 56 + ROW * (rows + 1);

/** Text as XML shows it, also within an attribute's double quotes. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const at = (n: number): string => String(Math.round(n * 100) / 100);

interface Placing {
  readonly x: (epoch: number) => number;
  readonly y: (value: number) => number;
  readonly shown: (value: number) => boolean;
}

function placing({ span: [from, to], range: [low, high], log }: ChartPicture): Placing {
  const scaled = log ? Math.log10 : (v: number): number => v;
  const [bottom, top] = [scaled(low), scaled(high)];
  return {
    x: (epoch) => PLOT.left + ((epoch - from) / (to - from || 1)) * PLOT.width,
    y: (value) => PLOT.top + PLOT.height * (1 - (scaled(value) - bottom) / (top - bottom || 1)),
    shown: (value) => Number.isFinite(value) && (!log || value > 0),
  };
}

/** The stretches of indices whose values can all be drawn. */
function stretches(first: number, end: number, drawn: (i: number) => boolean): readonly (readonly number[])[] {
  const found: number[][] = [];
  let open: number[] | undefined;
  for (let i = first; i < end; i++) {
    if (!drawn(i)) open = undefined;
    else if (open) open.push(i);
    else found.push((open = [i]));
  }
  return found;
}

const path = (points: readonly (readonly [number, number])[], closed = false): string =>
  points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${at(px)} ${at(py)}`).join('') + (closed ? 'Z' : '');

export function svgOf(chart: ChartPicture, colours: PictureColours): string {
  const place = placing(chart);
  const height = heightOf(chart.rows.length);
  const paint = (name: keyof PictureColours, as: 'fill' | 'stroke', share = 1): string =>
    paintOf(colours[name], as, share);
  const text = (x: number, y: number, words: string, more = ''): string =>
    `<text x="${at(x)}" y="${at(y)}" ${more || paint('fg', 'fill')}>${escaped(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ` +
      `font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(chart.title)}</title>`,
    `<clipPath id="plot"><rect x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.width}" height="${PLOT.height}"/></clipPath>`,
    `<rect width="${WIDTH}" height="${height}" ${paint('bg', 'fill')}/>`,
    text(16, 24, chart.title, `font-size="14" font-weight="600" ${paint('fg', 'fill')}`),
    ...axes(chart, place, paint, text),
    `<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">`,
    ...behind(chart, place, paint),
    ...curves(chart, place, paint),
    '</g>',
    ...marks(chart, place, paint, text),
    ...ends(chart, place, paint, text),
    ...legend(chart, paint, text),
    '</svg>\n',
  ].join('\n');
}

type Paint = (name: keyof PictureColours, as: 'fill' | 'stroke', share?: number) => string;
type Text = (x: number, y: number, words: string, more?: string) => string;

function axes(chart: ChartPicture, { x, y }: Placing, paint: Paint, text: Text): string[] {
  const right = PLOT.left + PLOT.width;
  const bottom = PLOT.top + PLOT.height;
  const { range, span, log } = chart;
  const values = chart.ticks?.(range) ?? (log ? logTicks(range) : ticksOf(range, 5));
  const dim = paint('dim', 'fill');
  return [
    ...values.flatMap((v) => [
      `<path d="M${PLOT.left} ${at(y(v))}H${right}" ${paint('grid', 'stroke')}/>`,
      text(PLOT.left - 8, y(v) + 4, chart.axis(v), `text-anchor="end" ${dim}`),
    ]),
    `<path d="M${PLOT.left} ${bottom}H${right}" ${paint('axis', 'stroke')}/>`,
    ...epochTicks(span[0], span[1], 8).map((e) => text(x(e), bottom + 18, at(e), `text-anchor="middle" ${dim}`)),
    text(right + 16, bottom + 18, 'epoch', dim),
  ];
}

function behind(chart: ChartPicture, { x, y, shown }: Placing, paint: Paint): string[] {
  const { steps, gain, rows, epochs, span, log = false } = chart;
  const parts: string[] = [];
  if (steps) {
    const points = steps.x.flatMap((e, i): (readonly [number, number])[] =>
      shown(steps.min[i]) && shown(steps.max[i])
        ? [
            [x(e), y(steps.min[i])],
            [x(e), y(steps.max[i])],
          ]
        : [],
    );
    parts.push(`<path d="${path(points)}" ${paint('on', 'stroke', 0.55)}/>`);
  }
  const [worse, better] = (gain ?? []).map((name) => rows.find((r) => r.line.name === name)?.line.values);
  if (worse && better) {
    const [first, end] = visible(epochs, span);
    const areas = gainAreas({ epochs, worse, better }, { first, end, step: 1, log }, x, y);
    if (areas.length > 0)
      parts.push(`<path d="${areas.map((a) => path(a, true)).join('')}" ${paint('val', 'fill', 0.15)}/>`);
  }
  return parts;
}

function curves(chart: ChartPicture, { x, y, shown }: Placing, paint: Paint): string[] {
  const { epochs, rows, order } = chart;
  const [first, end] = visible(epochs, chart.span);
  const curve = (values: readonly number[]): string =>
    stretches(first, end, (i) => shown(values[i]))
      .map((is) => path(is.map((i) => [x(epochs[i]), y(values[i])] as const)))
      .join('');
  return order.flatMap((name) => {
    const line = rows.find((r) => r.line.name === name)?.line;
    if (!line) return [];
    const { band, raw, colour, style } = line;
    const area =
      band &&
      stretches(first, end, (i) => shown(band.min[i]) && shown(band.max[i]))
        .map((is) =>
          path(
            [
              ...is.map((i) => [x(epochs[i]), y(band.max[i])] as const),
              ...[...is].reverse().map((i) => [x(epochs[i]), y(band.min[i])] as const),
            ],
            true,
          ),
        )
        .join('');
    return [
      ...(area ? [`<path d="${area}" ${paint(colour, 'fill', 0.15)}/>`] : []),
      ...(raw ? [`<path d="${curve(raw)}" ${paint(colour, 'stroke', 0.35)}/>`] : []),
      `<path data-line="${escaped(name)}" d="${curve(line.values)}" ${paint(colour, 'stroke')} ${strokeOf(style)}/>`,
    ];
  });
}

const strokeOf = (style: Line['style']): string =>
  `stroke-width="${style === 'solid' ? 2.2 : style === 'dashdot' ? 1.2 : 1.8}"` +
  (DASH[style] ? ` stroke-dasharray="${DASH[style]}"` : '');

function marks(chart: ChartPicture, { x, y, shown }: Placing, paint: Paint, text: Text): string[] {
  const right = PLOT.left + PLOT.width;
  const taken: (readonly [number, number])[] = [];
  return (chart.marks ?? []).flatMap((mark) => {
    const [from, to] = chart.span;
    if (mark.epoch < from || mark.epoch > to) return [];
    const px = x(mark.epoch);
    const change = mark.type === 'change';
    const parts = [
      `<path d="M${at(px)} ${PLOT.top - 4}V${PLOT.top + PLOT.height}" ${paint(change ? 'fg' : 'axis', 'stroke')}` +
        `${change ? ' stroke-dasharray="1.5 2.5"' : ''}/>`,
    ];
    if (change) parts.push(`<path d="M${at(px - 4)} ${PLOT.top - 5}h8l-4 6Z" ${paint('fg', 'fill')}/>`);
    else if (mark.value !== undefined && shown(mark.value))
      parts.push(
        `<path d="M${at(px)} ${at(y(mark.value) - 5)}l5 5l-5 5l-5 -5Z" stroke-width="1.6" ` +
          `${paint('bg', 'fill')} ${paint(mark.type === 'twin' ? 'fg' : 'val', 'stroke')}/>`,
      );
    const size = mark.text.length * LETTER;
    const sides = [
      [px + 5, px + 5 + size],
      [px - 5 - size, px - 5],
    ] as const;
    const free = sides.find(([a, b]) => a >= 16 && b <= right + 60 && taken.every(([c, d]) => b < c - 6 || a > d + 6));
    if (free) {
      taken.push(free);
      parts.push(text(free[0], PLOT.top - 10, mark.text));
    }
    return parts;
  });
}

/** Names at the lines' ends, moved apart where lines end close to each other. */
function ends(chart: ChartPicture, { x, y, shown }: Placing, paint: Paint, text: Text): string[] {
  const { epochs, span } = chart;
  const bottom = PLOT.top + PLOT.height;
  const found = chart.rows.flatMap(({ line }) => {
    let i = epochs.length - 1;
    while (i >= 0 && (epochs[i] > span[1] || !shown(line.values[i]))) i--;
    return i < 0 ? [] : [{ line, x: x(epochs[i]), y: y(line.values[i]) }];
  });
  const inside = found.map((e) => Math.min(bottom, Math.max(PLOT.top, e.y)));
  const ys = spread(inside, 14, PLOT.top, bottom);
  return found.flatMap((e, i) => [
    ...(e.y === inside[i] ? [`<circle cx="${at(e.x)}" cy="${at(e.y)}" r="2.6" ${paint(e.line.colour, 'fill')}/>`] : []),
    text(PLOT.left + PLOT.width + 10, ys[i] + 4, e.line.name),
  ]);
}

function legend(chart: ChartPicture, paint: Paint, text: Text): string[] {
  const top = PLOT.top + PLOT.height + 56;
  const dim = paint('dim', 'fill');
  const last = chart.epochs.length - 1;
  const said = (v: number | undefined): string => (v === undefined || Number.isNaN(v) ? '\u2013' : chart.format(v));
  if (last < 0) return [];
  return [
    text(524, top, `epoch ${chart.epochs[last].toLocaleString('en-US')}`, `text-anchor="end" ${dim}`),
    text(624, top, 'best', `text-anchor="end" ${dim}`),
    ...chart.rows.flatMap(({ line, name, values, better }, i) => {
      const y = top + ROW * (i + 1);
      const best = bestIndex(values, better);
      return [
        `<path d="M${PLOT.left} ${y - 4}h24" ${paint(line.colour, 'stroke')} ${strokeOf(line.style)}/>`,
        text(PLOT.left + 36, y, name),
        text(524, y, said(values[last]), `text-anchor="end" ${paint('fg', 'fill')}`),
        text(624, y, said(values[best]), `text-anchor="end" ${dim}`),
      ];
    }),
  ];
}
