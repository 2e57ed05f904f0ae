import { type ColumnReader, type ParquetTable, type Value, ColumnError, openParquet } from '../formats/parquet/read';
import { ModelError } from '../model/diagnostics';
import type { JsonPath } from '../model/json';
import { isNumber } from './csvText';
import { inFile } from './files';
import type { RecordReader, TableRow } from './tableRow';

/** What is known of a Parquet file besides its bytes. */
interface Source {
  /** How messages call it. */
  readonly name: string;
  /** The parameter that names it. */
  readonly at: JsonPath;
  /** Columns that are ignored already: a remedy adds to them. */
  readonly ignore?: readonly string[];
}

/** So many rows are read at a time: between two pieces it is told how far reading has come. */
const PIECE = 2 ** 16;

/** Rows that were read, and those of the whole file. */
export interface RowsSoFar {
  readonly rows: number;
  readonly of: number;
}

/**
 * Reads a Parquet file as a table, as `readCsv` does text: what a row lacks is a cell without a value, true is 1 and false 0, and
 * a date is the text that ISO 8601 makes of it. A column is unpacked only where a cell of it is asked for.
 *
 * @param open gets the names of the columns and returns what takes the records, counted from 1
 * @returns told, piece by piece, how many rows were read
 * @throws ModelError where the bytes are no Parquet file, a column that is read cannot be, there is no row, or a name is there
 * twice; and whatever `open` and its reader throw
 */
export function* parquetRows(
  bytes: Uint8Array,
  source: Source,
  open: (header: readonly string[]) => RecordReader,
): Generator<RowsSoFar> {
  const { name, at } = source;
  const table = inFile(name, [...at], () => openParquet(bytes));
  checkNames(table, source);
  if (table.rows === 0)
    throw new ModelError('empty-file', at, `${name} has columns but no row. Each row is one sample.`);
  const read = open(table.columns);
  let rows = 0;
  for (const group of table.groups) {
    const row = new ParquetRow(table.columns.map((_, i) => group.column(i)));
    for (let i = 0; i < group.rows; i++) {
      row.index = i;
      try {
        read(row, ++rows);
      } catch (error) {
        throw error instanceof ColumnError ? unreadable(error, source) : error;
      }
      if (rows % PIECE === 0) yield { rows, of: table.rows };
    }
  }
  yield { rows, of: table.rows };
}

function checkNames({ columns }: ParquetTable, { name, at }: Source): void {
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined)
    throw new ModelError('duplicate-column', at, `${name}: two columns are named "${twice}". Rename one.`);
}

function unreadable({ column, message }: ColumnError, { name, at, ignore = [] }: Source): ModelError {
  const value = [...ignore, column];
  return new ModelError('column-unreadable', at, `${name}: ${message} Or add "${column}" to "ignore".`, [
    { title: `Ignore "${column}"`, operation: { type: 'setPath', path: ['data', 'ignore'], value } },
  ]);
}

/** The row at work of one row group. */
class ParquetRow implements TableRow {
  readonly unit = 'row';
  index = 0;

  constructor(private readonly columns: readonly ColumnReader[]) {}

  get length(): number {
    return this.columns.length;
  }

  text(cell: number): string {
    const value = this.columns[cell].at(this.index);
    return value === undefined ? '' : String(value);
  }

  number(cell: number): number {
    const value = this.columns[cell].at(this.index);
    return value === undefined ? NaN : numberOf(value);
  }
}

/** NaN where it is none, or infinite: as in text, that is refused. */
function numberOf(value: Value): number {
  if (typeof value === 'string') return isNumber(value) ? Number(value) : NaN;
  const number = Number(value);
  return Number.isFinite(number) ? number : NaN;
}
