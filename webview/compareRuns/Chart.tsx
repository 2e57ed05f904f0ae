/** One chart of runs side by side: lines, what they say at an epoch, and all numbers as a table. */
import { useMemo, useState } from 'react';
import { Numbers, type KeyRow } from '../charts/Key';
import { LineChart } from '../charts/LineChart';
import { Swatch } from './Swatch';
import { bounds, fitRange, zoomed, type Span } from '../../src/charts/series';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import * as words from '../words';
import type { RunLine } from './lines';

interface Props {
  readonly title: string;
  readonly testId: string;
  readonly lines: readonly RunLine[];
  readonly epochs: readonly number[];
  readonly share: boolean;
  readonly better: 'higher' | 'lower';
  readonly log: boolean;
  readonly at: number | undefined;
  readonly onAt: (epoch: number | undefined) => void;
  readonly zoom: Span | undefined;
  readonly onZoom: (zoom: Span | undefined) => void;
}

export function Chart(props: Props) {
  const { title, testId, lines, epochs, share, better, log, at, onAt, zoom, onZoom } = props;
  const [table, setTable] = useState(false);
  const format = share ? (v: number): string => words.percent(v, 1) : words.loss;
  const whole: Span = epochs.length < 2 ? [0, 1] : [epochs[0], epochs[epochs.length - 1]];
  const drawn = useMemo(() => lines.map((l) => l.line), [lines]);
  const range = useMemo(() => {
    const seen = (values: readonly number[]): readonly number[] =>
      zoom ? values.filter((_, i) => epochs[i] >= zoom[0] && epochs[i] <= zoom[1]) : values;
    const all = drawn.flatMap((l) => [l.values, ...(l.band ? [l.band.min, l.band.max] : [])]).map(seen);
    return fitRange(all, log) ?? ([0.01, 1] as const);
  }, [drawn, epochs, zoom, log]);
  const rows = lines.map(({ line, title: name }): KeyRow => ({
    line,
    values: line.values,
    title: name,
    column: line.name,
    spoken: name,
    better,
  }));
  const spoken = lines
    .map(({ line, title: name }) => {
      const values = line.values.slice(0, lastOf(line.values) + 1);
      return words.spokenCurve({ name, values, epochs, better, format });
    })
    .join(' ');
  const last = epochs.length - 1;
  const index = at === undefined ? last : Math.max(0, epochs.indexOf(at));
  const key = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const span = zoom ?? whole;
    if (event.key.toLowerCase() === 't') setTable(!table);
    else if (event.key === '+' || event.key === '=') onZoom(zoomed(span, bounds(whole), 2, epochs[index]));
    else if (event.key === '-') onZoom(zoomed(span, bounds(whole), 0.5, epochs[index]));
    else if (event.key === '0') onZoom(undefined);
    else return;
    event.preventDefault();
  };
  const said = lines
    .filter(({ line }) => Number.isFinite(line.values[index]))
    .map(({ line }) => `${line.name} ${format(line.values[index])}`);
  return (
    <section className="chart-section" aria-label={title} onKeyDown={key}>
      <div className="section-head">
        <h2>{title}</h2>
        <span className="grow" />
        {zoom && (
          <IconButton
            label="Show all epochs"
            title="Show all epochs (0)"
            className="dense"
            onPress={() => onZoom(undefined)}
          >
            <Icon name="screen-full" />
          </IconButton>
        )}
        <IconButton
          label={table ? `${title}: show curves` : `${title}: show the numbers`}
          title={table ? 'Show curves (T)' : 'Show the numbers (T)'}
          className={`dense ${table ? 'on' : ''}`}
          testId={`${testId}-table`}
          onPress={() => setTable(!table)}
        >
          <Icon name="table" />
        </IconButton>
      </div>
      {table ? (
        <Numbers rows={rows} epochs={epochs} format={format} height={HEIGHT} title={title} />
      ) : (
        <div className="chart-place">
          <LineChart
            epochs={epochs}
            lines={drawn}
            range={range}
            log={log}
            height={HEIGHT}
            label={spoken}
            testId={testId}
            format={(v) => (share ? words.percent(v) : Number(v.toPrecision(3)).toString().replace('-', '\u2212'))}
            whole={whole}
            zoom={zoom}
            onZoom={onZoom}
            at={at}
            onHover={onAt}
          />
          <input
            type="range"
            className="epoch-cursor"
            aria-label={`${title}, epoch. Plus and minus zoom, 0 shows all epochs, T the numbers.`}
            aria-valuetext={`Epoch ${words.count(epochs[index] ?? 0)}: ${said.join('; ')}.`}
            data-testid={`${testId}-cursor`}
            min={0}
            max={Math.max(0, last)}
            value={index}
            onChange={(event) => onAt(epochs[Number(event.target.value)])}
            onBlur={() => onAt(undefined)}
          />
        </div>
      )}
      <table className="key" data-testid={`${testId}-key`}>
        <thead>
          <tr>
            <td />
            <td />
            <th scope="col">{at === undefined ? 'last' : `epoch ${at}`}</th>
            <th scope="col">best</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ line, title: name }) => {
            const shown = line.values[at === undefined ? lastOf(line.values) : index];
            const best = words.bestIndex(line.values, better);
            return (
              <tr key={line.name}>
                <td className="swatch">
                  <Swatch of={line} />
                </td>
                <th scope="row">{name}</th>
                <td>{Number.isFinite(shown) ? format(shown) : '\u2013'}</td>
                <td className="weak">{best < 0 ? '\u2013' : format(line.values[best])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const HEIGHT = 260;

function lastOf(values: readonly number[]): number {
  for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i])) return i;
  return -1;
}
