import assert from 'node:assert/strict';
import fc from 'fast-check';
import { thin } from '../../../webview/charts/thin';

describe('thin', () => {
  it('leaves short runs as they are', () => {
    assert.deepEqual(thin(3, [{ values: [1, 2, 3], keep: 'both' }], 10), { index: [0, 1, 2], columns: [[1, 2, 3]] });
  });

  it('draws no more points than asked for, loses no peak, and ends where the run ends', () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -9, max: 9 }), { minLength: 30, maxLength: 400 });
    fc.assert(
      fc.property(numbers, (values) => {
        const most = 21;
        const keeps = ['both', 'min', 'max'] as const;
        const { index, columns } = thin(
          values.length,
          keeps.map((keep) => ({ values, keep })),
          most,
        );
        assert.ok(index.length <= most);
        assert.ok(index.every((v, i) => i === 0 || v >= index[i - 1]));
        for (const column of columns) assert.equal(column.length, index.length);
        assert.equal(Math.min(...columns[0]), Math.min(...values));
        assert.equal(Math.max(...columns[0]), Math.max(...values));
        assert.equal(columns[0].at(-1), values.at(-1));
        columns[0].forEach((v, i) => assert.ok(columns[1][i] <= v && v <= columns[2][i]));
      }),
    );
  });

  it('keeps gaps where nothing is a number', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i < 50 ? NaN : i));
    const [column] = thin(100, [{ values, keep: 'both' }], 11).columns;
    assert.ok(Number.isNaN(column[0]));
    assert.equal(column.at(-1), 99);
  });
});
