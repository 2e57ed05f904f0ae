/** A chart's numbers as a table of text (RFC 4180). Pure. */

export interface CsvColumn {
  readonly name: string;
  readonly values: readonly number[];
}

/** A field stands in quotes where it must. */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** As many digits as give the same number again; nothing where nothing was measured. */
const number = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : String(value));

/** A line for each epoch of the whole run, as measured: whatever part of it is looked at, and however smoothed. */
export function csvOf(epochs: readonly number[], columns: readonly CsvColumn[]): string {
  const lines = [
    ['epoch', ...columns.map((c) => field(c.name))],
    ...epochs.map((epoch, i) => [String(epoch), ...columns.map((c) => number(c.values[i]))]),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
