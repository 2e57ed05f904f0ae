import { ColumnError } from '../formats/parquet/read';
import { type ColumnProfile, type TableProfile, mostDistinct } from '../model/tableProfile';
import { type ReadSoFar, readCsv } from './csvFile';
import { isDate, isDecimalComma, isMissing } from './csvText';
import { readWhole } from './files';
import { sniffCsv } from './sniff';
import type { DataFile } from './source';
import { type TableFormat, formatOf, readTable } from './tableFile';
import type { RecordReader, TableRow } from './tableRow';

/** So much of the beginning tells how a file is written. */
const HEAD = 2 ** 16;

/**
 * Looks through a table once: how it is written (of CSV what stands between its cells, decimal marks, names of columns), and
 * what its columns hold. What it holds of a large file is bounded.
 * @param progress told after each piece of the file
 * @throws ModelError where it is no table, as `readCsv` and `readTable` do
 */
export async function profileTable(
  file: DataFile,
  name: string,
  progress?: (soFar: ReadSoFar) => void,
): Promise<TableProfile> {
  const format = formatOf(name);
  return format === 'csv' ? profileCsv(file, name, progress) : profileWhole(file, name, format);
}

/** Formats that are read whole, or twice. */
async function profileWhole(file: DataFile, name: string, source: TableFormat): Promise<TableProfile> {
  const table = new Columns();
  readTable(await readWhole(file, name, ['data', 'path']), name, { format: source }, (header) => table.open(header));
  return { name, source, delimiter: 'comma', decimal: 'point', header: true, ...table.profile() };
}

async function profileCsv(file: DataFile, name: string, progress?: (soFar: ReadSoFar) => void): Promise<TableProfile> {
  const head = new Uint8Array(HEAD);
  let held = 0;
  for (let read = -1; read !== 0 && held < HEAD; held += read) read = await file.read(head.subarray(held));
  const format = sniffCsv(head, held, held < HEAD);
  const table = new Columns();
  const source = { name, format, at: ['data', 'path'] };
  await readCsv(withHead(file, head.subarray(0, held)), source, (header) => table.open(header), progress);
  return { name, source: 'csv', ...format, ...table.profile() };
}

/** The columns of a table, row by row. */
class Columns {
  private columns: Column[] = [];
  private rows = 0;

  open(header: readonly string[]): RecordReader {
    this.columns = header.map((column) => new Column(column));
    return (row) => {
      this.rows++;
      for (let c = 0; c < this.columns.length; c++) this.columns[c].add(row, c);
    };
  }

  profile(): Pick<TableProfile, 'rows' | 'columns'> {
    return { rows: this.rows, columns: this.columns.map((c) => c.profile()) };
  }
}

/** A file whose beginning was read already. */
function withHead(file: DataFile, head: Uint8Array): DataFile {
  let at = 0;
  return {
    size: file.size,
    read(into) {
      if (at === head.length) return file.read(into);
      const some = head.subarray(at, at + into.length);
      into.set(some);
      at += some.length;
      return Promise.resolve(some.length);
    },
    close: () => file.close(),
  };
}

const fewValues = 20;

/** One column, cell by cell: what it holds of a large file is bounded. */
class Column {
  private readonly found = { number: 0, date: 0, decimalComma: 0, text: 0 };
  private missing = 0;
  private readonly cells = new Set<string>();
  /** Numbers of which 1 and 1.0 are the same. */
  private readonly numbers = new Set<number>();
  private whole = true;
  private counting = true;
  private last = NaN;
  private why: string | undefined;
  private min = Infinity;
  private max = -Infinity;

  constructor(private readonly name: string) {}

  add(row: TableRow, place: number): void {
    if (this.why !== undefined) return;
    try {
      this.addCellOf(row, place);
    } catch (error) {
      // The others may well be readable.
      if (!(error instanceof ColumnError)) throw error;
      this.why = error.reason;
    }
  }

  private addCellOf(row: TableRow, place: number): void {
    const value = row.number(place);
    if (Number.isNaN(value)) {
      this.addText(row.text(place));
      return;
    }
    this.found.number++;
    if (this.numbers.size <= mostDistinct && !this.numbers.has(value)) {
      this.numbers.add(value);
      this.addCell(row.text(place));
    }
    this.whole &&= Number.isInteger(value);
    this.counting &&= Number.isNaN(this.last) || value === this.last + 1;
    this.last = value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  private addText(cell: string): void {
    if (isMissing(cell)) {
      this.missing++;
      return;
    }
    this.addCell(cell);
    this.found[isDate(cell) ? 'date' : isDecimalComma(cell) ? 'decimalComma' : 'text']++;
  }

  private addCell(cell: string): void {
    if (this.cells.size <= mostDistinct) this.cells.add(cell);
  }

  profile(): ColumnProfile {
    const { name, missing, cells, numbers, min, max, why } = this;
    const kind = this.kind();
    const number = kind === 'number';
    return {
      name,
      kind,
      ...(why !== undefined && { why }),
      missing,
      distinct: number ? numbers.size : cells.size,
      values: [...cells].slice(0, fewValues),
      whole: number && this.whole,
      counting: number && this.whole && this.counting,
      min,
      max,
    };
  }

  /** One kind for all cells; decimal commas may stand beside whole numbers. */
  private kind(): ColumnProfile['kind'] {
    if (this.why !== undefined) return 'unreadable';
    const { number, date, decimalComma, text } = this.found;
    if (number + date + decimalComma + text === 0) return 'empty';
    if (text > 0) return 'text';
    if (date > 0) return number + decimalComma > 0 ? 'text' : 'date';
    return decimalComma > 0 ? 'decimalComma' : 'number';
  }
}
