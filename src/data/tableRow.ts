import { isNumber } from './csvText';

/** One row of a table, cell by cell. What is returned is a value: the row itself may be another one after the next read. */
export interface TableRow {
  /** What a record of the file is, as messages count it; absent: a line. */
  readonly unit?: 'row';
  /** Cells. */
  readonly length: number;
  /** Without quotes and the blanks around it. */
  text(cell: number): string;
  /** NaN where the cell is no number: see `isNumber` for what is one. */
  number(cell: number): number;
}

/** Takes one record: as many cells as there are columns, and the line of the file where it ends (or, of `unit`, its number), from 1. */
export type RecordReader = (row: TableRow, line: number) => void;

/** A row whose cells are texts already. */
export class TextRow implements TableRow {
  constructor(private readonly cells: readonly string[]) {}

  get length(): number {
    return this.cells.length;
  }

  text(cell: number): string {
    return this.cells[cell];
  }

  number(cell: number): number {
    const text = this.cells[cell];
    return isNumber(text) ? Number(text) : NaN;
  }
}
