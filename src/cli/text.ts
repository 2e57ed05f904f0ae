/** Numbers and tables as the command line shows them: always in English, whatever the machine speaks. */

const whole = new Intl.NumberFormat('en-US');
export const count = (n: number): string => whole.format(n);

/** A loss: four digits that count, and no more than the eye can compare. */
export function figure(x: number): string {
  const size = Math.abs(x);
  if (x === 0 || (size >= 1e-3 && size < 10)) return x.toFixed(4);
  return size < 1e-3 || size >= 1e6 ? x.toExponential(2) : x.toFixed(size < 100 ? 2 : 1);
}

/** 75 → "1m 15s". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)}s`;
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`;
  return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
}

/** Columns two blanks apart and indented by two; those listed in `right` end alike. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, c) => (right.includes(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd() + '\n').join('');
}
