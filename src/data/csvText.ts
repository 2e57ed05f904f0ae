import { CsvError, parse } from 'csv-parse/sync';
import { ModelError } from '../model/diagnostics';

export const delimiters = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Delimiter = keyof typeof delimiters;

const at = ['data', 'path'];

/** Takes one record: as many cells as the header, and the line of the file where it ends, from 1. */
export type RecordReader = (cells: readonly string[], line: number) => void;

/**
 * Reads a CSV file (RFC 4180; UTF-8, a byte order mark allowed; blank lines skipped; blanks around cells removed), record by
 * record, so that a large file is never in memory as text cells.
 *
 * @param name how messages call the file
 * @param open gets the names of the columns and returns what takes the records
 * @param fewest columns that it has at least
 * @throws ModelError where the text is not UTF-8, a quote is not closed, a header is missing, empty or duplicate, there is
 * no record, or a record has more or fewer cells than the header; and whatever `open` and its reader throw
 */
export function parseCsv(
  bytes: Uint8Array,
  name: string,
  delimiter: Delimiter,
  open: (header: readonly string[]) => RecordReader,
  fewest: 1 | 2 = 2,
): void {
  const text = decode(bytes, name);
  let columns = 0;
  let records = 0;
  let read: RecordReader | undefined;
  const onRecord = (cells: string[], { lines: line }: { readonly lines: number }): null => {
    if (!read) {
      checkHeader(cells, line, name, delimiter, fewest);
      columns = cells.length;
      read = open(cells);
      return null;
    }
    if (cells.length !== columns) {
      throw new ModelError(
        'ragged-row',
        at,
        `${name}, line ${line}: ${columns} cells expected (as in the header), found ${cells.length}. ` +
          'Look for a cell too few or too many, or a text with a comma that is not in quotes.',
      );
    }
    records++;
    read(cells, line);
    return null;
  };
  try {
    // Nothing is returned from `onRecord`, so the parser keeps nothing.
    parse(text, {
      delimiter: delimiters[delimiter],
      trim: true,
      skipEmptyLines: true,
      relaxColumnCount: true,
      onRecord,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new ModelError(
      'csv-syntax',
      at,
      `${name} is not valid CSV: ${error.message}. Put quotes around the whole cell, and write "" for a quote inside it.`,
    );
  }
  const remedy = 'Its first line must name the columns, each line after it is one sample.';
  if (!read) throw new ModelError('empty-file', at, `${name} is empty. ${remedy}`);
  if (records === 0)
    throw new ModelError('empty-file', at, `${name} names its columns but has no line after that. ${remedy}`);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const why = (error as Error).message;
    throw new ModelError(
      'not-utf8',
      at,
      `${name} is not text in UTF-8 (${why}). Save it again with the encoding UTF-8.`,
    );
  }
}

function checkHeader(
  header: readonly string[],
  line: number,
  name: string,
  delimiter: Delimiter,
  fewest: number,
): void {
  const fail = (code: string, message: string, path = at): never => {
    throw new ModelError(code, path, message);
  };
  if (header.length < fewest) {
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
  const seen = new Map<string, number>();
  header.forEach((column, i) => {
    if (column === '') fail('empty-header', `${name}: column ${i + 1} has no name in line ${line}. Name it.`);
    const first = seen.get(column);
    if (first !== undefined)
      fail('duplicate-column', `${name}: columns ${first + 1} and ${i + 1} are both named "${column}". Rename one.`);
    seen.set(column, i);
  });
  if (header.every(isNumber)) {
    fail(
      'no-header',
      `${name}: line ${line} should name the columns, but holds numbers only ("${header[0]}", "${header[1]}"). Add a line with names above it.`,
    );
  }
}

/** A decimal number as every language writes it: no hexadecimal, no thousands mark, no "Infinity". */
export const isNumber = (cell: string): boolean =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) && Number.isFinite(Number(cell));

/**
 * The moment that a date names (ISO 8601: 2026-11-22, or with a time of day), in milliseconds since 1970; NaN where it is
 * none. Without a zone it is taken as UTC, so that no machine orders rows otherwise.
 */
export function timestamp(cell: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(cell);
  if (!parts) return NaN;
  const [, day, clock, zone] = parts;
  return Date.parse(clock === undefined ? day : `${day}T${clock}${zone ?? 'Z'}`);
}

/** What tools write where a value is unknown. "none" is not among them: it can well be a class. */
export const isMissing = (cell: string): boolean => /^(|\?|na|n\/a|nan|null)$/i.test(cell);
