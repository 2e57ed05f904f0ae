import { ModelError } from '../model/diagnostics';
import { mostNumericClasses } from '../model/tableProfile';
import { isMissing, isNumber } from './csvText';
import type { Answers } from './source';

/** A cell as messages show it. */
export const shorten = (cell: string): string => (cell.length > 30 ? `${cell.slice(0, 29)}…` : cell);

/** What is to be learned from a table: one column of classes or amounts, or several of amounts. */
export class TableTargets {
  /** Of each target, its cells. */
  private readonly cells: readonly string[][];

  /**
   * @param table how messages call it
   * @param columns places of the targets in a row
   * @param names theirs
   * @param type as the parameter `targetType`
   */
  constructor(
    private readonly table: string,
    private readonly columns: readonly number[],
    private readonly names: readonly string[],
    private readonly type: string,
  ) {
    this.cells = columns.map(() => []);
    if (columns.length > 1 && type === 'class')
      throw new ModelError(
        'several-targets',
        ['data', 'targetType'],
        `Several targets, ${names.map((n) => `"${n}"`).join(' and ')}, are learned as numbers, and cannot be classes. ` +
          'Remove "targetType", or choose one target.',
      );
  }

  add(row: readonly string[]): void {
    for (let i = 0; i < this.columns.length; i++) this.cells[i].push(row[this.columns[i]]);
  }

  /**
   * All rows added.
   * @param lines of the file, where each row ends
   * @throws ModelError where one is missing, is no number where numbers are learned, or there is a single class
   */
  answers(lines: readonly number[]): Answers {
    const { cells, names } = this;
    cells.forEach((own, i) => this.refuseMissing(own, names[i], lines));
    const words = cells.map((own) => own.findIndex((cell) => !isNumber(cell)));
    if (cells.length > 1 || this.type === 'number') {
      words.forEach((word, i) => {
        if (word >= 0) this.refuseWord(cells[i][word], names[i], lines[word]);
      });
      return this.numbers(lines);
    }
    const [own] = cells;
    const amounts =
      words[0] < 0 &&
      (own.some((c) => !Number.isInteger(Number(c))) || new Set(own.map(Number)).size > mostNumericClasses);
    return this.type === 'auto' && amounts ? this.numbers(lines) : this.classes(words[0] < 0);
  }

  private refuseMissing(cells: readonly string[], name: string, lines: readonly number[]): void {
    const missing = cells.findIndex(isMissing);
    if (missing < 0) return;
    throw new ModelError(
      'missing-value',
      ['data', 'target'],
      `${this.table}, line ${lines[missing]}: the target "${name}" has no value (found "${cells[missing]}"). Fill it in, or delete the line.`,
    );
  }

  private refuseWord(cell: string, name: string, line: number): never {
    const remedy =
      this.names.length > 1 ? 'several targets are learned as numbers' : 'correct it, or write "targetType": "class"';
    throw new ModelError(
      'not-a-number',
      ['data', 'target'],
      `${this.table}, line ${line}: the target "${name}" should be a number, found "${shorten(cell)}": ${remedy}.`,
    );
  }

  private numbers(lines: readonly number[]): Answers {
    const { cells, names } = this;
    const width = names.length;
    const values = new Float64Array(lines.length * width);
    cells.forEach((own, i) =>
      own.forEach((cell, row) => {
        const value = Number(cell);
        if (!Number.isFinite(Math.fround(value)))
          throw new ModelError(
            'value-too-large',
            ['data', 'target'],
            `${this.table}, line ${lines[row]}: the target ${cell} is more than a float32 can hold. Scale the column down in the file.`,
          );
        values[row * width + i] = value;
      }),
    );
    return { type: 'numbers', names, values };
  }

  /** Classes in the order of their numbers, or of their letters: never of the rows, so that sorting a file changes nothing. */
  private classes(numeric: boolean): Answers {
    const [cells] = this.cells;
    // "1" and "1.0" are one class.
    const labels = numeric ? cells.map((c) => String(Number(c))) : cells;
    const names = [...new Set(labels)].sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
    if (names.length < 2) {
      throw new ModelError(
        'one-class',
        ['data', 'target'],
        `The target "${this.names[0]}" is "${names[0]}" in all ${cells.length} rows. At least two classes are needed to tell apart: choose another column.`,
      );
    }
    const index = new Map(names.map((n, i) => [n, i]));
    return { type: 'classes', names, indices: Uint32Array.from(labels, (label) => index.get(label) as number) };
  }
}
