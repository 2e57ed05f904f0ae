import { CsvError, parse } from 'csv-parse/sync';
import { ModelError } from '../model/diagnostics';

/** A CSV file as text, cells trimmed of surrounding blanks. */
export interface CsvText {
  readonly header: readonly string[];
  /** As many cells each as the header. */
  readonly records: readonly (readonly string[])[];
  /** Line of the file where each record ends, from 1. */
  readonly lines: readonly number[];
}

const delimiters = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Delimiter = keyof typeof delimiters;

const at = ['data', 'path'];

/**
 * Splits a CSV file (RFC 4180; UTF-8, a byte order mark allowed; blank lines skipped) into header and records.
 *
 * @param name how messages call the file
 * @throws ModelError where the text is not UTF-8, a quote is not closed, a header is missing, empty or duplicate, there is
 * no record, or a record has more or fewer cells than the header
 */
export function parseCsv(bytes: Uint8Array, name: string, delimiter: Delimiter): CsvText {
  const fail = (code: string, message: string, path = at): never => {
    throw new ModelError(code, path, message);
  };
  const lines: number[] = [];
  let all: string[][] = [];
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    all = parse(text, {
      delimiter: delimiters[delimiter],
      trim: true,
      skipEmptyLines: true,
      relaxColumnCount: true,
      onRecord: (record: string[], { lines: line }) => {
        lines.push(line);
        return record;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError))
      fail('not-utf8', `${name} is not text in UTF-8. Save it again with the encoding UTF-8.`);
    fail(
      'csv-syntax',
      `${name} is not valid CSV: ${(error as Error).message}. Put quotes around the whole cell, and write "" for a quote inside it.`,
    );
  }
  if (all.length === 0)
    fail('empty-file', `${name} is empty. Its first line must name the columns, each line after it is one sample.`);
  const [header, ...records] = all;
  if (header.length === 1) {
    const other = (Object.keys(delimiters) as Delimiter[]).find((d) => header[0].includes(delimiters[d]));
    if (other) {
      fail(
        'delimiter',
        `${name} has one column when split at each ${delimiter}. Its header looks split by ${other}: write "delimiter": "${other}".`,
        ['data', 'delimiter'],
      );
    }
    fail(
      'one-column',
      `${name} has only the column "${header[0]}". A column to predict and at least one to predict it from are needed.`,
    );
  }
  header.forEach((column, i) => {
    if (column === '') fail('empty-header', `${name}: column ${i + 1} has no name in line ${lines[0]}. Name it.`);
    const first = header.indexOf(column);
    if (first < i)
      fail('duplicate-column', `${name}: columns ${first + 1} and ${i + 1} are both named "${column}". Rename one.`);
  });
  if (header.every((cell) => isNumber(cell))) {
    fail(
      'no-header',
      `${name}: line ${lines[0]} should name the columns, but holds numbers only ("${header[0]}", "${header[1]}"). Add a line with names above it.`,
    );
  }
  if (records.length === 0)
    fail('empty-file', `${name} names its columns but has no line after that. Each further line is one sample.`);
  records.forEach((record, i) => {
    if (record.length !== header.length) {
      fail(
        'ragged-row',
        `${name}, line ${lines[i + 1]}: ${header.length} cells expected (as in the header), found ${record.length}. ` +
          'Look for a cell too few or too many, or a text with a comma that is not in quotes.',
      );
    }
  });
  return { header, records, lines: lines.slice(1) };
}

/** A decimal number as every language writes it: no hexadecimal, no thousands mark, no "Infinity". */
export const isNumber = (cell: string): boolean =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) && Number.isFinite(Number(cell));

/** What tools write where a value is unknown. "none" is not among them: it can well be a class. */
export const isMissing = (cell: string): boolean => /^(|\?|na|n\/a|nan|null)$/i.test(cell);
