import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { ModelError } from '../model/diagnostics';
import type { Json } from '../model/json';
import { isObject, show } from '../model/parameters';
import { type RecordReader, TextRow } from './tableRow';

const at = ['data', 'path'];

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
  const columns = new Map<string, number>();
  eachLine(bytes, name, (object) => {
    for (const key of Object.keys(object)) if (!columns.has(key)) columns.set(key, columns.size);
  });
  if (columns.size === 0)
    throw new ModelError(
      'empty-file',
      at,
      `${name} is empty. Each line must be one sample: an object such as {"x": 1, "y": 2}.`,
    );
  const read = open([...columns.keys()]);
  const cells = new Array<string>(columns.size);
  const row = new TextRow(cells);
  eachLine(bytes, name, (object, line) => {
    cells.fill('');
    for (const key of Object.keys(object)) cells[columns.get(key)!] = cellOf(object[key]);
    read(row, line);
  });
}

/** As a CSV file would have it. A list or an object inside becomes its JSON, which no column can learn from. */
function cellOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value).trim();
}

const NEWLINE = 10;

function eachLine(
  bytes: Uint8Array,
  name: string,
  take: (object: Readonly<Record<string, Json>>, line: number) => void,
): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  for (let from = 0; from < bytes.length;) {
    line++;
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(from, to));
    } catch {
      throw new ModelError(
        'not-utf8',
        at,
        `${name}, line ${line} is not text in UTF-8. Save it again with the encoding UTF-8.`,
      );
    }
    from = to + 1;
    if (text.trim() !== '') take(objectOf(text, name, line), line);
  }
}

function objectOf(text: string, name: string, line: number): Readonly<Record<string, Json>> {
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
