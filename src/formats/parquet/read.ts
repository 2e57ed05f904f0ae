import { FormatError } from '../error';
import { type Value, meaningOf } from './meaning';
import { pagesOf } from './pages';
import { type Column, type RowGroup, readFooter } from './schema';

export type { Value } from './meaning';

/** A column whose values cannot be read, or hold what is no cell of a table: the others can be. */
export class ColumnError extends FormatError {
  constructor(
    readonly column: string,
    /** What is wrong with it, without its name. */
    readonly reason: string,
  ) {
    super(`Column "${column}": ${reason}`);
  }
}

/** A table as a Parquet file holds it. */
export interface ParquetTable {
  /** Rows of the whole file; some rows a group. */
  readonly rows: number;
  /** Names of its columns, those among them whose values cannot be read. */
  readonly columns: readonly string[];
  /** One after another, in the order of the rows. */
  readonly groups: readonly ParquetGroup[];
}

export interface ParquetGroup {
  readonly rows: number;
  /** Bytes of the file in which its values are, where they are in order: how far the file is read after it. */
  readonly end: number;
  /** Begins to read a column from the group's first row on. Nothing is read before the first value is asked for. */
  column(index: number): ColumnReader;
}

/**
 * Opens a Parquet file (https://parquet.apache.org/docs/file-format). Of its values no more is held unpacked than a page and
 * a dictionary of each column that is read; columns that nobody reads are not unpacked. Flat columns of numbers, truths,
 * texts, dates and decimals can be read, packed by Snappy or gzip or not at all, in every encoding but the long deprecated
 * BIT_PACKED.
 *
 * @param bytes the whole file
 * @throws FormatError where it is none, or its sizes contradict each other
 */
export function openParquet(bytes: Uint8Array): ParquetTable {
  const { rows, columns, groups } = readFooter(bytes);
  return {
    rows,
    columns: columns.map(({ name }) => name),
    groups: groups.map((group) => ({
      rows: group.rows,
      end: Math.max(...group.chunks.map(({ end }) => end)),
      column: (index) => new ColumnReader(bytes, columns[index], group),
    })),
  };
}

/** The values of one column in one row group, row after row. */
export class ColumnReader {
  private row = -1;
  private value: Value | undefined;
  private next: (() => Value | undefined) | undefined;

  constructor(
    private readonly file: Uint8Array,
    private readonly column: Column,
    private readonly group: RowGroup,
  ) {}

  /**
   * @param row of the group, from 0; never one before the last that was asked for
   * @returns undefined where there is no value
   * @throws ColumnError where the column cannot be read
   */
  at(row: number): Value | undefined {
    if (row === this.row) return this.value;
    try {
      this.next ??= this.begin();
      for (; this.row < row; this.row++) this.value = this.next();
    } catch (error) {
      throw error instanceof FormatError ? new ColumnError(this.column.name, error.message) : error;
    }
    return this.value;
  }

  private begin(): () => Value | undefined {
    const { leaf, chunk: place } = this.column;
    if (!leaf) throw new FormatError('It holds lists or structures. Write each number in it as a column of its own.');
    const chunk = this.group.chunks[place];
    if (chunk.values !== this.group.rows)
      throw new FormatError(`It has ${chunk.values} values in ${this.group.rows} rows: it is damaged.`);
    return pagesOf(this.file, chunk, leaf, meaningOf(leaf));
  }
}
