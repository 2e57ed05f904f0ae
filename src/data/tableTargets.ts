import { ModelError } from '../model/diagnostics';
import { mostNumericClasses } from '../model/tableProfile';
import { isMissing } from './csvText';
import { Growing } from './growing';
import type { Answers } from './source';
import type { TableRow } from './tableRow';

/** A cell as messages show it. */
export const shorten = (cell: string): string => (cell.length > 30 ? `${cell.slice(0, 29)}…` : cell);

/** Of amounts so many different ones are kept as texts too, for a word among them would make them names of classes. */
const mostTexts = 1000;
/** More classes are none: each is an output, and a number for each row. */
const mostClasses = 2 ** 16;

/** What is to be learned from a table: one column of classes or amounts, or several of amounts. */
export class TableTargets {
  /** Row after row, as far as all cells are numbers; undefined where they are names. */
  private values: Growing<Float64Array> | undefined = new Growing(new Float64Array(1024));
  /** Of each row, its text's code; undefined where they are amounts. */
  private codes: Growing<Uint32Array> | undefined;
  private readonly codeOf = new Map<string, number>();
  /** Of each code the number that its text is; NaN: none. */
  private readonly numbers: number[] = [];
  private isWhole = true;
  private readonly distinct = new Set<number>();
  /** The first that a float32 cannot hold: to be refused where it turns out to be an amount. */
  private large: { readonly cell: string; readonly where: string } | undefined;
  private readonly isNumber: boolean;

  /**
   * @param columns places of the targets in a row
   * @param names theirs
   * @param type as the parameter `targetType`
   */
  constructor(
    private readonly columns: readonly number[],
    private readonly names: readonly string[],
    type: string,
  ) {
    if (columns.length > 1 && type === 'class')
      throw new ModelError(
        'several-targets',
        ['data', 'targetType'],
        `Several targets, ${names.map((n) => `"${n}"`).join(' and ')}, are learned as numbers, and cannot be classes. ` +
          'Remove "targetType", or choose one target.',
      );
    this.isNumber = columns.length > 1 || type === 'number';
    if (!this.isNumber) this.codes = new Growing(new Uint32Array(1024));
    if (type === 'class') this.values = undefined;
  }

  /**
   * @param where the row is, for messages: "t.csv, line 3"
   * @throws ModelError where one is missing, or is no number where numbers are learned
   */
  add(row: TableRow, where: () => string): void {
    for (let i = 0; i < this.columns.length; i++) {
      const column = this.columns[i];
      const value = row.number(column);
      if (Number.isNaN(value)) {
        const cell = row.text(column);
        if (isMissing(cell)) this.refuseMissing(cell, this.names[i], where());
        if (!this.codes) this.refuseWord(cell, this.names[i], where());
        this.values = undefined;
      } else if (this.values) {
        this.values.push(value);
        if (!this.large && !Number.isFinite(Math.fround(value)))
          this.large = { cell: row.text(column), where: where() };
        if (!this.isNumber) this.look(value);
      }
      if (this.codes) this.addText(row.text(column), value);
    }
  }

  /** Numbers that a network is to give for them, as far as seen: one for each class. */
  get outputs(): number {
    return this.isNumber || (this.values && this.areAmounts()) ? this.names.length : Math.max(2, this.codeOf.size);
  }

  private look(value: number): void {
    this.isWhole &&= Number.isInteger(value);
    if (this.distinct.size <= mostNumericClasses) this.distinct.add(value);
    if (this.codeOf.size <= mostTexts || !this.areAmounts()) return;
    this.codes = undefined;
    this.codeOf.clear();
  }

  private areAmounts(): boolean {
    return !this.isWhole || this.distinct.size > mostNumericClasses;
  }

  private addText(text: string, value: number): void {
    let code = this.codeOf.get(text);
    if (code === undefined) {
      code = this.codeOf.size;
      if (code === mostClasses) this.refuseClasses();
      this.codeOf.set(text, code);
      this.numbers.push(value);
    }
    this.codes!.push(code);
  }

  /** All rows added. @throws ModelError where a number is too large, or there is a single class */
  answers(): Answers {
    if (!this.values || (!this.isNumber && !this.areAmounts())) return this.classes();
    if (this.large)
      throw new ModelError(
        'value-too-large',
        ['data', 'target'],
        `${this.large.where}: the target ${this.large.cell} is more than a float32 can hold. Scale the column down in the file.`,
      );
    return { type: 'numbers', names: this.names, values: this.values.done() };
  }

  /** Classes in the order of their numbers, or of their letters: never of the rows, so that sorting a file changes nothing. */
  private classes(): Answers {
    const codes = this.codes!.done();
    const texts = [...this.codeOf.keys()];
    const isNumeric = this.numbers.every((value) => !Number.isNaN(value));
    // "1" and "1.0" are one class.
    const labels = isNumeric ? this.numbers.map(String) : texts;
    const names = [...new Set(labels)].sort(isNumeric ? (a, b) => Number(a) - Number(b) : undefined);
    if (names.length < 2)
      throw new ModelError(
        'one-class',
        ['data', 'target'],
        `The target "${this.names[0]}" is "${names[0]}" in all ${codes.length} rows. At least two classes are needed to tell apart: choose another column.`,
      );
    const placeOf = new Map(names.map((name, i) => [name, i]));
    const places = Uint32Array.from(labels, (label) => placeOf.get(label)!);
    for (let row = 0; row < codes.length; row++) codes[row] = places[codes[row]];
    return { type: 'classes', names, indices: codes };
  }

  private refuseMissing(cell: string, name: string, where: string): never {
    throw new ModelError(
      'missing-value',
      ['data', 'target'],
      `${where}: the target "${name}" has no value (found "${cell}"). Fill it in, or delete the line.`,
    );
  }

  private refuseWord(cell: string, name: string, where: string): never {
    const remedy =
      this.names.length > 1 ? 'several targets are learned as numbers' : 'correct it, or write "targetType": "class"';
    throw new ModelError(
      'not-a-number',
      ['data', 'target'],
      `${where}: the target "${name}" should be a number${this.isNumber ? '' : ' as those before it'}, found "${shorten(cell)}": ${remedy}.`,
    );
  }

  private refuseClasses(): never {
    throw new ModelError(
      'too-many-classes',
      ['data', 'target'],
      `The target "${this.names[0]}" has more than ${mostClasses} different values: these are amounts, or names, and no classes. Choose another column.`,
    );
  }
}
