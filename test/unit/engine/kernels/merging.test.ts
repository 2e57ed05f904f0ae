import { mergingKernels } from '../../../../src/engine/kernels/merging';
import { Random } from '../../../../src/engine/rng/philox';
import { assertSame, LENGTHS } from './support';
import { allBenches, drawn } from './supportPooling';

describe('Merging kernels give the bits of the reference', () => {
  const random = new Random(1, 'kernels/merging');
  const tried = allBenches();

  for (const length of LENGTHS)
    it(`multiplyAll: ${length} values`, () => {
      for (const count of [2, 3, 64])
        for (const [except, accumulate] of [
          [-1, false],
          [0, true],
          [count - 1, false],
        ] as const) {
          const factors = Array.from({ length: count }, () => drawn(random, length, true));
          const [first, before] = [drawn(random, length, true), drawn(random, length)];
          const expected = before.slice();
          mergingKernels.multiplyAll(expected, except < 0 ? undefined : first, factors, except, length, accumulate);
          for (const bench of tried) {
            const to = bench.reals(before);
            const placed = factors.map((f) => bench.reals(f));
            const own = except < 0 ? undefined : bench.reals(first);
            bench.set.multiplyAll(to, own, placed, except, length, accumulate);
            assertSame(to, expected, `${count} factors but ${except}`);
          }
        }
      for (const bench of tried) bench.checkGuards();
    });

  for (const [rows, toWidth, fromWidth] of [
    [1, 1, 1],
    [3, 7, 4],
    [5, 20, 9],
    [16, 9, 33],
    [0, 3, 3],
  ])
    it(`copyColumns: ${rows} rows, from ${fromWidth} columns to ${toWidth}`, () => {
      const columns = Math.min(toWidth, fromWidth, 1 + random.below(9));
      const toStart = random.below(toWidth - columns + 1);
      const fromStart = random.below(fromWidth - columns + 1);
      const from = drawn(random, rows * fromWidth, true);
      const before = drawn(random, rows * toWidth);
      for (const accumulate of [false, true]) {
        const expected = before.slice();
        const rest = [fromStart, fromWidth, columns, rows, accumulate] as const;
        mergingKernels.copyColumns(expected, toStart, toWidth, from, ...rest);
        for (const bench of tried) {
          const to = bench.reals(before);
          bench.set.copyColumns(to, toStart, toWidth, bench.reals(from), ...rest);
          assertSame(to, expected, `${columns} columns from ${fromStart} to ${toStart}`);
          bench.checkGuards();
        }
      }
    });

  for (const columns of [1, 3, 4, 8, 13, 50])
    it(`gatherRows and scatterRows: ${columns} columns`, () => {
      for (const rows of [1, 2, 40]) {
        const known = 7;
        const indices = Float32Array.from({ length: rows }, () => random.below(known));
        const table = drawn(random, known * columns, true);
        const gathered = new Float32Array(rows * columns);
        mergingKernels.gatherRows(gathered, table, indices, columns, rows);
        const from = drawn(random, rows * columns);
        const scattered = table.slice();
        mergingKernels.scatterRows(scattered, from, indices, columns, rows);
        for (const bench of tried) {
          const at = bench.reals(indices);
          const values = bench.reals(table);
          const to = bench.reals(new Float32Array(rows * columns));
          bench.set.gatherRows(to, values, at, columns, rows);
          assertSame(to, gathered, 'gathered');
          bench.set.scatterRows(values, bench.reals(from), at, columns, rows);
          assertSame(values, scattered, 'scattered');
          bench.checkGuards();
        }
      }
    });
});
