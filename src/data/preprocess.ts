import type { FloatSamples } from '../engine/dataset';
import type {
  StoredArrays,
  StoredCategory,
  StoredColumn,
  StoredColumns,
  StoredIndex,
  StoredNumber,
  StoredTarget,
} from '../engine/preparation';
import { ModelError } from '../model/diagnostics';
import { didYouMean } from '../model/suggest';
import { list, show } from '../model/words';
import { isMissing } from './csvText';
import { type Preprocessing, scaleValue } from './scale';
import type { TableRow } from './tableRow';

/**
 * What was done to a run's data, as `preprocessing.json` of its directory keeps it: everything that was fitted on the
 * training part, so that new rows are given to the network in the very same way. Numbers in JSON keep all their bits.
 */
export interface StoredPreprocessing {
  /** Of this file's layout. */
  readonly format: 1;
  /** The kind of data, as the model's `source`. */
  readonly source: string;
  readonly inputs: StoredColumns | StoredArrays;
  readonly target: StoredTarget;
}

/** A column of a table as it was encoded, before it was scaled: see `encodeTable`. */
export type EncodedColumn = Pick<StoredNumber, 'name' | 'type' | 'fill' | 'flag'> | StoredCategory | StoredIndex;

/** The inputs that a column makes. */
export const inputNamesOf = (column: EncodedColumn): readonly string[] => {
  const { name } = column;
  if (column.type === 'category') return column.values.map((value) => `${name}=${value}`);
  if (column.type === 'index') return [name];
  return column.flag ? [name, `${name} missing`] : [name];
};

/** Puts together what encoding and scaling found. */
export function storeColumns(
  columns: readonly EncodedColumn[],
  { scale, mean, deviation }: Preprocessing,
): StoredColumns {
  let input = 0;
  const stored = columns.map((column): StoredColumn => {
    const at = input;
    input += inputNamesOf(column).length;
    if (column.type !== 'number') return column;
    return { ...column, ...(scale === 'log' && { log: true }), subtract: mean[at], divide: deviation[at] };
  });
  return { type: 'columns', columns: stored };
}

/** What becomes of a category that training never saw. */
export type Unknown = 'refuse' | 'none';

/** Rows of a new table as the network reads them, by what was stored. */
export class TablePreprocessor {
  /** Columns of the table that are no inputs. */
  readonly ignored: readonly string[];
  /** Categories that training never saw, a column each, and how many rows have one. */
  readonly unseen = new Map<string, { readonly values: Set<string>; rows: number }>();
  readonly #columns: readonly { readonly column: StoredColumn; readonly cell: number; readonly from: number }[];
  readonly #places: readonly (ReadonlyMap<string, number> | undefined)[];
  readonly #width: number;
  #inputs = new Float32Array(4096);
  #rows = 0;
  #unit = 'line';

  /**
   * @param header names of the table's columns, in any order
   * @param table how messages call it
   * @param unknown `none`: a category that training never saw is none of its values
   * @throws ModelError where a column is missing that the network reads
   */
  constructor(
    { columns }: StoredColumns,
    header: readonly string[],
    private readonly table: string,
    private readonly unknown: Unknown,
  ) {
    const missing = columns.filter(({ name }) => !header.includes(name)).map(({ name }) => name);
    if (missing.length > 0) {
      const some = missing.slice(0, 8).map(show);
      if (missing.length > some.length) some.push(`${missing.length - some.length} more`);
      throw new ModelError(
        'missing-column',
        [],
        `${table} has no column ${list(some)}, which the network reads.${didYouMean(missing[0], header)} Columns may stand in any order, and there may be others.`,
      );
    }
    let from = 0;
    this.#columns = columns.map((column) => {
      const own = { column, cell: header.indexOf(column.name), from };
      from += inputNamesOf(column).length;
      return own;
    });
    this.#width = from;
    this.#places = columns.map((column) =>
      column.type !== 'number' ? new Map(column.values.map((value, i) => [value, i])) : undefined,
    );
    const read = new Set(columns.map(({ name }) => name));
    this.ignored = header.filter((name) => !read.has(name));
  }

  /** @throws ModelError where a cell is not what its column held in training, with the line */
  add(row: TableRow, line: number): void {
    this.#unit = row.unit ?? 'line';
    const width = this.#width;
    const at = this.#rows * width;
    if (at + width > this.#inputs.length) {
      const larger = new Float32Array(2 * this.#inputs.length + width);
      larger.set(this.#inputs);
      this.#inputs = larger;
    }
    this.#columns.forEach(({ column, cell, from }, i) => {
      if (column.type === 'number') this.#addNumber(column, row, cell, at + from, line);
      else this.#addCategory(column, this.#places[i]!, row.text(cell), at + from, line);
    });
    this.#rows++;
  }

  #addNumber(column: StoredNumber, row: TableRow, cell: number, at: number, line: number): void {
    const read = row.number(cell);
    const gap = Number.isNaN(read);
    const text = gap ? row.text(cell) : '';
    if (gap && !isMissing(text)) this.#refuse(column, line, `should be a number, found ${show(text)}`);
    if (gap && column.fill === undefined)
      this.#refuse(column, line, `has no value (found "${text}"), and training had none without. Fill it in`);
    const value = gap ? column.fill! : read;
    if (column.log && value <= -1) this.#refuse(column, line, `is ${value}, and ln(1 + x) has no value there`);
    const scaled = scaleValue(value, column.log === true, column.subtract, column.divide);
    if (!Number.isFinite(Math.fround(scaled)))
      this.#refuse(column, line, `is ${value}, so far from training that a float32 cannot hold it`);
    this.#inputs[at] = scaled;
    if (column.flag) this.#inputs[at + 1] = Number(gap);
  }

  #addCategory(
    column: StoredCategory | StoredIndex,
    places: ReadonlyMap<string, number>,
    text: string,
    at: number,
    line: number,
  ): void {
    if (isMissing(text)) {
      if (!column.missing) this.#refuse(column, line, `has no value (found "${text}"), and training had none without`);
      return;
    }
    const place = places.get(text);
    if (place !== undefined) {
      if (column.type === 'index') this.#inputs[at] = place + 1;
      else this.#inputs[at + place] = 1;
      return;
    }
    if (this.unknown === 'refuse') {
      const some = column.values.slice(0, 6).map(show);
      if (column.values.length > some.length) some.push(`${column.values.length - some.length} more`);
      this.#refuse(
        column,
        line,
        `holds ${show(text)}, which training never saw; it saw ${list(some)}`,
        'unseen-category',
      );
    }
    const seen = this.unseen.get(column.name) ?? { values: new Set<string>(), rows: 0 };
    seen.values.add(text);
    seen.rows++;
    this.unseen.set(column.name, seen);
  }

  #refuse({ name }: StoredColumn, line: number, why: string, code = 'cell'): never {
    throw new ModelError(code, [], `${this.table}, ${this.#unit} ${line}: column "${name}" ${why}.`);
  }

  /** All rows added. */
  samples(): FloatSamples {
    const count = this.#rows;
    return {
      count,
      inputs: this.#inputs.subarray(0, count * this.#width),
      // Nobody knows them.
      targets: new Float32Array(0),
      rows: Uint32Array.from({ length: count }, (_, row) => row),
    };
  }
}
