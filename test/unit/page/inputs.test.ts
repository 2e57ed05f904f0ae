import assert from 'node:assert/strict';
import type { StoredColumn } from '../../../src/engine/preparation';
import type { PageData } from '../../../src/formats/page/content';
import { numbersIn, partsOf, readNumbers, readRow } from '../../../src/page/inputs';
import { fitted } from '../../../src/page/raster';

const columns: readonly StoredColumn[] = [
  { name: 'size', type: 'number', subtract: 10, divide: 4 },
  { name: 'age', type: 'number', subtract: 0, divide: 1, fill: 30, flag: true },
  { name: 'colour', type: 'category', values: ['red', 'green'], missing: true },
  { name: 'word', type: 'index', values: ['a', 'b'] },
];

describe('What a page reads', () => {
  it('is a row as training read it: scaled, filled, flagged, one input a category', () => {
    const read = readRow(columns, ['12', '', 'green', 'b']);
    assert.ok('inputs' in read);
    assert.deepEqual([...read.inputs], [0.5, 30, 1, 0, 1, 2]);
  });

  it('is refused with the column and what it should be', () => {
    assert.deepEqual(readRow(columns, ['twelve', '1', 'red', 'a']), {
      column: 'size',
      message: 'Column "size" should be a number, found "twelve".',
    });
    const unseen = readRow(columns, ['1', '1', 'blue', 'a']);
    assert.match('message' in unseen ? unseen.message : '', /^Column "colour" holds "blue", which training never saw/);
    const none = readRow(columns, ['', '1', 'red', 'a']);
    assert.match('message' in none ? none.message : '', /^Column "size" has no value/);
  });

  it('is a list of numbers, as many as the network reads', () => {
    const data = {
      preparation: { type: 'arrays', shape: [2, 2], subtract: [1], divide: [2] },
    } as unknown as PageData;
    const read = readNumbers(data, [1, 3, 5, 7], 4);
    assert.deepEqual('inputs' in read && [...read.inputs], [0, 1, 2, 3]);
    assert.deepEqual(readNumbers(data, [1], 4), { message: 'The network reads 4 numbers; here are 1.' });
    const wrong = readNumbers(data, [1, NaN, 2, 3], 4);
    assert.match('message' in wrong ? wrong.message : '', /^Number 2 is NaN/);
  });

  it('parts what is pasted at tabs, commas, semicolons or blanks', () => {
    assert.deepEqual(partsOf('1, 2,,3'), ['1', '2', '', '3']);
    assert.deepEqual(partsOf('a b\tc'), ['a b', 'c']);
    assert.deepEqual(partsOf('1.5;2'), ['1.5', '2']);
    assert.deepEqual(numbersIn(' 1  2e3\n-3 '), [1, 2000, -3]);
    assert.ok(Number.isNaN(numbersIn('1,,2')[1]));
  });
});

describe('A drawing brought to few pixels', () => {
  const drawing = (width: number, height: number, lit: (x: number, y: number) => boolean) => ({
    width,
    height,
    channels: 1,
    values: Float32Array.from({ length: width * height }, (_, i) => Number(lit(i % width, Math.floor(i / width)))),
  });

  it('is the mean of what each pixel stands for', () => {
    const half = drawing(8, 8, (x) => x < 3);
    const whole = fitted(half, { width: 4, height: 2, fit: false });
    assert.deepEqual([...whole], [1, 0.5, 0, 0, 1, 0.5, 0, 0]);
  });

  it('keeps what is drawn where pixels do not divide it evenly', () => {
    const picture = drawing(10, 10, (x, y) => (x + y) % 3 === 0);
    const sum = picture.values.reduce((a, b) => a + b, 0) / 100;
    const out = fitted(picture, { width: 7, height: 3, fit: false });
    const mean = out.reduce((a, b) => a + b, 0) / out.length;
    assert.ok(Math.abs(mean - sum) < 1e-6, `${mean} of ${sum}`);
  });

  it('is centred, its longer side along the frame', () => {
    const corner = drawing(16, 16, (x, y) => x >= 12 && x < 14 && y >= 2 && y < 6);
    const out = fitted(corner, { width: 4, height: 4, fit: true });
    assert.deepEqual(
      Array.from(out, (v) => Math.round(v * 1000) / 1000),
      Array(4).fill([0, 1, 1, 0]).flat(),
    );
  });

  it('is nothing where nothing is drawn', () => {
    const out = fitted(
      drawing(8, 8, () => false),
      { width: 2, height: 2, fit: true },
    );
    assert.deepEqual([...out], [0, 0, 0, 0]);
  });
});
