import type { Fix } from '../model/fixes';
import { isDate, isDecimalComma, isGrouped, isMissing, isNumber } from './csvText';

/** Cells that are no numbers in a column that should hold some. */

/** Rows that are looked at after the first word in a column of numbers, to tell what its words are. */
const fewWords = 1000;
/** Of fewer words nothing can be told. */
const fewestWords = 10;

/** A date, or a number written in another way: no word. @param decimal what stands before fractions */
export const isOddNumber = (cell: string, decimal = 'point'): boolean =>
  isDate(cell) || isGrouped(cell) || (decimal === 'comma' ? isNumber(cell) : isDecimalComma(cell));

/** What helps against one in a column of numbers: it depends on what it looks like. */
export function oddNumber(
  cell: string,
  name: string,
  decimal = 'point',
): { readonly remedy: string; readonly fixes?: readonly Fix[] } {
  const ignore = `add "${name}" to "ignore"`;
  if (isDate(cell))
    return {
      remedy: `It looks like a date, which is not learned from: ${ignore}, or write it as a number, such as a year, in the file.`,
    };
  if (isGrouped(cell))
    return { remedy: `Its thousands look marked off: write it without marks in the file, or ${ignore}.` };
  if (decimal === 'comma')
    return { remedy: `With "decimal": "comma" numbers are written 1,5: correct it, or remove "decimal".` };
  return {
    remedy: `It looks written with a decimal comma: write "decimal": "comma", or ${ignore}.`,
    fixes: [
      {
        title: 'Set "decimal" to "comma"',
        operation: { type: 'setPath', path: ['data', 'decimal'], value: 'comma' },
      },
    ],
  };
}

/** The cells of a column that has a word, as far as they are looked at. */
export class Words {
  private rows = 1;
  private readonly values: Set<string>;

  constructor(first: string) {
    this.values = new Set([first]);
  }

  add(cell: string): void {
    if (isMissing(cell)) return;
    this.rows++;
    this.values.add(cell);
  }

  /** No more need be looked at. */
  get isEnough(): boolean {
    return this.rows >= fewWords;
  }

  /** More than half of them differ: none is met often enough to learn from. */
  get isUnlike(): boolean {
    return this.rows >= fewestWords && 2 * this.values.size > this.rows;
  }
}
