/** What a table holds, as far as a network for it can be proposed from: plain data, so that it can be posted. */
export interface TableProfile {
  /** The file's name. */
  readonly name: string;
  /** The data source that reads it. */
  readonly source: 'csv' | 'jsonl' | 'parquet';
  readonly delimiter: 'comma' | 'semicolon' | 'tab';
  /** What stands before the fraction of its numbers. */
  readonly decimal: 'point' | 'comma';
  /** False: it does not name its columns, which are called column1 and so on. */
  readonly header: boolean;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

export interface ColumnProfile {
  readonly name: string;
  /** What every cell that has a value holds. `decimalComma`: numbers such as 1,5 in a table that has 1.5 too. */
  readonly kind: 'number' | 'date' | 'decimalComma' | 'text' | 'empty' | 'unreadable';
  /** Of a column that is unreadable: why, as a sentence. */
  readonly why?: string;
  /** Cells without a value. */
  readonly missing: number;
  /** Different values, counted up to `mostDistinct` + 1. */
  readonly distinct: number;
  /** The first few different values, in the order of the rows. */
  readonly values: readonly string[];
  /** Of numbers: all are whole. */
  readonly whole: boolean;
  /** Of whole numbers: each is one more than the one above, as ids are. */
  readonly counting: boolean;
  /** Of numbers. */
  readonly min: number;
  readonly max: number;
}

/** Further different values are not counted: nothing that is proposed depends on them. */
export const mostDistinct = 1000;

/** More different whole numbers than this in the target column are amounts, not names of classes. */
export const mostNumericClasses = 20;
