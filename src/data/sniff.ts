import type { CsvFormat } from './csvFile';
import { type Delimiter, delimiters, isDate, isDecimalComma, isMissing, isNumber } from './csvText';
import { CsvError, CsvTokens } from './csvTokens';

/** Lines that are looked at. */
const fewLines = 50;

/**
 * Tells from the beginning of a CSV file how it is written. Cells are split where lines have equally many of them, and most
 * of those are numbers; it has decimal commas where some of its numbers have, and none has a point; it names its columns
 * unless its first line holds what the others do.
 * @param end bytes of `head` that are the file's
 * @param isWhole the file ends there
 */
export function sniffCsv(head: Uint8Array, end: number, isWhole: boolean): Required<CsvFormat> {
  const from = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const text = head.subarray(from, end);
  const readings = (Object.keys(delimiters) as Delimiter[]).map((delimiter) => readingOf(text, isWhole, delimiter));
  const { delimiter, lines } = readings.reduce((best, r) => (isBetter(r, best) ? r : best));
  const below = lines.slice(1).flat();
  const hasCommas = delimiter !== 'comma' || below.some((cell) => isDecimalComma(cell));
  const decimal =
    hasCommas && below.some(isDecimalComma) && !below.some((c) => c.includes('.') && isNumber(c)) ? 'comma' : 'point';
  return { delimiter, decimal, header: isHeader(lines, decimal) };
}

interface Reading {
  readonly delimiter: Delimiter;
  readonly lines: readonly (readonly string[])[];
  /** All lines have as many cells, and more than one. */
  readonly isEven: boolean;
  /** Share of the cells that are numbers or missing. */
  readonly numbers: number;
}

function readingOf(text: Uint8Array, isWhole: boolean, delimiter: Delimiter): Reading {
  const tokens = new CsvTokens(delimiters[delimiter].charCodeAt(0));
  const lines: string[][] = [];
  let isBroken = false;
  tokens.feed(text, text.length, isWhole);
  try {
    while (lines.length < fewLines && tokens.next())
      lines.push(Array.from({ length: tokens.length }, (_, i) => tokens.text(i)));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    isBroken = true;
  }
  const cells = lines.flat();
  const isEven = !isBroken && (lines[0]?.length ?? 0) > 1 && lines.every((l) => l.length === lines[0].length);
  const numbers = cells.filter(
    (c) => isNumber(c) || isMissing(c) || (delimiter !== 'comma' && isDecimalComma(c)),
  ).length;
  return { delimiter, lines, isEven, numbers: numbers / Math.max(1, cells.length) };
}

function isBetter(a: Reading, b: Reading): boolean {
  if (a.isEven !== b.isEven) return a.isEven;
  // A file that is damaged further down still has its header: whatever splits that most often.
  if (!a.isEven) return (a.lines[0]?.length ?? 0) > (b.lines[0]?.length ?? 0);
  if (a.numbers !== b.numbers) return a.numbers > b.numbers;
  return a.lines[0].length > b.lines[0].length;
}

/** Whether the first line names the columns. */
function isHeader(lines: readonly (readonly string[])[], decimal: 'point' | 'comma'): boolean {
  const [first, ...rest] = lines;
  if (!first || rest.length === 0) return true;
  const isValue = (cell: string): boolean =>
    isMissing(cell) ||
    isDate(cell) ||
    (decimal === 'comma' ? isDecimalComma(cell) || /^[+-]?\d+$/.test(cell) : isNumber(cell));
  if (first.every(isValue)) return false;
  // Words among numbers: names, unless they recur below as the values of a column do, beside values where values are.
  const places = [...first.keys()].filter((c) => rest.every((line) => line.length > c));
  const named = places.filter((c) => rest.every((line) => isValue(line[c]))).some((c) => !isValue(first[c]));
  return named || !places.some((c) => !isValue(first[c]) && rest.some((line) => line[c] === first[c]));
}
