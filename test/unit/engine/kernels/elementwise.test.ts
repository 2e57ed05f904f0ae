import { reference } from '../../../../src/engine/kernels/reference';
import { assertSame, benches, LENGTHS, withSpecial } from './support';

describe('Kernels of elements and columns', () => {
  const all = benches();

  it('copy and add to the bits of the reference, whatever the shares', () => {
    for (const length of LENGTHS)
      for (const accumulate of [false, true]) {
        const x = withSpecial(length, 'x');
        const before = withSpecial(length, 'before').reverse();
        const wanted = before.slice();
        reference.copy(wanted, x, length, accumulate);
        for (const bench of all) {
          const to = bench.reals(before);
          bench.set.copy(to, bench.reals(x), length, accumulate);
          assertSame(to, wanted, `${length}, ${accumulate}`);
        }
      }
    for (const bench of all) bench.checkGuards();
  });

  it('scale rows to the bits of the reference, whatever the shares', () => {
    for (const columns of [1, 3, 4, 7, 16, 33])
      for (const rows of [0, 1, 2, 37]) {
        const x = withSpecial(rows * columns, `x${columns}`);
        const factors = withSpecial(rows, 'factors');
        const wanted = x.slice();
        reference.scaleRows(wanted, factors, rows, columns);
        for (const bench of all) {
          const values = bench.reals(x);
          bench.set.scaleRows(values, bench.reals(factors), rows, columns);
          assertSame(values, wanted, `${rows} x ${columns}`);
        }
      }
    for (const bench of all) bench.checkGuards();
  });

  it('sum columns to the bits of the reference: in double precision, rows in order, rounded once', () => {
    for (const columns of LENGTHS)
      for (const rows of [0, 1, 2, 37]) {
        const x = withSpecial(rows * columns, `x${columns}`);
        const wanted = new Float32Array(columns).fill(9);
        reference.sumColumns(wanted, x, rows, columns);
        for (const bench of all) {
          const sums = bench.reals(wanted.map(() => 7));
          bench.set.sumColumns(sums, bench.reals(x), rows, columns);
          assertSame(sums, wanted, `${rows} x ${columns}`);
        }
      }
    for (const bench of all) bench.checkGuards();
  });
});
