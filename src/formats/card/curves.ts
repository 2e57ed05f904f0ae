import type { Line } from '../../charts/line';
import { lossCurves, lossRange, shareRange, shareTicks } from '../../charts/scale';
import { bestIndex, metricsIn, valuesOf } from '../../charts/series';
import { type ChartPicture, type PictureColours, type PictureRow, svgOf } from '../../charts/svg';
import { figure } from '../../model/figures';
import type { RunHistory } from '../exchange/history';

/** A chart of a run, as SVG. */
export interface Curve {
  /** Of its measure, such as "loss": files are called so. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Colours that a page gives: whoever shows the SVG by itself fills them in. */
const VARIABLES: PictureColours = {
  val: 'var(--val)',
  off: 'var(--off)',
  on: 'var(--on)',
  ok: 'var(--ok)',
  drop: 'var(--drop)',
  fg: 'var(--fg)',
  bg: 'var(--bg)',
  dim: 'var(--dim)',
  axis: 'var(--axis)',
  grid: 'var(--grid)',
};

/** The same for a file of its own, on white. */
export const ON_WHITE: Readonly<Record<keyof PictureColours, string>> = {
  val: '#9a6700',
  off: '#0b62b8',
  on: '#7a3ab5',
  ok: '#1a7f37',
  drop: '#c4262e',
  fg: '#1f2328',
  bg: '#ffffff',
  dim: '#59636e',
  axis: '#8c959f',
  grid: '#eaeef2',
};

export const inColours = (svg: string, colours: Readonly<Record<string, string>>): string =>
  svg.replace(/var\(--(\w+)\)/g, (found, name: string) => colours[name] ?? found);

/** The loss, and everything else that was measured. */
export function curvesOf(
  { records }: Pick<RunHistory, 'records'>,
  better: ReadonlyMap<string, 'higher' | 'lower'>,
): readonly Curve[] {
  if (records.length < 2) return [];
  const epochs = records.map((e) => e.epoch);
  const common = { epochs, span: [epochs[0], epochs[epochs.length - 1]] as const };
  const c = lossCurves(records);
  const band = { min: c.onMin, max: c.onMax };
  const loss: PictureRow[] = [
    row('valid.', 'val', 'solid', 'Validation', c.validation, 'lower'),
    row('off', 'off', 'dashed', 'Train, dropout off', c.off, 'lower'),
    row('on', 'on', 'dotted', 'Train, dropout on', c.on, 'lower', band),
  ];
  const best = bestIndex(c.validation, 'lower');
  const charts: (ChartPicture & { readonly name: string })[] = [
    {
      ...common,
      name: 'loss',
      title: 'Loss',
      rows: measured(loss),
      order: ['on', 'off', 'valid.'],
      range: lossRange(c, false),
      marks:
        best < 0
          ? []
          : [{ epoch: epochs[best], text: `best ${epochs[best]}`, type: 'best', value: c.validation[best] }],
      format: figure,
      axis: short,
    },
  ];
  for (const metric of metricsIn(records)) {
    const isShare = metric === 'accuracy';
    const way = better.get(metric) ?? 'lower';
    const validation = valuesOf(records, 'validation', metric);
    const off = valuesOf(records, 'trainDropoutOff', metric);
    const none = { epochs: [], on: [], onMin: [], onMax: [] };
    charts.push({
      ...common,
      name: metric,
      title: isShare ? 'Accuracy, %' : metric,
      rows: measured([
        row('valid.', 'val', 'solid', 'Validation', validation, way),
        row('off', 'off', 'dashed', 'Train, dropout off', off, way),
      ]),
      order: ['off', 'valid.'],
      range: isShare ? shareRange(validation, off) : lossRange({ ...none, off, validation }, false),
      format: isShare ? (v) => `${(100 * v).toFixed(1)} %` : figure,
      axis: isShare ? (v) => String(Math.round(1000 * v) / 10) : short,
      ...(isShare && { ticks: (range) => shareTicks(range) }),
    });
  }
  return charts.map(({ name, ...chart }) => ({ name, title: chart.title, svg: svgOf(chart, VARIABLES) }));
}

const short = (n: number): string => String(Number(n.toPrecision(3)));

function row(
  name: string,
  colour: Line['colour'],
  style: Line['style'],
  title: string,
  values: readonly number[],
  better: 'lower' | 'higher',
  band?: Line['band'],
): PictureRow {
  return { line: { name, values, colour, style, ...(band && { band }) }, values, name: title, better };
}

const measured = (rows: readonly PictureRow[]): readonly PictureRow[] =>
  rows.filter(({ values }) => values.some(Number.isFinite));
