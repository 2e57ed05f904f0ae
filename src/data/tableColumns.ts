import { ModelError } from '../model/diagnostics';
import { type Fix, meantFixes } from '../model/fixes';
import type { JsonObject } from '../model/json';
import { didYouMean } from '../model/suggest';
import { mostNumericClasses } from '../model/tableProfile';
import { isMissing, isNumber, timestamp } from './csvText';
import { type Answers, type Table, partNames } from './source';

/** More values than this would make a column of categories a table of its own. */
const mostCategories = 256;

/** What is said of the columns of a table. */
export interface ColumnParameters {
  readonly target: string;
  readonly targetType: string;
  readonly ignore: readonly string[];
  readonly categories: readonly string[];
  readonly missing: string;
  readonly split: JsonObject;
}

/** The columns of one file, sorted into inputs, target and split. */
export class TableColumns {
  private readonly target: number;
  private readonly part: number;
  private readonly group: number;
  private readonly time: number;
  private readonly inputs: readonly number[];
  /** Of columns that hold categories: the code of each value, in the order in which they came. */
  private readonly codes = new Map<number, Map<string, number>>();
  /** Grows by doubling. */
  private values = new Float64Array(4096);
  private readonly targets: string[] = [];
  private readonly parts: number[] = [];
  private readonly groups: number[] = [];
  private readonly groupOf = new Map<string, number>();
  private readonly times: number[] = [];
  /** Line of the file where each row ends, from 1. */
  private readonly lines: number[] = [];

  constructor(
    private readonly header: readonly string[],
    private readonly name: string,
    private readonly params: ColumnParameters,
  ) {
    this.target = this.find(params.target, ['data', 'target']);
    this.part = this.ofSplit('column');
    this.group = this.ofSplit('group');
    this.time = this.ofSplit('time');
    const ignored = params.ignore.map((column, i) => this.find(column, ['data', 'ignore', i]));
    if (ignored.includes(this.target)) {
      throw new ModelError(
        'target-ignored',
        ['data', 'ignore'],
        `The target "${params.target}" stands in "ignore" too. Remove it from there.`,
      );
    }
    const used = [this.target, this.part, this.group, this.time];
    this.inputs = [...header.keys()].filter((c) => !used.includes(c) && !ignored.includes(c));
    params.categories.forEach((name, i) => {
      const path = ['data', 'categories', i];
      const found = this.find(name, path);
      if (!this.inputs.includes(found))
        throw new ModelError(
          'not-an-input',
          path,
          `"${name}" is no input: it is the target, ignored, or splits the rows.`,
        );
      this.codes.set(found, new Map());
    });
    if (this.inputs.length === 0) {
      throw new ModelError('no-inputs', ['data', 'ignore'], `${name} has no column left to learn from. Ignore fewer.`);
    }
  }

  /** @throws ModelError where an input is missing or is a word, or the split column holds neither part */
  add(cells: readonly string[], line: number): void {
    const width = this.inputs.length;
    let at = this.lines.length * width;
    if (at + width > this.values.length) {
      const larger = new Float64Array(2 * this.values.length + width);
      larger.set(this.values);
      this.values = larger;
    }
    for (const column of this.inputs) {
      this.values[at++] = this.valueOf(cells[column], column, line);
    }
    this.targets.push(cells[this.target]);
    if (this.part >= 0) this.parts.push(this.partOf(cells[this.part], line));
    if (this.group >= 0) this.groups.push(codeOf(this.groupOf, cells[this.group]));
    if (this.time >= 0) this.times.push(this.timeOf(cells[this.time], line));
    this.lines.push(line);
  }

  private valueOf(cell: string, column: number, line: number): number {
    const codes = this.codes.get(column);
    if (!codes && isNumber(cell)) return Number(cell);
    if (isMissing(cell)) {
      if (this.params.missing !== 'refuse') return NaN;
    } else if (codes) {
      const code = codeOf(codes, cell);
      if (code < mostCategories) return code;
      this.refuseCategories(column, line);
    }
    return this.refuseInput(cell, column, line);
  }

  /** Categories in the order of their numbers, or of their letters: never of the rows, as classes are. */
  private sortCategories(rows: number): Map<number, readonly string[]> {
    const width = this.inputs.length;
    const sorted = new Map<number, readonly string[]>();
    this.inputs.forEach((column, place) => {
      const codes = this.codes.get(column);
      if (!codes) return;
      const numeric = [...codes.keys()].every(isNumber);
      const names = [...codes.keys()].sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
      const placeOf = new Map(names.map((name, i) => [codes.get(name), i]));
      for (let at = place; at < rows * width; at += width) this.values[at] = placeOf.get(this.values[at]) ?? NaN;
      sorted.set(place, names);
    });
    return sorted;
  }

  /** All rows added. @throws ModelError where the targets cannot be learned */
  table(): Table {
    const rows = this.lines.length;
    const categories = this.sortCategories(rows);
    return {
      title: this.name,
      rows,
      inputNames: this.inputs.map((c) => this.header[c]),
      inputs: this.values.subarray(0, rows * this.inputs.length),
      answers: this.answers(),
      ...(categories.size > 0 && { categories }),
      ...(this.part >= 0 && { parts: Uint8Array.from(this.parts) }),
      ...(this.group >= 0 && { groups: Uint32Array.from(this.groups) }),
      ...(this.time >= 0 && { times: Float64Array.from(this.times) }),
    };
  }

  /** The column by which the split is made; -1 where there is none. @throws ModelError where it is the target */
  private ofSplit(way: 'column' | 'group' | 'time'): number {
    const column = this.params.split[way] as string | undefined;
    if (column === undefined) return -1;
    const path = ['data', 'split', way];
    const found = this.find(column, path);
    if (found === this.target)
      throw new ModelError('split-column', path, `The column "${column}" is the target; it cannot say the split too.`);
    return found;
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

  private refuseCategories(column: number, line: number): never {
    const name = this.header[column];
    throw new ModelError(
      'many-categories',
      ['data', 'categories'],
      `${this.name}, line ${line}: column "${name}" has more than ${mostCategories} different values, each of which would be an input. ` +
        'Is it an id, or free text? Add it to "ignore".',
      [this.listFix('ignore', name)],
    );
  }

  private refuseInput(cell: string, column: number, line: number): never {
    const name = this.header[column];
    const where = `${this.name}, line ${line}`;
    if (isMissing(cell)) {
      throw new ModelError(
        'missing-value',
        ['data', 'path'],
        `${where}: column "${name}" has no value (found "${cell}"). Fill it in, delete the line, write "missing": "median", or add "${name}" to "ignore".`,
        [
          {
            title: 'Set "missing" to "median"',
            operation: { type: 'setPath', path: ['data', 'missing'], value: 'median' },
          },
          this.listFix('ignore', name),
        ],
      );
    }
    throw new ModelError(
      'not-a-number',
      ['data', 'path'],
      `${where}: column "${name}" should be a number, found "${shorten(cell)}". Correct it, add "${name}" to "ignore" or, where its words name kinds of things, to "categories".`,
      [this.listFix('ignore', name), this.listFix('categories', name)],
    );
  }

  private listFix(key: 'ignore' | 'categories', name: string): Fix {
    const path = ['data', key];
    const value = [...this.params[key], name];
    return { title: `Add "${name}" to "${key}"`, operation: { type: 'setPath', path, value } };
  }

  private answers(): Answers {
    const { targets: cells, lines } = this;
    const name = this.params.target;
    const missing = cells.findIndex(isMissing);
    if (missing >= 0) {
      throw new ModelError(
        'missing-value',
        ['data', 'target'],
        `${this.name}, line ${lines[missing]}: the target "${name}" has no value (found "${cells[missing]}"). Fill it in, or delete the line.`,
      );
    }
    const word = cells.findIndex((cell) => !isNumber(cell));
    const type = this.params.targetType;
    if (type === 'number' && word >= 0) {
      throw new ModelError(
        'not-a-number',
        ['data', 'target'],
        `${this.name}, line ${lines[word]}: the target "${name}" should be a number, found "${shorten(cells[word])}". ` +
          'Correct it, or write "targetType": "class".',
      );
    }
    const amounts =
      word < 0 &&
      (cells.some((c) => !Number.isInteger(Number(c))) || new Set(cells.map(Number)).size > mostNumericClasses);
    return type === 'number' || (type === 'auto' && amounts)
      ? this.numbers(cells, name)
      : this.classes(cells, word < 0, name);
  }

  private numbers(cells: readonly string[], name: string): Answers {
    const values = Float64Array.from(cells, Number);
    const large = values.findIndex((v) => !Number.isFinite(Math.fround(v)));
    if (large >= 0) {
      throw new ModelError(
        'value-too-large',
        ['data', 'target'],
        `${this.name}, line ${this.lines[large]}: the target ${cells[large]} is more than a float32 can hold. Scale the column down in the file.`,
      );
    }
    return { type: 'numbers', names: [name], values };
  }

  /** Classes in the order of their numbers, or of their letters: never of the rows, so that sorting a file changes nothing. */
  private classes(cells: readonly string[], numeric: boolean, name: string): Answers {
    // "1" and "1.0" are one class.
    const labels = numeric ? cells.map((c) => String(Number(c))) : cells;
    const names = [...new Set(labels)].sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
    if (names.length < 2) {
      throw new ModelError(
        'one-class',
        ['data', 'target'],
        `The target "${name}" is "${names[0]}" in all ${cells.length} rows. At least two classes are needed to tell apart: choose another column.`,
      );
    }
    const index = new Map(names.map((n, i) => [n, i]));
    return { type: 'classes', names, indices: Uint32Array.from(labels, (label) => index.get(label) as number) };
  }

  private timeOf(cell: string, line: number): number {
    const time = isNumber(cell) ? Number(cell) : timestamp(cell);
    if (Number.isFinite(time)) return time;
    throw new ModelError(
      'split-time',
      ['data', 'split', 'time'],
      `${this.name}, line ${line}: the time column "${this.header[this.time]}" must hold a number or a date such as 2026-11-22, ` +
        `found "${shorten(cell)}".`,
    );
  }

  private partOf(cell: string, line: number): number {
    const part = (partNames as readonly string[]).indexOf(cell);
    if (part >= 0) return part;
    throw new ModelError(
      'split-column',
      ['data', 'split', 'column'],
      `${this.name}, line ${line}: the split column "${this.header[this.part]}" must hold "train", "validation" or "test", ` +
        `found "${shorten(cell)}".`,
    );
  }
}

const shorten = (cell: string): string => (cell.length > 30 ? `${cell.slice(0, 29)}…` : cell);

/** The number of a text, counted from 0 in the order in which texts come. */
function codeOf(codes: Map<string, number>, text: string): number {
  const known = codes.get(text);
  if (known !== undefined) return known;
  codes.set(text, codes.size);
  return codes.size - 1;
}
