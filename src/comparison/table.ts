/** A comparison as a table: for spreadsheets, for documents, for a terminal. */
import { duration, figure } from '../model/figures';
import type { Figure, RunsComparison } from './compare';
import type { RunDifference } from './differences';

/** A number as a person reads it; a dash where there is none. */
export function figureText(value: number | undefined, unit: Figure['unit']): string {
  if (value === undefined) return '\u2013';
  if (unit === 'measure') return figure(value);
  return unit === 'seconds'
    ? duration(value)
    : new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }).format(value);
}

/** "drop rate", "epochs". */
export const differenceTitle = ({ layer, what }: RunDifference): string =>
  layer === undefined ? what : `${layer} ${what}`;

/** Of whom a mean is: "A, B, C". */
export const membersText = ({ runs }: RunsComparison, members: readonly number[]): string =>
  members.map((i) => runs[i].label).join(', ');

/**
 * A line a figure or difference, a column a run and, where runs are repeats, two columns for their mean and standard
 * deviation; all digits there are. RFC 4180, with LF.
 */
export function toCsv(comparison: RunsComparison): string {
  const { runs, figures, repeats, differences } = comparison;
  const header = [
    'of',
    'what',
    ...runs.map((run) => run.name),
    ...repeats.flatMap(({ runs: members }) => [
      `mean of ${members.map((i) => runs[i].name).join(' ')}`,
      `sd of ${members.map((i) => runs[i].name).join(' ')}`,
    ]),
  ];
  const lines = [
    header,
    ['run', 'state', ...runs.map((run) => run.state)],
    ['run', 'verdict', ...runs.map((run) => run.verdict ?? '')],
    ...figures.map(({ id, values }, f) => [
      'figure',
      id,
      ...values.map((v) => (v === undefined ? '' : String(v))),
      ...repeats.flatMap(({ statistics }) => {
        const s = statistics[f];
        return s ? [String(s.mean), String(s.sd)] : ['', ''];
      }),
    ]),
    ...differences.map((d) => [d.of, differenceTitle(d), ...d.values]),
  ];
  return lines
    .map((line) => Array.from({ length: header.length }, (_, i) => cell(line[i] ?? '')).join(','))
    .map((line) => `${line}\n`)
    .join('');
}

const cell = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Two tables in Markdown: the numbers, and what differs; under them which letter is which run. */
export function toMarkdown(comparison: RunsComparison): string {
  const { runs, figures, repeats, differences } = comparison;
  const labels = runs.map((run) => run.label);
  const numbers = markdownTable(
    ['', ...labels, ...repeats.map(({ runs: members }) => `mean \u00b1 sd of ${membersText(comparison, members)}`)],
    figures.map(({ title, unit, values }, f) => [
      title,
      ...values.map((v) => figureText(v, unit)),
      ...repeats.map(({ statistics }) => statisticText(statistics[f], unit)),
    ]),
    true,
  );
  const differ = markdownTable(
    ['differs', ...labels],
    differences.map((d) => [differenceTitle(d), ...d.values]),
  );
  const names = runs.map(
    ({ label, name, state, seeds, verdict }) =>
      `- ${label}: ${escape(name)}, ${state}, seed ${seeds.training}${verdict === undefined ? '' : `: ${verdict}`}\n`,
  );
  return `${names.join('')}\n${numbers}${differences.length > 0 ? `\n${differ}` : ''}`;
}

/** "0.1234 ± 0.0123" */
export const statisticText = (
  statistic: { readonly mean: number; readonly sd: number } | undefined,
  unit: Figure['unit'],
): string => (statistic ? `${figureText(statistic.mean, unit)} \u00b1 ${figureText(statistic.sd, unit)}` : '\u2013');

const escape = (text: string): string => text.replaceAll(/[\\|*_`<]/g, (c) => `\\${c}`).replaceAll(/\s+/g, ' ');

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[], right = false): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return (
    line(header) +
    line(header.map((_, i) => (right && i > 0 ? '---:' : '---'))) +
    rows.map((row) => line(row.map(escape))).join('')
  );
}
