import { parseCsv } from './csvFile';
import type { Delimiter } from './csvText';
import { parseJsonLines } from './jsonLines';
import { refuseTooLarge } from './limit';
import { parquetRows } from './parquetTable';
import { sniffCsv } from './sniff';
import type { RecordReader } from './tableRow';

/** Ways in which a table can be written to a file. */
export type TableFormat = 'csv' | 'jsonl' | 'parquet';

/** By the name's ending; a table of any other name is CSV. */
export const formatOf = (path: string): TableFormat =>
  /\.(jsonl|ndjson|jsonlines)$/i.test(path) ? 'jsonl' : /\.(parquet|pq)$/i.test(path) ? 'parquet' : 'csv';

export interface TableOptions {
  readonly format: TableFormat;
  /** Of CSV; absent: as its first lines look. */
  readonly delimiter?: Delimiter;
  /** Of CSV: false where it does not name its columns. */
  readonly header?: boolean;
  /** Columns that it has at least; default 2, of which one can be predicted. */
  readonly fewest?: 1 | 2;
}

/**
 * Reads a table, whatever its format.
 * @param open gets the names of the columns and returns what takes the records
 * @throws ModelError where the file is no such table; and whatever `open` and its reader throw
 */
export function readTable(
  bytes: Uint8Array,
  name: string,
  { format, delimiter, header, fewest }: TableOptions,
  open: (header: readonly string[]) => RecordReader,
): void {
  if (format === 'jsonl') {
    parseJsonLines(bytes, name, open);
    return;
  }
  if (format === 'parquet') {
    const at = ['data', 'path'];
    // A few bytes can claim any number of rows: of more than can be held none but the first are read.
    for (const { of } of parquetRows(bytes, { name, at }, open))
      refuseTooLarge(name, { rows: of, inputs: 1, outputs: 0 }, at, false);
    return;
  }
  const looks = sniffCsv(bytes, bytes.length, true);
  const written = { delimiter: delimiter ?? looks.delimiter, decimal: looks.decimal, header };
  parseCsv(bytes, { name, format: written, at: ['data', 'path'], fewest }, open);
}
