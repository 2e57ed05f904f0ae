import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { snappyLiteral, withCount } from './parquetSupport';
import { type ParquetTable, type Value, ColumnError, openParquet } from '../../../src/formats/parquet/read';
import { unsnap } from '../../../src/formats/parquet/snappy';
import { fuzz, refuses } from './support';

type Cell = number | string | null | { readonly whole: string };
interface Written {
  readonly name: string;
  readonly file: string;
}
const fixture = JSON.parse(readFileSync('test/fixtures/formats/every.parquet.json', 'utf8')) as {
  files: readonly (Written & { readonly columns: Readonly<Record<string, readonly Cell[]>> })[];
  refused: readonly Written[];
  many: Written & { readonly rows: number; readonly sums: readonly number[] };
};
const bytesOf = ({ file }: Written): Uint8Array => new Uint8Array(Buffer.from(file, 'base64'));
const refused = (name: string): ParquetTable => openParquet(bytesOf(fixture.refused.find((f) => f.name === name)!));

function columnOf({ groups }: ParquetTable, index: number): (Value | undefined)[] {
  return groups.flatMap((group) => {
    const column = group.column(index);
    return Array.from({ length: group.rows }, (_, row) => column.at(row));
  });
}

function expected(cell: Cell): Value | undefined {
  if (cell === null) return undefined;
  if (typeof cell === 'object') return BigInt(cell.whole);
  return cell === 'NaN' ? NaN : cell;
}

describe('Parquet', () => {
  for (const written of fixture.files) {
    it(`reads what its own library writes: ${written.name}`, () => {
      const table = openParquet(bytesOf(written));
      assert.deepEqual(table.columns, Object.keys(written.columns));
      Object.values(written.columns).forEach((cells, index) =>
        assert.deepEqual(columnOf(table, index), cells.map(expected), table.columns[index]),
      );
    });
  }

  it('reads many pages of differences and of places in a dictionary', () => {
    const table = openParquet(bytesOf(fixture.many));
    assert.equal(table.rows, fixture.many.rows);
    const sums = [0, 1].map((index) => columnOf(table, index).reduce<number>((sum, x) => sum + (x as number), 0));
    assert.deepEqual(sums, fixture.many.sums);
  });

  it('skips rows that nobody asks for', () => {
    const [column] = openParquet(bytesOf(fixture.many)).groups.map((group) => group.column(0));
    assert.deepEqual(
      [17, 17, 12_345, 19_999].map((row) => column.at(row)),
      [17, 17, 12_345, 19_999],
    );
    assert.throws(() => column.at(20_000), ColumnError);
  });

  it('refuses nested columns and bytes that are no text by name, and reads the others', () => {
    const table = refused('nested');
    const read = (name: string): (Value | undefined)[] => columnOf(table, table.columns.indexOf(name));
    assert.deepEqual(read('x'), [1, 2, 3]);
    assert.deepEqual(read('half'), [1.5, -2, 0.25]);
    refuses(() => read('list'), 'Column "list"', 'lists or structures', 'a column of its own');
    refuses(() => read('pair'), 'Column "pair"', 'lists or structures');
    refuses(() => read('bytes'), 'Column "bytes"', '2 bytes a row');
    refuses(() => read('raw'), 'Column "raw"', 'no text in UTF-8');
  });

  it('refuses other ways of packing with the one to write instead', () => {
    for (const [name, called] of [
      ['zstd', 'ZSTD'],
      ['brotli', 'BROTLI'],
      ['lz4', 'LZ4_RAW'],
    ])
      refuses(() => columnOf(refused(name), 0), called, 'Column "double"', 'compression="snappy"');
  });

  it('refuses what is no Parquet file, is cut short, encrypted, or damaged where a checksum tells', () => {
    const bytes = bytesOf(fixture.files[0]);
    refuses(() => openParquet(new Uint8Array(0)), 'no Parquet file');
    refuses(() => openParquet(new TextEncoder().encode('x,y\n1,2\n')), 'no Parquet file');
    refuses(() => openParquet(bytes.subarray(0, bytes.length - 1)), 'cut short');
    refuses(() => openParquet(new TextEncoder().encode('PARE....PARE')), 'encrypted');
    const summed = bytesOf(fixture.files.find(({ name }) => name.includes('checksums'))!);
    const table = openParquet(summed);
    columnOf(table, 0);
    // A byte of the first page's values, behind its header.
    summed[60] ^= 1;
    refuses(() => columnOf(openParquet(summed), 0), 'Column "double"', 'checksum');
  });

  it('refuses a number of rows that the file cannot have before it reads or allocates for them', () => {
    refuses(() => openParquet(withCount(bytesOf(fixture.files[0]), 50, 63)), 'claims 63 rows', 'holds 50');
  });

  it('gives an error or a table, whatever bytes are in the file', () => {
    for (const written of fixture.files.slice(0, 5)) {
      fuzz(
        bytesOf(written),
        (bytes) => {
          const table = openParquet(bytes);
          return table.columns.flatMap((_, index) => {
            try {
              return columnOf(table, index);
            } catch (error) {
              if (error instanceof ColumnError) return [];
              throw error;
            }
          });
        },
        (cells) =>
          assert.ok(cells.every((cell) => cell === undefined || ['number', 'bigint', 'string'].includes(typeof cell))),
        2000,
      );
    }
  }).timeout(60_000);
});

describe('Snappy', () => {
  it('unpacks literals of every kind of length, and copies that reach into what they write', () => {
    for (const length of [1, 60, 61, 256, 257, 65_536, 65_537]) {
      const text = Uint8Array.from({ length }, (_, i) => i % 251);
      assert.deepEqual(unsnap(snappyLiteral(text), length), text);
    }
    // "abab" + "abababab": a literal of two bytes, and copies by 1, 2 and 4 bytes of offset.
    const packed = Uint8Array.of(14, 1 << 2, 97, 98, 1, 2, (3 << 2) | 2, 2, 0, (3 << 2) | 3, 2, 0, 0, 0);
    assert.equal(new TextDecoder().decode(unsnap(packed, 14)), 'ab'.repeat(7));
  });

  it('refuses lengths that lie, copies of nothing, and ends in the middle', () => {
    const text = Uint8Array.of(1, 2, 3, 4);
    refuses(() => unsnap(snappyLiteral(text), 5), '5 bytes', '4');
    refuses(() => unsnap(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07, 0), 2 ** 31 - 1), 'more than its 6 packed bytes');
    refuses(() => unsnap(Uint8Array.of(4, 1, 1), 4), 'damaged');
    refuses(() => unsnap(snappyLiteral(text).subarray(0, 4), 4), 'damaged');
    refuses(() => unsnap(Uint8Array.of(), 0), 'damaged');
  });
});
