import assert from 'node:assert/strict';
import { activations } from '../../../../src/engine/activations/index';
import { SELU_ALPHA, SELU_SCALE } from '../../../../src/engine/activations/selu';
import { assertClose, assertSame, benches, LENGTHS, spread, withSpecial } from './support';

/**
 * Largest error, in roundings of the value (two are a unit of the last place): what the kernels' polynomials and the ten or
 * so operations around them come to. Their references compute in double precision and round once.
 */
const FORWARD: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 0,
  leakyRelu: 3,
  elu: 4,
  selu: 6,
  gelu: 8,
  silu: 7,
  softplus: 6,
  sigmoid: 6,
  tanh: 5,
  softmax: 6,
};
const BACKWARD: Readonly<Record<string, number>> = { ...FORWARD, gelu: 10, silu: 10 };

/** Where a derivative is a difference: of terms about as large as this. */
const TERMS: Readonly<Record<string, (x: number) => number>> = {
  gelu: (x) => Math.min(1, 2 * Math.exp((-x * x) / 2)),
  silu: (x) => (1 + Math.abs(x)) / (1 + Math.exp(-x)),
  selu: () => SELU_SCALE * SELU_ALPHA,
};

/** Every 32 units around 0 in steps that are not even, and the numbers at the edges of the ranges. */
const GRID = Float32Array.from([
  ...Array.from({ length: 40_001 }, (_, i) => (i - 20_000) * 0.0051),
  ...[-104, -88.8, -87.4, -87.3, -87.2, -86.9, 86.9, 87.4, 88.7, 88.8, 104, 1e-20, -1e-20, 1e30, -1e30],
  ...[0, -0, NaN, Infinity, -Infinity],
]);

describe('Kernels of activations', () => {
  const all = benches();

  for (const own of activations.values()) {
    const { kind, keeps } = own;

    it(`${kind}: values and gradients to a few units of the last place, over the whole range`, () => {
      if (kind === 'softmax') return;
      const bench = all[0];
      const f = bench.set.activation(own);
      assert.notEqual(f, own);
      const y = bench.reals(GRID.map(() => 9));
      const wanted = GRID.slice();
      own.forward(GRID, wanted, 1, GRID.length);
      f.forward(bench.reals(GRID), y, 1, GRID.length);
      assertClose(y, wanted, FORWARD[kind], 'y');

      const kept = keeps === 'input' ? GRID : wanted;
      const dy = spread(GRID.length, 'dy', -2, 0);
      const dx = bench.reals(dy);
      const wantedGradient = dy.slice();
      own.backward(kept, dy, wantedGradient, 1, GRID.length);
      f.backward(bench.reals(kept), dx, dx, 1, GRID.length);
      const terms = TERMS[kind] ?? (() => 0);
      assertClose(dx, wantedGradient, BACKWARD[kind], 'dx', (i) => Math.abs(dy[i]) * terms(GRID[i]));
    });

    it(`${kind}: every length and number of columns, strange numbers, shares, and in place`, () => {
      for (const [at, columns] of LENGTHS.slice(1).entries())
        for (const rows of [0, 1, 3 + (at % 4)]) {
          const x = at % 2 ? spread(rows * columns, `x${at}`, -2, 1) : withSpecial(rows * columns, `x${at}`);
          const dy = at % 2 ? spread(rows * columns, `dy${at}`) : withSpecial(rows * columns, `dy${at}`).reverse();
          const wanted = x.slice();
          own.forward(x, wanted, rows, columns);
          const kept = keeps === 'input' ? x : wanted;
          const wantedGradient = dy.slice();
          own.backward(kept, dy, wantedGradient, rows, columns);
          const what = `${rows} x ${columns}: `;
          const found = all.map((bench) => {
            const f = bench.set.activation(own);
            const inPlace = bench.reals(x);
            const y = bench.reals(x.map(() => 9));
            f.forward(bench.reals(x), y, rows, columns);
            f.forward(inPlace, inPlace, rows, columns);
            assertSame(inPlace, y, 'in place');
            const dx = bench.reals(dy.map(() => 9));
            f.backward(bench.reals(kept), bench.reals(dy), dx, rows, columns);
            return { y, dx };
          });
          const errors = kind === 'softmax' ? ofExponent(x, wanted, columns) : () => 0;
          assertClose(found[0].y, wanted, FORWARD[kind], `${what}y`, errors);
          const terms =
            kind === 'softmax' ? dot(kept, dy, columns) : (i: number) => (TERMS[kind]?.(x[i]) ?? 0) * Math.abs(dy[i]);
          assertClose(found[0].dx, wantedGradient, BACKWARD[kind], `${what}dx`, terms);
          for (const { y, dx } of found) {
            assertSame(y, found[0].y, `${what}y, shared`);
            assertSame(dx, found[0].dx, `${what}dx, shared`);
          }
        }
      for (const bench of all) bench.checkGuards();
    });
  }

  it('leave an activation that they do not know to itself', () => {
    const own = { ...activations.get('relu')!, kind: 'home-made' };
    assert.equal(all[0].set.activation(own), own);
  });
});

/** A value less the largest is rounded, and the error becomes the exponential's share of it. */
function ofExponent(x: Float32Array, y: Float32Array, columns: number): (i: number) => number {
  return (i) => {
    const start = i - (i % columns);
    const largest = Math.max(...x.subarray(start, start + columns));
    return Math.abs(y[i]) * (1 + Math.abs(x[i] - largest) / 4);
  };
}

/** What is subtracted in the gradient of softmax: the value's share of the largest term of its row. */
function dot(y: Float32Array, dy: Float32Array, columns: number): (i: number) => number {
  return (i) => {
    const start = i - (i % columns);
    let sum = 0;
    for (let j = start; j < start + columns; j++) sum += Math.abs(y[j] * dy[j]);
    return Math.abs(y[i]) * (Math.abs(dy[i]) + sum);
  };
}
