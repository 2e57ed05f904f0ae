import { ModelError } from '../model/diagnostics';
import { type Fix, meantFixes } from '../model/fixes';
import type { JsonObject, JsonPath } from '../model/json';
import { didYouMean } from '../model/suggest';
import { GrowingCells } from './cells';
import { isMissing, isNumber, timestamp } from './csvText';
import { Words, isOddNumber, oddNumber } from './noNumbers';
import { Growing } from './growing';
import { type Table, partNames } from './source';
import type { TableRow } from './tableRow';
import { TableTargets, shorten } from './tableTargets';

/** More values than this would make a column of categories a table of its own. */
const mostCategories = 256;
/** What a float32 still tells apart, and an embedding can be given. */
const mostIndices = 10_000_000;

/** What is said of the columns of a table. */
export interface ColumnParameters {
  readonly target: readonly string[];
  readonly targetType: string;
  readonly ignore: readonly string[];
  readonly categories: readonly string[];
  readonly indices: readonly string[];
  readonly missing: string;
  readonly weight?: string;
  readonly decimal?: string;
  readonly split: JsonObject;
}

/** The columns of one file, sorted into inputs, targets, weight and split. */
export class TableColumns {
  private readonly weight: number;
  private readonly part: number;
  private readonly group: number;
  private readonly time: number;
  private readonly inputs: readonly number[];
  /** Of columns that hold categories: the code of each value, in the order in which they came. */
  private readonly codes = new Map<number, Map<string, number>>();
  /** Those of them whose code is the input. */
  private readonly indexed = new Set<number>();
  private readonly cells: GrowingCells;
  private readonly targets: TableTargets;
  private readonly weights = new Growing(new Float64Array(1024));
  private readonly parts = new Growing(new Uint8Array(1024));
  private readonly groups = new Growing(new Uint32Array(1024));
  private readonly groupOf = new Map<string, number>();
  private readonly times = new Growing(new Float64Array(1024));
  /** The inputs of the row at work. */
  private readonly values: Float64Array;
  /** How messages call the file at work. */
  private name: string;
  private line = 0;
  private unit = 'line';
  /** Where a word stands among numbers; what follows tells which fix is meant. */
  private words:
    { readonly column: number; readonly cell: string; readonly where: string; readonly seen: Words } | undefined;
  private readonly where = (): string => `${this.name}, ${this.unit} ${this.line}`;

  /**
   * @param title how messages call the table
   * @param growth how many times the rows so far there will be in all, as far as can be told now
   */
  constructor(
    private readonly header: readonly string[],
    private readonly title: string,
    private readonly params: ColumnParameters,
    growth: () => number = () => 2,
  ) {
    this.name = title;
    const targets = this.findTargets();
    this.targets = new TableTargets(targets, params.target, params.targetType);
    const unlearned = (column: string | undefined, path: string[], does: string): number =>
      column === undefined ? -1 : this.findUnlearned(column, path, targets, does);
    this.weight = unlearned(params.weight, ['data', 'weight'], 'weigh the rows');
    const ofSplit = (way: 'column' | 'group' | 'time'): number =>
      unlearned(params.split[way] as string | undefined, ['data', 'split', way], 'say the split');
    this.part = ofSplit('column');
    this.group = ofSplit('group');
    this.time = ofSplit('time');
    const ignored = params.ignore.map((column, i) => this.find(column, ['data', 'ignore', i]));
    const both = targets.findIndex((target) => ignored.includes(target));
    if (both >= 0) {
      throw new ModelError(
        'target-ignored',
        ['data', 'ignore'],
        `The target "${params.target[both]}" stands in "ignore" too. Remove it from there.`,
      );
    }
    const used = [...targets, this.weight, this.part, this.group, this.time];
    this.inputs = [...header.keys()].filter((c) => !used.includes(c) && !ignored.includes(c));
    const coding = (key: 'categories' | 'indices') => (name: string, i: number) => {
      const path = ['data', key, i];
      const found = this.find(name, path);
      if (key === 'indices') this.indexed.add(found);
      if (this.codes.has(found))
        throw new ModelError(
          'listed-twice',
          path,
          `"${name}" is listed twice in "categories" and "indices". Keep one.`,
        );
      if (!this.inputs.includes(found))
        throw new ModelError(
          'not-an-input',
          path,
          `"${name}" is no input: it is the target, ignored, or weighs or splits the rows.`,
        );
      this.codes.set(found, new Map());
    };
    params.categories.forEach(coding('categories'));
    params.indices.forEach(coding('indices'));
    if (this.inputs.length === 0) {
      throw new ModelError('no-inputs', ['data', 'ignore'], `${title} has no column left to learn from. Ignore fewer.`);
    }
    this.values = new Float64Array(this.inputs.length);
    const coded = new Set([...this.inputs.keys()].filter((place) => this.codes.has(this.inputs[place])));
    this.cells = new GrowingCells(this.inputs.length, growth, () => this.width, coded);
  }

  /**
   * Goes on with another file of the same columns.
   * @throws ModelError where its columns are others
   */
  begin(name: string, header: readonly string[], at: JsonPath): void {
    const own = this.header;
    const other = own.findIndex((column, i) => header[i] !== column);
    if (other >= 0 || header.length !== own.length) {
      const place = other >= 0 ? other : own.length;
      const called = (names: readonly string[]): string => (place < names.length ? `"${names[place]}"` : 'missing');
      throw new ModelError(
        'columns-differ',
        at,
        `${name} must have the columns of ${this.title}, in the same order: column ${place + 1} is ${called(header)} there and ${called(own)} here. Correct its first line.`,
      );
    }
    this.name = name;
  }

  /** Rows so far. */
  get rows(): number {
    return this.cells.rows;
  }

  /** Numbers that the network is to give, as far as seen. */
  get outputs(): number {
    return this.targets.outputs;
  }

  /** Inputs that the network will read: a category is one for each of its values. */
  get width(): number {
    let width = this.inputs.length;
    for (const [column, values] of this.codes) if (!this.indexed.has(column)) width += values.size - 1;
    return width;
  }

  /** @throws ModelError where an input is missing or is a word, a weight is none, or the split column holds neither part */
  add(row: TableRow, line: number): void {
    this.line = line;
    this.unit = row.unit ?? 'line';
    if (this.words) {
      this.readOn(row);
      return;
    }
    const { inputs, values } = this;
    for (let i = 0; i < inputs.length; i++) {
      const column = inputs[i];
      const value = this.codes.size > 0 && this.codes.has(column) ? NaN : row.number(column);
      values[i] = value;
      if (!Number.isNaN(value)) continue;
      values[i] = this.codeAt(row.text(column), column);
      if (this.words) return;
    }
    const far = this.cells.add(values);
    if (far >= 0) this.refuseLarge(row.text(inputs[far]), inputs[far]);
    this.targets.add(row, this.where);
    if (this.weight >= 0) this.weights.push(this.weightOf(row));
    if (this.part >= 0) this.parts.push(this.partOf(row.text(this.part)));
    if (this.group >= 0) this.groups.push(codeOf(this.groupOf, row.text(this.group)));
    if (this.time >= 0) this.times.push(this.timeOf(row));
  }

  /** What stands for an input that is no number: of a category its code, of what is missing NaN. */
  private codeAt(cell: string, column: number): number {
    const codes = this.codes.get(column);
    if (isMissing(cell)) {
      if (this.params.missing !== 'refuse') return NaN;
    } else if (codes) {
      const code = codeOf(codes, cell);
      if (code < (this.indexed.has(column) ? mostIndices : mostCategories)) return code;
      this.refuseCategories(column);
    }
    if (isMissing(cell) || isOddNumber(cell, this.params.decimal)) return this.refuseInput(cell, column);
    this.words ??= { column, cell, where: this.where(), seen: new Words(cell) };
    return NaN;
  }

  /** Another row after the one with a word among numbers: nothing is kept of it any more. */
  private readOn(row: TableRow): void {
    const { column, seen } = this.words!;
    seen.add(row.text(column));
    if (seen.isEnough) this.refuseWords();
  }

  private refuseWords(): never {
    const { column, cell, where, seen } = this.words!;
    const name = this.header[column];
    const [ignore, treat] = [this.listFix('ignore', name), this.listFix('categories', name)];
    const remedy = seen.isUnlike
      ? `Its words hardly recur, as those of an id or of free text: add it to "ignore".`
      : `Correct it, add "${name}" to "ignore" or, where its words name kinds of things, to "categories".`;
    throw new ModelError(
      'not-a-number',
      ['data', 'path'],
      `${where}: column "${name}" should be a number, found "${shorten(cell)}". ${remedy}`,
      seen.isUnlike ? [ignore, treat] : [treat, ignore],
    );
  }

  /** All rows added. @throws ModelError where the targets cannot be learned */
  table(): Table {
    if (this.words) this.refuseWords();
    const inputs = this.cells.done();
    const categories = new Map<number, readonly string[]>();
    this.inputs.forEach((column, place) => {
      const codes = this.codes.get(column);
      if (!codes) return;
      const { names, places } = sorted(codes);
      inputs.replace(place, (code) => (Number.isNaN(code) ? NaN : places[code]));
      categories.set(place, names);
    });
    return {
      title: this.title,
      rows: inputs.rows,
      inputNames: this.inputs.map((c) => this.header[c]),
      inputs,
      answers: this.targets.answers(),
      ...(categories.size > 0 && { categories }),
      ...(this.indexed.size > 0 && {
        indexed: new Set([...this.indexed].map((column) => this.inputs.indexOf(column))),
      }),
      ...(this.weight >= 0 && { weights: this.weights.done() }),
      ...(this.part >= 0 && { parts: this.parts.done() }),
      ...(this.group >= 0 && { groups: this.groups.done() }),
      ...(this.time >= 0 && { times: this.times.done() }),
    };
  }

  private findTargets(): number[] {
    const { target } = this.params;
    return target.map((column, i) => {
      const path = ['data', 'target', ...(target.length > 1 ? [i] : [])];
      const found = this.find(column, path);
      if (target.indexOf(column) === i) return found;
      throw new ModelError('duplicate-target', path, `The target "${column}" is listed twice. Remove one.`);
    });
  }

  /** A column that is neither input nor target, for what it says is used otherwise. @throws ModelError where it is a target */
  private findUnlearned(column: string, path: string[], targets: readonly number[], does: string): number {
    const found = this.find(column, path);
    if (!targets.includes(found)) return found;
    const code = path[1] === 'split' ? 'split-column' : 'weight-column';
    throw new ModelError(code, path, `The column "${column}" is the target; it cannot ${does} too.`);
  }

  private find(column: string, path: (string | number)[]): number {
    const { header } = this;
    const index = header.indexOf(column);
    if (index >= 0) return index;
    const some = header
      .slice(0, 8)
      .map((h) => `"${h}"`)
      .join(', ');
    const hint =
      didYouMean(column, header) || ` It has ${some}${header.length > 8 ? ` and ${header.length - 8} more` : ''}.`;
    const message = `${this.name} has no column "${column}".${hint}`;
    throw new ModelError('unknown-column', path, message, meantFixes(path, column, header));
  }

  private refuseCategories(column: number): never {
    const name = this.header[column];
    throw new ModelError(
      'many-categories',
      ['data', 'categories'],
      `${this.where()}: column "${name}" has more than ${mostCategories} different values, each of which would be an input. ` +
        'Is it an id, or free text? Add it to "ignore". Or move it to "indices", and read it with an embedding layer.',
      [this.listFix('ignore', name)],
    );
  }

  private refuseLarge(cell: string, column: number): never {
    throw new ModelError(
      'value-too-large',
      ['data', 'path'],
      `${this.where()}: column "${this.header[column]}" holds ${shorten(cell)}, more than a float32 can hold. ` +
        'Scale the column down in the file, or add it to "ignore".',
      [this.listFix('ignore', this.header[column])],
    );
  }

  private refuseInput(cell: string, column: number): never {
    const name = this.header[column];
    if (isMissing(cell)) {
      throw new ModelError(
        'missing-value',
        ['data', 'path'],
        `${this.where()}: column "${name}" has no value (found "${cell}"). Fill it in, delete the line, write "missing": "median", or add "${name}" to "ignore".`,
        [
          {
            title: 'Set "missing" to "median"',
            operation: { type: 'setPath', path: ['data', 'missing'], value: 'median' },
          },
          this.listFix('ignore', name),
        ],
      );
    }
    const { remedy, fixes = [] } = oddNumber(cell, name, this.params.decimal);
    throw new ModelError(
      'not-a-number',
      ['data', 'path'],
      `${this.where()}: column "${name}" should be a number, found "${shorten(cell)}". ${remedy}`,
      [...fixes, this.listFix('ignore', name)],
    );
  }

  private listFix(key: 'ignore' | 'categories', name: string): Fix {
    const path = ['data', key];
    const value = [...this.params[key], name];
    const title = key === 'ignore' ? `Ignore "${name}"` : `Treat "${name}" as categories`;
    return { title, operation: { type: 'setPath', path, value } };
  }

  private weightOf(row: TableRow): number {
    const weight = row.number(this.weight);
    if (weight >= 0 && Number.isFinite(Math.fround(weight))) return weight;
    throw new ModelError(
      'weight',
      ['data', 'weight'],
      `${this.where()}: the weight in column "${this.header[this.weight]}" must be a number from 0, found "${shorten(row.text(this.weight))}".`,
    );
  }

  private timeOf(row: TableRow): number {
    const value = row.number(this.time);
    const time = Number.isNaN(value) ? timestamp(row.text(this.time)) : value;
    if (Number.isFinite(time)) return time;
    throw new ModelError(
      'split-time',
      ['data', 'split', 'time'],
      `${this.where()}: the time column "${this.header[this.time]}" must hold a number or a date such as 2026-11-22, ` +
        `found "${shorten(row.text(this.time))}".`,
    );
  }

  private partOf(cell: string): number {
    const part = (partNames as readonly string[]).indexOf(cell);
    if (part >= 0) return part;
    throw new ModelError(
      'split-column',
      ['data', 'split', 'column'],
      `${this.where()}: the split column "${this.header[this.part]}" must hold "train", "validation" or "test", ` +
        `found "${shorten(cell)}".`,
    );
  }
}

/** Categories in the order of their numbers, or of their letters: never of the rows, as classes are. */
function sorted(codes: ReadonlyMap<string, number>): { names: readonly string[]; places: Uint32Array } {
  const isNumeric = [...codes.keys()].every(isNumber);
  const names = [...codes.keys()].sort(isNumeric ? (a, b) => Number(a) - Number(b) : undefined);
  const places = new Uint32Array(names.length);
  names.forEach((name, place) => (places[codes.get(name)!] = place));
  return { names, places };
}

/** The number of a text, counted from 0 in the order in which texts come. */
function codeOf(codes: Map<string, number>, text: string): number {
  const known = codes.get(text);
  if (known !== undefined) return known;
  codes.set(text, codes.size);
  return codes.size - 1;
}
