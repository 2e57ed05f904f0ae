import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { ModelError } from '../model/diagnostics';
import type { Json, JsonPath } from '../model/json';
import { isObject, show } from '../model/parameters';
import { MOST_RECORD_BYTES } from './csvTokens';
import { readPieces } from './pieces';
import type { DataFile } from './source';
import { type RecordReader, TextRow } from './tableRow';

/** What is known of a file of JSON Lines besides its bytes. */
interface Source {
  /** How messages call it. */
  readonly name: string;
  /** The parameter that names it. */
  readonly at: JsonPath;
}

type Line = Readonly<Record<string, Json>>;
/** Of each column its place. */
type Columns = ReadonlyMap<string, number>;

/**
 * Reads a file of JSON Lines (jsonlines.org: UTF-8, an object a line, blank lines skipped) as a table: keys are columns, in
 * the order in which they first come, of whichever line. What a line lacks, or has null for, is a cell without a value; true
 * is 1 and false 0. Lines are read one by one, twice: once for the keys, once for the cells.
 *
 * @param name how messages call the file
 * @param open gets the names of the columns and returns what takes the records
 * @throws ModelError with line and column where a line is not JSON, no object or not UTF-8, where there is none, and
 * whatever `open` and its reader throw
 */
export function parseJsonLines(
  bytes: Uint8Array,
  name: string,
  open: (header: readonly string[]) => RecordReader,
): void {
  const source = { name, at: ['data', 'path'] };
  const columns = new Map<string, number>();
  new Lines(source, (line) => addKeys(line, columns)).take(bytes, true);
  new Lines(source, cellsInto(columns, source, open)).take(bytes, true);
}

/**
 * The first reading of `readJsonLines`: finds keys that are not yet among `columns`, and adds them.
 * @param progress told after each piece
 * @throws ModelError as `readJsonLines` does
 */
export function findKeys(
  file: DataFile,
  source: Source,
  columns: Map<string, number>,
  progress: (bytes: number) => void,
): Promise<void> {
  return readAll(file, new Lines(source, (line) => addKeys(line, columns)), progress);
}

/**
 * Reads a file as `parseJsonLines` does, piece by piece: of the text no more than a piece, or one line, is ever held.
 * @param columns as `findKeys` found them
 */
export function readJsonLines(
  file: DataFile,
  source: Source,
  columns: Columns,
  open: (header: readonly string[]) => RecordReader,
  progress: (soFar: { readonly bytes: number }) => void,
): Promise<void> {
  return readAll(file, new Lines(source, cellsInto(columns, source, open)), (bytes) => progress({ bytes }));
}

const readAll = (file: DataFile, lines: Lines, progress: (bytes: number) => void): Promise<void> =>
  readPieces(file, (piece, isLast) => lines.take(piece, isLast), progress);

function addKeys(line: Line, columns: Map<string, number>): void {
  for (const key of Object.keys(line)) if (!columns.has(key)) columns.set(key, columns.size);
}

function cellsInto(
  columns: Columns,
  { name, at }: Source,
  open: (header: readonly string[]) => RecordReader,
): (line: Line, number: number) => void {
  if (columns.size === 0)
    throw new ModelError(
      'empty-file',
      at,
      `${name} is empty. Each line must be one sample: an object such as {"x": 1, "y": 2}.`,
    );
  const read = open([...columns.keys()]);
  const cells = new Array<string>(columns.size);
  const row = new TextRow(cells);
  return (line, number) => {
    cells.fill('');
    for (const key of Object.keys(line)) cells[columns.get(key)!] = cellOf(line[key]);
    read(row, number);
  };
}

/** As a CSV file would have it. A list or an object inside becomes its JSON, which no column can learn from. */
function cellOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value).trim();
}

const NEWLINE = 10;

/** The lines of one file, as its pieces come. */
class Lines {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private line = 0;

  /** @param read gets what each line holds, and its number from 1 */
  constructor(
    private readonly source: Source,
    private readonly read: (line: Line, number: number) => void,
  ) {}

  /** @returns where in the piece a line begins that is not whole yet */
  take(piece: Uint8Array, isLast: boolean): number {
    let from = 0;
    while (from < piece.length) {
      const newline = piece.indexOf(NEWLINE, from);
      if (newline < 0 && !isLast) break;
      const to = newline < 0 ? piece.length : newline;
      this.line++;
      this.readLine(piece.subarray(from, to));
      from = to + 1;
    }
    if (from === 0 && piece.length >= MOST_RECORD_BYTES)
      this.fail(
        'record-too-large',
        `, line ${this.line + 1} is longer than ${MOST_RECORD_BYTES} bytes. Each line is one sample.`,
      );
    return Math.min(from, piece.length);
  }

  private readLine(bytes: Uint8Array): void {
    const { line } = this;
    let text: string;
    try {
      text = this.decoder.decode(bytes);
    } catch {
      this.fail('not-utf8', `, line ${line} is not text in UTF-8. Save it again with the encoding UTF-8.`);
    }
    if (text.trim() !== '') this.read(objectOf(text, this.source, line), line);
  }

  private fail(code: string, what: string): never {
    throw new ModelError(code, this.source.at, `${this.source.name}${what}`);
  }
}

function objectOf(text: string, { name, at }: Source, line: number): Line {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new ModelError('json-syntax', at, `${name}, line ${line}${whatIsWrong(text)}`);
  }
  if (isObject(value)) return value;
  throw new ModelError(
    'json-lines',
    at,
    `${name}, line ${line}: an object such as {"x": 1, "y": 2} expected, found ${show(value)}. ` +
      (Array.isArray(value)
        ? 'A file that is one list of objects is made JSON Lines by writing each object in a line of its own.'
        : 'Each line is one sample.'),
  );
}

/** Where the first mistake is, and which. JSON's own messages do not always say. */
function whatIsWrong(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (!first) return ' is not valid JSON.';
  const found = text.slice(first.offset, first.offset + Math.max(first.length, 1));
  const remedy = /^[-+]?(NaN|Infinity)$/.test(found) ? ' JSON knows no NaN or Infinity: write null.' : '';
  return `, column ${first.offset + 1} is not valid JSON (${printParseErrorCode(first.error)}, found ${show(found)}).${remedy}`;
}
