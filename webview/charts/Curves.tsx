/** The two charts of a run with their keys: the loss three ways, and accuracy or error. */
import { useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ChangeRecord, EpochRecord } from '../../src/protocol/training';
import { useApp, useStore } from '../store/use';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';
import { LineChart, type Line, type Mark } from './LineChart';
import { lossCurves, lossRange, shareRange, shareTicks } from './scale';
import { Explain } from '../explain/Explain';

interface KeyRow {
  readonly line: Line;
  readonly title: ReactNode;
  readonly spoken: string;
  readonly better: 'lower' | 'higher';
}

export function LossSection({ height, tools }: { readonly height: number; readonly tools?: ReactNode }) {
  const store = useStore();
  const history = useApp((s) => s.session.history);
  const changes = useApp((s) => s.session.changes);
  const log = useApp((s) => s.logLoss);
  const curves = useMemo(() => lossCurves(history), [history]);
  const range = useMemo(() => lossRange(curves, log), [curves, log]);
  const validated = curves.validation.some(Number.isFinite);
  const rows = useMemo<readonly KeyRow[]>(() => {
    const band = { min: curves.onMin, max: curves.onMax };
    const on: Line = { name: 'on', values: curves.on, colour: 'on', style: 'dotted', band };
    const off: Line = { name: 'off', values: curves.off, colour: 'off', style: 'dashed' };
    const val: Line = { name: 'valid.', values: curves.validation, colour: 'val', style: 'solid' };
    return [
      ...(validated ? [{ line: val, title: 'Validation', spoken: 'Validation loss', better: 'lower' as const }] : []),
      { line: off, title: 'Train, dropout off', spoken: 'Training loss, dropout off,', better: 'lower' },
      {
        line: on,
        title: (
          <>
            Train, dropout on <Explain idea="whyHigher" words="why higher?" testId="why-higher" />
          </>
        ),
        spoken: 'Training loss, dropout on,',
        better: 'lower',
      },
    ];
  }, [curves, validated]);
  const marks = useMemo(() => marksOf(history, changes), [history, changes]);
  return (
    <ChartSection
      title="Loss"
      testId="loss-chart"
      rows={rows}
      order={['on', 'off', 'valid.']}
      epochs={curves.epochs}
      range={range}
      marks={marks}
      log={log}
      height={height}
      format={words.loss}
      axis={(v) => axisLoss(v, log)}
      tools={
        <>
          {tools}
          <Segmented
            small
            label="Scale of the loss"
            value={log ? 'log' : 'linear'}
            options={[
              { value: 'linear', label: 'Linear' },
              { value: 'log', label: 'Log' },
            ]}
            onChange={(v) => store.patch({ logLoss: v === 'log' })}
            testId="loss-scale"
          />
        </>
      }
    />
  );
}

const axisLoss = (v: number, log: boolean): string => {
  if (log) return Number(v.toPrecision(1)).toString();
  if (v >= 10_000) return `${String(Math.round(v / 100) / 10)}k`;
  return v >= 100 ? words.count(v) : String(Math.round(v * 1000) / 1000).replace('-', '\u2212');
};

/** Accuracy where there are classes, else the root mean squared error. */
export function MetricSection({ height, tools }: { readonly height: number; readonly tools?: ReactNode }) {
  const history = useApp((s) => s.session.history);
  const share = !history.some((e) => e.trainDropoutOff.rmse !== undefined && e.trainDropoutOff.accuracy === undefined);
  const { rows, epochs, range } = useMemo(() => {
    const of = share ? 'accuracy' : 'rmse';
    const off: Line = {
      name: 'off',
      values: history.map((e) => e.trainDropoutOff[of] ?? NaN),
      colour: 'off',
      style: 'dashed',
    };
    const val: Line = {
      name: 'valid.',
      values: history.map((e) => e.validation?.[of] ?? NaN),
      colour: 'val',
      style: 'solid',
    };
    const better = share ? ('higher' as const) : ('lower' as const);
    const name = share ? 'accuracy' : 'error';
    const made: readonly KeyRow[] = [
      ...(val.values.some(Number.isFinite)
        ? [{ line: val, title: 'Validation', spoken: `Validation ${name}`, better }]
        : []),
      { line: off, title: 'Train, dropout off', spoken: `Training ${name}, dropout off,`, better },
    ];
    const none = { epochs: [], on: [], onMin: [], onMax: [] };
    return {
      rows: made,
      epochs: history.map((e) => e.epoch),
      range: share
        ? shareRange(off.values, val.values)
        : lossRange({ ...none, off: off.values, validation: val.values }, false),
    };
  }, [history, share]);
  const format = useCallback((v: number) => (share ? words.percent(v, 1) : words.loss(v)), [share]);
  return (
    <ChartSection
      title={share ? 'Accuracy, %' : 'Error (root mean square)'}
      testId={share ? 'accuracy-chart' : 'rmse-chart'}
      rows={rows}
      order={['off', 'valid.']}
      epochs={epochs}
      range={range}
      height={height}
      format={format}
      axis={(v) => (share ? String(Math.round(v * 100)) : axisLoss(v, false))}
      ticks={share ? shareTicks : undefined}
      tools={tools}
    />
  );
}

function marksOf(history: readonly EpochRecord[], changes: readonly ChangeRecord[]): Mark[] {
  const validation = history.map((e) => e.validation?.loss ?? NaN);
  const best = words.bestIndex(validation, 'lower');
  const marks: Mark[] = [];
  if (best >= 0 && history.length > 1) {
    marks.push({
      epoch: history[best].epoch,
      text: `best ${history[best].epoch}`,
      type: 'best',
      value: validation[best],
    });
  }
  for (const c of changes) marks.push({ epoch: c.epoch, text: words.change(c), type: 'change' });
  return marks;
}

interface SectionProps {
  readonly title: string;
  readonly testId: string;
  readonly rows: readonly KeyRow[];
  /** Names of the lines in the order they are drawn: the last one lies on top. */
  readonly order: readonly string[];
  readonly epochs: readonly number[];
  readonly range: readonly [number, number];
  readonly marks?: readonly Mark[];
  readonly log?: boolean;
  readonly height: number;
  readonly format: (value: number) => string;
  readonly axis: (value: number) => string;
  readonly ticks?: (range: readonly [number, number]) => number[];
  readonly tools?: ReactNode;
}

function ChartSection(props: SectionProps) {
  const { title, rows, epochs, order, format } = props;
  const [hover, setHover] = useState<number>();
  const [table, setTable] = useState(false);
  const lines = useMemo(
    () => order.flatMap((n) => rows.filter((r) => r.line.name === n).map((r) => r.line)),
    [order, rows],
  );
  const spoken = rows
    .map((r) => words.spokenCurve({ name: r.spoken, values: r.line.values, epochs, better: r.better, format }))
    .join(' ');
  const key = (event: React.KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    setTable(!table);
  };
  return (
    <section className="chart-section" aria-label={title} onKeyDown={key}>
      <div className="section-head">
        <h2>{title}</h2>
        <span className="grow" />
        {props.tools}
        <IconButton
          label={table ? `${title}: show curves` : `${title}: show the numbers`}
          title={table ? 'Show curves (T)' : 'Show the numbers (T)'}
          className={`dense ${table ? 'on' : ''}`}
          testId={`${props.testId}-table`}
          onPress={() => setTable(!table)}
        >
          <Icon name="table" />
        </IconButton>
      </div>
      {epochs.length === 0 ? (
        <NoEpoch height={props.height} />
      ) : table ? (
        <Numbers rows={rows} epochs={epochs} format={format} height={props.height} title={title} />
      ) : (
        <LineChart
          epochs={epochs}
          lines={lines}
          range={props.range}
          marks={props.marks}
          log={props.log}
          height={props.height}
          label={spoken}
          testId={props.testId}
          format={props.axis}
          ticks={props.ticks}
          onHover={setHover}
        />
      )}
      {epochs.length > 0 && <Key rows={rows} epochs={epochs} hover={hover} format={format} />}
    </section>
  );
}

function NoEpoch({ height }: { readonly height: number }) {
  const loss = useApp((s) => s.session.lastLoss);
  const state = useApp((s) => s.session.state);
  const text =
    state === 'training' || state === 'paused'
      ? `The first epoch is under way.${loss === undefined ? '' : ` Loss with dropout on: ${words.loss(loss)}.`}`
      : 'Curves appear here after the first epoch.';
  return (
    <p className="no-epoch" style={{ height }}>
      {text}
    </p>
  );
}

function Key(props: {
  readonly rows: readonly KeyRow[];
  readonly epochs: readonly number[];
  readonly hover: number | undefined;
  readonly format: (v: number) => string;
}) {
  const { rows, epochs, hover, format } = props;
  const at = hover !== undefined && hover < epochs.length ? hover : epochs.length - 1;
  return (
    <table className="key" data-testid="key">
      <thead>
        <tr>
          <td />
          <td />
          <th scope="col">{hover === undefined ? 'now' : `epoch ${epochs[at]}`}</th>
          <th scope="col">best</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ line, title, better }) => {
          const best = words.bestIndex(line.values, better);
          return (
            <tr key={line.name}>
              <td className="swatch">
                <svg width="24" height="10" aria-hidden="true">
                  <path className={`${line.colour} ${line.style}`} d="M1 5H23" />
                </svg>
              </td>
              <th scope="row">{title}</th>
              <td>{format(line.values[at])}</td>
              <td className="weak">{best < 0 ? '\u2013' : format(line.values[best])}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Rows of the table: more would be slow to draw, and nobody scrolls through them. */
const MOST_ROWS = 500;

function Numbers(props: {
  readonly rows: readonly KeyRow[];
  readonly epochs: readonly number[];
  readonly format: (v: number) => string;
  readonly height: number;
  readonly title: string;
}) {
  const { rows, epochs, format } = props;
  const left = Math.max(0, epochs.length - MOST_ROWS);
  return (
    <div
      className="numbers"
      style={{ height: props.height }}
      role="region"
      aria-label={`${props.title}, numbers`}
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            {rows.map((r) => (
              <th key={r.line.name} scope="col" className="number">
                {r.line.name === 'valid.' ? 'Validation' : r.line.name === 'off' ? 'Train, off' : 'Train, on'}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: epochs.length - left }, (_, k) => epochs.length - 1 - k).map((i) => (
            <tr key={epochs[i]}>
              <th scope="row">{epochs[i]}</th>
              {rows.map((r) => (
                <td key={r.line.name} className="number">
                  {format(r.line.values[i])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <p className="hint">
          The newest {words.count(MOST_ROWS)} epochs; {words.count(left)} before them are in the curves.
        </p>
      )}
    </div>
  );
}
