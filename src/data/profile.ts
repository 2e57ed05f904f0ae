import { type ColumnProfile, type TableProfile, mostDistinct } from '../model/tableProfile';
import { type Delimiter, delimiters, isMissing, isNumber, parseCsv } from './csvText';

/**
 * Looks through a CSV file once: what stands between its cells, and what its columns hold.
 * @throws ModelError where it is no table with a header, as `parseCsv` does
 */
export function profileTable(bytes: Uint8Array, name: string): TableProfile {
  const delimiter = delimiterOf(bytes);
  let columns: Column[] = [];
  let rows = 0;
  parseCsv(bytes, name, delimiter, (header) => {
    columns = header.map((column) => new Column(column));
    return (cells) => {
      rows++;
      for (let c = 0; c < columns.length; c++) columns[c].add(cells[c]);
    };
  });
  return { name, delimiter, rows, columns: columns.map((c) => c.profile()) };
}

/** The one that stands most often in the header, quoted cells left out: the header has one between any two names. */
export function delimiterOf(bytes: Uint8Array): Delimiter {
  const start = new TextDecoder().decode(bytes.subarray(0, 1 << 16));
  const header = start.replace(/"(?:[^"]|"")*"/g, '').trimStart();
  const line = header.split(/[\r\n]/, 1)[0];
  const count = (d: Delimiter): number => line.split(delimiters[d]).length;
  return (Object.keys(delimiters) as Delimiter[]).reduce((best, d) => (count(d) > count(best) ? d : best));
}

const isDate = (cell: string): boolean =>
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ].*)?$|^\d{1,2}:\d{2}(:\d{2})?$/.test(cell);
const isDecimalComma = (cell: string): boolean => /^[+-]?\d+,\d+$/.test(cell);

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
  private min = Infinity;
  private max = -Infinity;

  constructor(private readonly name: string) {}

  add(cell: string): void {
    if (isMissing(cell)) {
      this.missing++;
      return;
    }
    if (this.cells.size <= mostDistinct) this.cells.add(cell);
    if (!isNumber(cell)) {
      this.found[isDate(cell) ? 'date' : isDecimalComma(cell) ? 'decimalComma' : 'text']++;
      return;
    }
    this.found.number++;
    const value = Number(cell);
    if (this.numbers.size <= mostDistinct) this.numbers.add(value);
    this.whole &&= Number.isInteger(value);
    this.counting &&= Number.isNaN(this.last) || value === this.last + 1;
    this.last = value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  profile(): ColumnProfile {
    const { name, missing, cells, numbers, min, max } = this;
    const kind = this.kind();
    const number = kind === 'number';
    return {
      name,
      kind,
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
    const { number, date, decimalComma, text } = this.found;
    if (number + date + decimalComma + text === 0) return 'empty';
    if (text > 0) return 'text';
    if (date > 0) return number + decimalComma > 0 ? 'text' : 'date';
    return decimalComma > 0 ? 'decimalComma' : 'number';
  }
}
