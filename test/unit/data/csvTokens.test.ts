import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readCsv } from '../../../src/data/csvFile';
import { isNumber } from '../../../src/data/csvText';
import { CsvTokens } from '../../../src/data/csvTokens';
import type { TableRow } from '../../../src/data/tableRow';
import { ModelError } from '../../../src/model/diagnostics';
import { fileOf, loadCsv } from './support';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All records of a text with the lines where they end, read so many bytes at a time. */
async function recordsOf(text: string | Uint8Array, piece?: number, header = true) {
  const bytes = typeof text === 'string' ? bytesOf(text) : text;
  const records: { cells: string[]; line: number }[] = [];
  const at = ['data', 'path'];
  const open = () => (row: TableRow, line: number) => {
    records.push({ cells: Array.from({ length: row.length }, (_, i) => row.text(i)), line });
  };
  const format = { delimiter: 'comma', header } as const;
  // Reads come short, too.
  await readCsv(fileOf(bytes, piece && Math.ceil(piece / 2)), { name: 't.csv', format, at }, open, undefined, piece);
  return records;
}

const numberOf = (text: string, decimal = '.'): number => {
  const tokens = new CsvTokens(';'.charCodeAt(0), decimal.charCodeAt(0));
  const bytes = bytesOf(`${text};x\n`);
  tokens.feed(bytes, bytes.length, true);
  assert.ok(tokens.next());
  return tokens.number(0);
};

describe('the reader of CSV', () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', 'é', '漢', '😀', '1', '.', '\t'), maxLength: 8 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  );
  const tables = fc
    .integer({ min: 2, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
    );
  const written = (text: string): string => (/[",\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  it('finds what csv-parse finds, in pieces of any size, with any end of line', () =>
    fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 4, max: 60 }),
        fc.boolean(),
        async (table, end, piece, isEnded) => {
          const text = table.map((row) => row.map((c) => ` ${written(c)} `).join()).join(end) + (isEnded ? end : '');
          const theirs: { cells: string[]; line: number }[] = [];
          parse(text, {
            trim: true,
            skipEmptyLines: true,
            relaxColumnCount: true,
            recordDelimiter: end,
            onRecord: (cells: string[], { lines: line }: { lines: number }) => {
              theirs.push({ cells, line });
              return null;
            },
          });
          const ours = await recordsOf(text, piece, false);
          assert.deepEqual(
            ours.map((r) => r.cells),
            theirs.map((r) => r.cells),
          );
          // Theirs counts a line feed within quotes as a line only where it is the end of records.
          if (end === '\n') assert.deepEqual(ours, theirs);
        },
      ),
      { numRuns: 500 },
    ));

  it('reads numbers from their bytes, to the last bit what the language reads', () => {
    const forms = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc
        .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -330, max: 330 }))
        .map(([m, e]) => `${m}e${e}`),
      fc.tuple(fc.integer(), fc.nat({ max: 1_000_000_000 })).map(([a, b]) => `${a}.${b}`),
      fc.string({ unit: fc.constantFrom(...'0123456789.+-eE '), maxLength: 7 }),
    );
    fc.assert(
      fc.property(forms, (text) => {
        const cell = text.trim();
        assert.ok(Object.is(numberOf(text), isNumber(cell) ? Number(cell) : NaN), text);
        const comma = text.replaceAll('.', ',');
        assert.ok(Object.is(numberOf(comma, ','), isNumber(cell) ? Number(cell) : NaN), comma);
      }),
      { numRuns: 3000 },
    );
    for (const no of ['', '.', '-', 'e5', '1e', '1e+', '0x1', '1_000', 'Infinity', '1,5', '１'])
      assert.ok(Number.isNaN(numberOf(no)), no);
    assert.ok(Number.isNaN(numberOf('1.5', ',')), 'a point where commas are');
  });

  it('takes lone carriage returns, quotes beside blanks, a byte order mark in pieces, and lines of blanks', async () => {
    assert.deepEqual(
      (await recordsOf('\ufeffa,b\r 1 , "x ""y"" " \r\r  \r"2\r3",\r', 1)).map((r) => r.cells),
      [
        ['1', 'x "y" '],
        ['2\r3', ''],
      ],
    );
  });

  it('holds a record that is larger than a piece', async () => {
    const long = 'x'.repeat(3_000_000);
    const [first, second] = await recordsOf(`a,b\n"${long}",1\n2,3\n`);
    assert.equal(first.cells[0].length, long.length);
    assert.deepEqual(second, { cells: ['2', '3'], line: 3 });
  });

  const refusal = async (text: string | Uint8Array) => {
    const error = await recordsOf(text, 8).then(
      () => assert.fail('refused'),
      (e: unknown) => e,
    );
    assert.ok(error instanceof ModelError, String(error));
    return `${error.code}: ${error.message}`;
  };

  it('says where text is no CSV, by line and column', async () => {
    assert.match(await refusal('a,b\n1,x"y\n'), /^csv-syntax: t.csv, line 2, column 2: a quote stands in the middle/);
    assert.match(await refusal('a,b\n"x\n1"y,2\n'), /^csv-syntax: t.csv, line 3, column 1: text stands behind/);
    assert.match(await refusal('a,b\n1,2\n3,"4\n5,6\n'), /^csv-syntax: t.csv, line 3, column 2: a quote is opened/);
    const endless = `a,b\n1,"${'2\n'.repeat(10_000_000)}`;
    assert.match(await refusal(endless), /^csv-syntax: t.csv, line 2: a record is longer than 16 MiB/);
  });

  it('says in which line bytes are not UTF-8, and knows UTF-16', async () => {
    const latin = Uint8Array.from(bytesOf('a,b\n1,2\n"x\ny",?\n'), (byte) => (byte === 0x3f ? 0xe9 : byte));
    assert.match(await refusal(latin), /^not-utf8: t.csv, line 4 is not text in UTF-8/);
    assert.match(await refusal(Uint8Array.of(0xff, 0xfe, 0x61, 0)), /^not-utf8: t.csv is text in UTF-16/);
  });

  it('never crashes on damaged bytes: an error that says where, or a table', async () => {
    const good = bytesOf('a,"b ""c""",y\n1,2.5,"é"\n-3e1,.5,no\n"4",5,yes\n6,7,no\n8,9,é\n');
    let state = 1;
    const draw = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const telling = [0, 10, 13, 34, 44, 59, 0x2e, 0x2d, 0x65, 0xff, 0xc3, 0xef, 0x20];
    let [read, refused] = [0, 0];
    for (let i = 0; i < 10_000; i++) {
      const bytes = [...good];
      for (let n = 0; n <= draw(4); n++) {
        const at = draw(bytes.length);
        const byte = draw(2) ? telling[draw(telling.length)] : draw(256);
        const way = draw(4);
        if (way === 0) bytes.splice(at, 1 + draw(8));
        else if (way === 1) bytes.splice(at, 0, byte);
        else if (way === 2) bytes[at] = byte;
        else bytes.splice(at, 0, ...bytes.slice(draw(bytes.length), draw(bytes.length)));
      }
      try {
        const { dataset } = await loadCsv(Uint8Array.from(bytes), { split: { train: 2 }, missing: 'median' });
        assert.ok(dataset.train.inputs.every((x) => Number.isFinite(x)));
        read++;
      } catch (error) {
        assert.ok(
          error instanceof ModelError,
          `${String(error)}\n${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`,
        );
        refused++;
      }
    }
    // Both happen often, or the damage tests nothing.
    assert.ok(read > 1000 && refused > 1000, `${read} read, ${refused} refused`);
  });
});
