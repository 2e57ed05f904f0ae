/** Two columns of numbers against each other: classes by colour and letter, parts by shape, numbers by shade. */
import { useEffect, useRef, useState } from 'react';
import { type DataPart, type NumberColumn, type TableView, type TargetView, dataParts } from '../../src/model/dataView';
import { ticksOf } from '../../src/charts/scale';
import { prepare, usePalette, type Palette } from '../canvas/theme';
import { Dropdown } from '../ui/controls';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';
import { amount, partNames, targetName } from './format';

const HEIGHT = 260;
const LEFT = 52;
const BELOW = 26;
/** More classes than there are colours for are told apart by the beginnings of their names. */
const COLOURS = ['act', 'neg', 'on', 'ok', 'fg'] as const;

export function Plot({
  table,
  target,
  total,
}: {
  readonly table: TableView;
  readonly target: TargetView;
  readonly total: number;
}) {
  const numbers = table.columns.flatMap((column, at) => (column.type === 'number' ? [{ column, at }] : []));
  const [x, setX] = useState(numbers[0].at);
  const [y, setY] = useState(numbers[1].at);
  const [part, setPart] = useState<DataPart | 'all'>('all');
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.min(760, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // A column may be gone since it was chosen.
  const columnAt = (at: number, otherwise: number): { column: NumberColumn; at: number } =>
    numbers.find((n) => n.at === at) ?? numbers[otherwise];
  const [across, up] = [columnAt(x, 0), columnAt(y, 1)];
  const shown = [...table.spread.rows.keys()].filter((i) => {
    const own = table.spread.parts[i];
    return own < dataParts.length && (part === 'all' || dataParts[own] === part);
  });
  useEffect(() => {
    if (!canvas.current) return;
    const g = prepare(canvas.current, width, HEIGHT, window.devicePixelRatio || 1);
    if (g) drawPlot(g, { table, target, shown, across, up, width }, palette);
  });
  const options = numbers.map(({ column, at }) => ({ value: String(at), label: column.name }));
  const many = target.type === 'classes' && target.names.length > COLOURS.length;
  const rows = words.plural(shown.length, 'row');
  return (
    <div className="data-plot" data-testid="data-plot">
      <div className="plot-side">
        <div className="plot-tools">
          <label>
            <span>Across</span>
            <Dropdown label="Across" value={String(across.at)} options={options} onChange={(v) => setX(Number(v))} />
          </label>
          <label>
            <span>Up</span>
            <Dropdown label="Up" value={String(up.at)} options={options} onChange={(v) => setY(Number(v))} />
          </label>
          <Segmented<DataPart | 'all'>
            label="Part"
            value={part}
            small
            options={[
              { value: 'all', label: 'All' },
              ...dataParts.map((value) => ({ value, label: partNames[value] })),
            ]}
            onChange={setPart}
          />
        </div>
        <ul className="plot-key">
          {target.type === 'classes' ? (
            target.names.slice(0, 12).map((name, c) => (
              <li key={name}>
                {many ? <b>{shortest(name)}</b> : <i className={`dot ${COLOURS[c]}`} />}
                {name}
              </li>
            ))
          ) : (
            <li>
              <i className="ramp" /> {targetName(target)} from {amount(target.columns[0].min)} to{' '}
              {amount(target.columns[0].max)}
            </li>
          )}
        </ul>
        {!many && (
          <ul className="plot-key" aria-label="Parts">
            <li>
              <b>●</b> train
            </li>
            <li>
              <b>△</b> validation
            </li>
            <li>
              <b>□</b> test
            </li>
          </ul>
        )}
        <p className="data-note">
          {rows}
          {table.spread.rows.length < total &&
            `: ${words.count(table.spread.rows.length)} of ${words.count(total)}, evenly spread over the source`}
          . Labels are as the source has them.
        </p>
      </div>
      <div ref={box} className="plot-room">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${up.column.name} against ${across.column.name}, ${rows}${target.type === 'classes' ? `, coloured by ${targetName(target)}` : `, shaded by ${targetName(target)}`}. Rows and Columns have the numbers.`}
        />
      </div>
    </div>
  );
}

const shortest = (name: string): string => name.slice(0, 2);

interface Drawing {
  readonly table: TableView;
  readonly target: TargetView;
  readonly shown: readonly number[];
  readonly across: { readonly column: NumberColumn; readonly at: number };
  readonly up: { readonly column: NumberColumn; readonly at: number };
  readonly width: number;
}

function drawPlot(g: CanvasRenderingContext2D, drawing: Drawing, palette: Palette): void {
  const { table, target, shown, across, up, width } = drawing;
  const plane = { left: LEFT, right: width - 8, top: 8, bottom: HEIGHT - BELOW };
  const xs = scaleOf(across.column, plane.left + 8, plane.right - 8);
  const ys = scaleOf(up.column, plane.bottom - 8, plane.top + 8);
  g.font = `11px ${palette.font}`;
  g.fillStyle = palette.dim;
  g.strokeStyle = palette.grid;
  g.lineWidth = 1;
  g.textBaseline = 'middle';
  g.textAlign = 'right';
  for (const tick of ticksOf(ys.range, 5)) {
    const at = Math.round(ys.at(tick)) + 0.5;
    g.beginPath();
    g.moveTo(plane.left, at);
    g.lineTo(plane.right, at);
    g.stroke();
    g.fillText(amount(tick), plane.left - 6, at);
  }
  g.textAlign = 'center';
  for (const tick of ticksOf(xs.range, 6)) {
    const at = Math.round(xs.at(tick)) + 0.5;
    g.beginPath();
    g.moveTo(at, plane.top);
    g.lineTo(at, plane.bottom);
    g.stroke();
    g.fillText(amount(tick), at, plane.bottom + 12);
  }
  const { cells, targets, parts } = table.spread;
  const columns = table.columns.length;
  const many = target.type === 'classes' && target.names.length > COLOURS.length;
  g.lineWidth = 1.3;
  for (const i of shown) {
    const [x, y] = [cells[i * columns + across.at], cells[i * columns + up.at]];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    const colour =
      target.type === 'classes'
        ? palette[many ? 'fg' : COLOURS[targets[i] % COLOURS.length]]
        : shade(targets[i], target.columns[0], palette);
    if (many && target.type === 'classes') {
      g.fillStyle = colour;
      g.fillText(shortest(target.names[targets[i]]), xs.at(x), ys.at(y));
    } else drawPoint(g, xs.at(x), ys.at(y), parts[i], colour);
  }
}

function drawPoint(g: CanvasRenderingContext2D, x: number, y: number, part: number, colour: string): void {
  g.fillStyle = colour;
  g.strokeStyle = colour;
  g.beginPath();
  if (part === 0) {
    g.arc(x, y, 2.6, 0, 2 * Math.PI);
    g.fill();
  } else if (part === 1) {
    g.moveTo(x, y - 3.6);
    g.lineTo(x + 3.4, y + 2.6);
    g.lineTo(x - 3.4, y + 2.6);
    g.closePath();
    g.stroke();
  } else g.strokeRect(x - 2.6, y - 2.6, 5.2, 5.2);
}

/** From yellow, the smallest, to blue, the largest, by way of the ground's grey. */
function shade(value: number, { min, max }: NumberColumn, palette: Palette): string {
  const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0.5;
  const strong = Math.round(Math.abs(share - 0.5) * 200);
  return `color-mix(in srgb, ${share < 0.5 ? palette.neg : palette.act} ${strong}%, ${palette.axis})`;
}

/** A column's range, all parts', on pixels. */
function scaleOf({ histogram: { low, high } }: NumberColumn, from: number, to: number) {
  const span = high > low ? high - low : 1;
  return {
    range: [low, low + span] as const,
    at: (value: number): number => from + ((value - low) / span) * (to - from),
  };
}
