/** Numbers and tables as the command line shows them: always in English, whatever the machine speaks. */

export { duration, figure } from '../model/figures';

const whole = new Intl.NumberFormat('en-US');
export const count = (n: number): string => whole.format(n);

/** Columns two blanks apart and indented by two; those listed in `right` end alike. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, c) => (right.includes(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd() + '\n').join('');
}
