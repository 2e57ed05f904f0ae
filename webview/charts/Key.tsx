/** The numbers of a chart: its key with the epoch pointed at and the best, and all of them as a table. */
import type { ReactNode } from 'react';
import * as words from '../words';
import type { Line } from '../../src/charts/line';

export interface KeyRow {
  readonly line: Line;
  /** As measured: the line itself may be smoothed. */
  readonly values: readonly number[];
  readonly title: ReactNode;
  /** Of its column in the table. */
  readonly column: string;
  readonly spoken: string;
  readonly better: 'lower' | 'higher';
}

interface Props {
  readonly rows: readonly KeyRow[];
  readonly epochs: readonly number[];
  readonly format: (v: number) => string;
}

/** @param at the epoch pointed at */
export function Key({ rows, epochs, at, format }: Props & { readonly at: number | undefined }) {
  const found = at === undefined ? -1 : epochs.indexOf(at);
  const index = found < 0 ? epochs.length - 1 : found;
  return (
    <table className="key" data-testid="key">
      <thead>
        <tr>
          <td />
          <td />
          <th scope="col">{found < 0 ? 'now' : `epoch ${epochs[index]}`}</th>
          <th scope="col">best</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ line, title, better, values }) => {
          const best = words.bestIndex(values, better);
          return (
            <tr key={line.name}>
              <td className="swatch">
                <svg width="24" height="10" aria-hidden="true">
                  <path className={`${line.colour} ${line.style}`} d="M1 5H23" />
                </svg>
              </td>
              <th scope="row">{title}</th>
              <td>{number(values[index], format)}</td>
              <td className="weak">{best < 0 ? '\u2013' : format(values[best])}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A twin that is behind has no number yet; a loss that is not a number is one to be told. */
const number = (value: number | undefined, format: (v: number) => string): string =>
  value === undefined || Number.isNaN(value) ? '\u2013' : format(value);

/** Rows of the table: more would be slow to draw, and nobody scrolls through them. */
const MOST_ROWS = 500;

export function Numbers({
  rows,
  epochs,
  format,
  height,
  title,
}: Props & { readonly height: number; readonly title: string }) {
  const left = Math.max(0, epochs.length - MOST_ROWS);
  return (
    <div className="numbers" style={{ height }} role="region" aria-label={`${title}, numbers`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            {rows.map((r) => (
              <th key={r.line.name} scope="col" className="number">
                {r.column}
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
                  {number(r.values[i], format)}
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
