import { ModelError } from '../model/diagnostics';
import type { JsonPath } from '../model/json';
import { type Delimiter, delimiters, isNumber } from './csvText';
import { CsvError, CsvTokens } from './csvTokens';
import { readPieces } from './pieces';
import type { DataFile } from './source';
import type { RecordReader } from './tableRow';

/** How a CSV file is written. */
export interface CsvFormat {
  readonly delimiter: Delimiter;
  /** What stands before the fraction of a number; "point" where absent. */
  readonly decimal?: 'point' | 'comma';
  /** False: there is no line of names; columns are called column1, column2 and so on. */
  readonly header?: boolean;
}

/** What reading has come to: part of the file, and rows in it. */
export interface ReadSoFar {
  readonly bytes: number;
  readonly rows: number;
}

/** What is known of a CSV file besides its bytes. */
interface Source {
  /** How messages call it. */
  readonly name: string;
  readonly format: CsvFormat;
  /** The parameter that names it. */
  readonly at: JsonPath;
  /** Columns that it has at least; default 2, of which one can be predicted. */
  readonly fewest?: 1 | 2;
}

/** Gets the names of the columns and returns what takes the records. */
type Open = (header: readonly string[]) => RecordReader;

/**
 * Reads a CSV file (RFC 4180; UTF-8, a byte order mark allowed; LF, CRLF or CR; blank lines skipped; blanks around cells
 * removed) piece by piece: of the text no more than a piece, or one record, is ever held.
 *
 * @param progress told after each piece
 * @param piece bytes that are read at a time; twice as many where a record does not fit
 * @throws ModelError where the text is not UTF-8, a quote is out of place, a header is missing, empty or duplicate, there is
 * no record, or a record has more or fewer cells than the first; and whatever `open` and its reader throw
 */
export async function readCsv(
  file: DataFile,
  source: Source,
  open: Open,
  progress: (soFar: ReadSoFar) => void = () => undefined,
  piece?: number,
): Promise<void> {
  const records = new Records(source, open);
  let isBegun = false;
  const take = (bytes: Uint8Array, isLast: boolean): number => {
    const mark = isBegun ? 0 : markOf(bytes, source);
    isBegun = true;
    return mark + records.take(bytes.subarray(mark), isLast);
  };
  await readPieces(file, take, (bytes) => progress({ bytes, rows: records.rows }), piece);
  records.end();
}

/** Reads a CSV file that is in memory as `readCsv` does. */
export function parseCsv(bytes: Uint8Array, source: Source, open: Open): void {
  const records = new Records(source, open);
  records.take(bytes.subarray(markOf(bytes, source)), true);
  records.end();
}

/** The records of one file, as its pieces come. */
class Records {
  rows = 0;
  private readonly tokens: CsvTokens;
  private readonly hasHeader: boolean;
  private columns = 0;
  private read: RecordReader | undefined;

  constructor(
    private readonly source: Source,
    private readonly open: Open,
  ) {
    const { delimiter, decimal, header } = source.format;
    this.tokens = new CsvTokens(delimiters[delimiter].charCodeAt(0), (decimal === 'comma' ? ',' : '.').charCodeAt(0));
    this.hasHeader = header !== false;
  }

  /** @returns where in the piece a record begins that is not whole yet */
  take(piece: Uint8Array, isLast: boolean): number {
    const { tokens, source } = this;
    tokens.feed(piece, piece.length, isLast);
    try {
      while (tokens.next()) this.record();
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      throw new ModelError(error.code, source.at, `${source.name}, ${error.message}`);
    }
    return tokens.position;
  }

  private record(): void {
    const { tokens } = this;
    if (!this.read) {
      const cells = Array.from({ length: tokens.length }, (_, i) => tokens.text(i));
      const names = this.hasHeader ? cells : cells.map((_, i) => `column${i + 1}`);
      checkNames(cells, names, tokens.line, this.source);
      this.columns = names.length;
      this.read = this.open(names);
      if (this.hasHeader) return;
    }
    if (tokens.length !== this.columns)
      throw new ModelError(
        'ragged-row',
        this.source.at,
        `${this.source.name}, line ${tokens.line}: ${this.columns} cells expected (as in the ${this.hasHeader ? 'header' : 'first line'}), found ${tokens.length}. ` +
          'Look for a cell too few or too many, or a text with a comma that is not in quotes.',
      );
    this.rows++;
    this.read(tokens, tokens.line);
  }

  /** @throws ModelError where there was no record */
  end(): void {
    const { name, at } = this.source;
    const remedy = this.hasHeader
      ? 'Its first line must name the columns, each line after it is one sample.'
      : 'Each line is one sample.';
    if (!this.read) throw new ModelError('empty-file', at, `${name} is empty. ${remedy}`);
    if (this.rows === 0)
      throw new ModelError('empty-file', at, `${name} names its columns but has no line after that. ${remedy}`);
  }
}

/** Bytes of the byte order mark. @throws ModelError where it is that of UTF-16 */
function markOf([a, b, c]: Uint8Array, { name, at }: Source): number {
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new ModelError('not-utf8', at, `${name} is text in UTF-16. Save it again with the encoding UTF-8.`);
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

/** @param first the cells of the first record, which are the names where there is a header */
function checkNames(
  first: readonly string[],
  names: readonly string[],
  line: number,
  { name, at, fewest = 2, format: { delimiter, header } }: Source,
): void {
  const fail = (code: string, message: string, path = at): never => {
    throw new ModelError(code, path, message);
  };
  if (names.length < fewest) {
    const other = (Object.keys(delimiters) as Delimiter[]).find((d) => first[0].includes(delimiters[d]));
    if (other) {
      fail(
        'delimiter',
        `${name} has one column when split at each ${delimiter}. Its first line looks split by ${other}: write "delimiter": "${other}".`,
        ['data', 'delimiter'],
      );
    }
    fail(
      'one-column',
      `${name} has only the column "${first[0]}". A column to predict and at least one to predict it from are needed.`,
    );
  }
  if (header === false) return;
  const seen = new Map<string, number>();
  names.forEach((column, i) => {
    if (column === '') fail('empty-header', `${name}: column ${i + 1} has no name in line ${line}. Name it.`);
    const before = seen.get(column);
    if (before !== undefined)
      fail('duplicate-column', `${name}: columns ${before + 1} and ${i + 1} are both named "${column}". Rename one.`);
    seen.set(column, i);
  });
  if (first.every(isNumber)) {
    fail(
      'no-header',
      `${name}: line ${line} should name the columns, but holds numbers only ("${first[0]}", "${first[1]}"). ` +
        'Add a line with names above it, or write "header": false.',
    );
  }
}
