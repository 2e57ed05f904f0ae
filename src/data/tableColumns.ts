import { ModelError } from '../model/diagnostics';
import { type Fix, meantFixes } from '../model/fixes';
import type { JsonObject } from '../model/json';
import { didYouMean } from '../model/suggest';
import { isMissing, isNumber, timestamp } from './csvText';
import { type Table, partNames } from './source';
import { TableTargets, shorten } from './tableTargets';

/** More values than this would make a column of categories a table of its own. */
const mostCategories = 256;

/** What is said of the columns of a table. */
export interface ColumnParameters {
  readonly target: readonly string[];
  readonly targetType: string;
  readonly ignore: readonly string[];
  readonly categories: readonly string[];
  readonly missing: string;
  readonly weight?: string;
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
  /** Grows by doubling. */
  private values = new Float64Array(4096);
  private readonly targets: TableTargets;
  private readonly weights: number[] = [];
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
    const targets = this.findTargets();
    this.targets = new TableTargets(name, targets, params.target, params.targetType);
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
    params.categories.forEach((name, i) => {
      const path = ['data', 'categories', i];
      const found = this.find(name, path);
      if (!this.inputs.includes(found))
        throw new ModelError(
          'not-an-input',
          path,
          `"${name}" is no input: it is the target, ignored, or weighs or splits the rows.`,
        );
      this.codes.set(found, new Map());
    });
    if (this.inputs.length === 0) {
      throw new ModelError('no-inputs', ['data', 'ignore'], `${name} has no column left to learn from. Ignore fewer.`);
    }
  }

  /** @throws ModelError where an input is missing or is a word, a weight is none, or the split column holds neither part */
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
    this.targets.add(cells);
    if (this.weight >= 0) this.weights.push(this.weightOf(cells[this.weight], line));
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
      answers: this.targets.answers(this.lines),
      ...(categories.size > 0 && { categories }),
      ...(this.weight >= 0 && { weights: Float64Array.from(this.weights) }),
      ...(this.part >= 0 && { parts: Uint8Array.from(this.parts) }),
      ...(this.group >= 0 && { groups: Uint32Array.from(this.groups) }),
      ...(this.time >= 0 && { times: Float64Array.from(this.times) }),
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

  private weightOf(cell: string, line: number): number {
    const weight = isNumber(cell) ? Number(cell) : NaN;
    if (weight >= 0 && Number.isFinite(Math.fround(weight))) return weight;
    throw new ModelError(
      'weight',
      ['data', 'weight'],
      `${this.name}, line ${line}: the weight in column "${this.header[this.weight]}" must be a number from 0, found "${shorten(cell)}".`,
    );
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

/** The number of a text, counted from 0 in the order in which texts come. */
function codeOf(codes: Map<string, number>, text: string): number {
  const known = codes.get(text);
  if (known !== undefined) return known;
  codes.set(text, codes.size);
  return codes.size - 1;
}
