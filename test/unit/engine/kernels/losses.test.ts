import assert from 'node:assert/strict';
import type { LossFunction } from '../../../../src/engine/kernels/functions';
import { activations } from '../../../../src/engine/activations/index';
import { losses } from '../../../../src/engine/losses/index';
import type { JsonObject } from '../../../../src/model/json';
import { defaultsOf } from '../../../../src/model/spec';
import { assertClose, assertSame, benches, ROUNDING, spread } from './support';

const CASES: readonly (readonly [kind: string, params: JsonObject])[] = [
  ['crossentropy', {}],
  ['crossentropy', { labelSmoothing: 0.1 }],
  ['crossentropy', { classWeights: 'balanced', labelSmoothing: 0.2 }],
  ['binaryCrossentropy', {}],
  ['binaryCrossentropy', { labelSmoothing: 0.1, positiveWeight: 3.5 }],
  ['meanSquaredError', {}],
  ['meanAbsoluteError', {}],
  ['huber', { delta: 0.7 }],
];

function create(kind: string, params: JsonObject, columns: number): LossFunction {
  const definition = losses.get(kind)!;
  return definition.create({ ...defaultsOf(definition.parameters), ...params }, columns);
}

/** Targets that go with the loss, and outputs with what they were before the activation. */
function batch(kind: string, rows: number, columns: number, size: number) {
  const before = spread(rows * columns, `before${rows}x${columns}`, -2, size);
  const isProbability = kind.endsWith('rossentropy');
  const outputs = before.slice();
  if (isProbability)
    activations.get(kind === 'crossentropy' ? 'softmax' : 'sigmoid')!.forward(before, outputs, rows, columns);
  // Some are exact, where mean absolute error and Huber have their corners.
  const targets = isProbability
    ? Float32Array.from(before, (_, i) => (kind === 'crossentropy' ? +(i % columns === (i * 7) % columns) : i % 2))
    : spread(rows * columns, 'targets', -1, size).map((t, i) => (i % 5 ? t : before[i]));
  return { before, outputs, targets };
}

describe('Kernels of losses', () => {
  const all = benches();

  for (const [kind, params] of CASES)
    it(`${kind} ${JSON.stringify(params)}: totals and gradients of every shape, and the same bits from shares`, () => {
      for (const columns of [1, 2, 3, 4, 5, 7, 10, 33])
        for (const rows of [0, 1, 2, 3, 32, 101]) {
          const own = create(kind, params, columns);
          const counts = Array.from({ length: columns }, (_, c) => c * 3);
          const { before, outputs, targets } = batch(kind, rows, columns, 1);
          const found = all.map((bench) => {
            const f = bench.set.loss(create(kind, params, columns));
            assert.equal(f.balance === undefined, own.balance === undefined);
            f.balance?.(counts);
            const [z, y, t] = [before, outputs, targets].map((a) => bench.reals(a));
            const gradient = bench.reals(z.map(() => 9));
            f.gradient(y, t, gradient, rows, columns);
            const apart = Array.from({ length: rows }, (_, row) => f.total(z, y, t, 1, columns, row));
            return { total: f.total(z, y, t, rows, columns), apart, gradient };
          });
          own.balance?.(counts);
          const wanted = new Float32Array(rows * columns);
          own.gradient(outputs, targets, wanted, rows, columns);
          const total = own.total(before, outputs, targets, rows, columns);
          const what = `${rows} x ${columns}`;
          // Exponentials of differences as large as 40, and a logarithm of their sum: not much to one of each sample.
          const bound = 16 * ROUNDING * (Math.abs(total) + 4 * rows);
          assert.ok(Math.abs(found[0].total - total) <= bound, `${what}: ${found[0].total}, wanted ${total}`);
          // A row at a time, as samples of different weights are added up.
          const apart = Array.from({ length: rows }, (_, row) => own.total(before, outputs, targets, 1, columns, row));
          assert.ok(Math.abs(apart.reduce((a, b) => a + b, 0) - total) <= 1e-12 * (Math.abs(total) + rows), what);
          for (const { apart: mine } of found)
            mine.forEach((t, row) =>
              assert.ok(Math.abs(t - apart[row]) <= 16 * ROUNDING * (Math.abs(apart[row]) + 4), `${what}, row ${row}`),
            );
          // Differences, of terms of these sizes.
          const scale = (i: number): number =>
            kind === 'binaryCrossentropy' || kind === 'crossentropy'
              ? 5 / (kind === 'crossentropy' ? rows : rows * columns)
              : (2 * Math.abs(outputs[i])) / (rows * columns);
          assertClose(found[0].gradient, wanted, 5, what, scale);
          assertSame(
            found.map((f) => f.total),
            found.map(() => found[0].total),
            what,
          );
          for (const { gradient } of found) assertSame(gradient, found[0].gradient, what);
        }
      for (const bench of all) bench.checkGuards();
    });

  for (const [kind, params] of CASES)
    it(`${kind} ${JSON.stringify(params)}: what is not a number, or not finite, does not look healthy`, () => {
      const columns = 5;
      for (const strange of [NaN, Infinity, -Infinity])
        for (let at = 0; at < 10; at++) {
          const { before, outputs, targets } = batch(kind, 2, columns, 1);
          before[at] = strange;
          outputs[at] = kind.endsWith('rossentropy') ? NaN : strange;
          const own = create(kind, params, columns);
          const wanted = new Float32Array(10);
          own.gradient(outputs, targets, wanted, 2, columns);
          const { set } = all[0];
          const bench = all[0];
          const f = set.loss(own);
          const gradient = bench.reals(new Float32Array(10));
          f.gradient(bench.reals(outputs), bench.reals(targets), gradient, 2, columns);
          assert.deepEqual(Array.from(gradient, Number.isFinite), Array.from(wanted, Number.isFinite));
          const total = own.total(before, outputs, targets, 2, columns);
          const mine = f.total(bench.reals(before), bench.reals(outputs), bench.reals(targets), 2, columns);
          if (strange === Infinity || Number.isNaN(strange))
            assert.equal(Number.isFinite(mine), Number.isFinite(total));
        }
    });

  it('are as accurate where the loss is next to nothing, and do not overflow where it is large', () => {
    const bench = all[0];
    for (const [kind, z, t] of [
      ['crossentropy', [20, 0, -1], [1, 0, 0]],
      ['crossentropy', [-200, 200, 0], [1, 0, 0]],
      ['crossentropy', [1e30, 0, 0], [0, 1, 0]],
      ['binaryCrossentropy', [20, -20, 30], [1, 0, 1]],
      ['binaryCrossentropy', [-200, 200, 1e30], [1, 0, 0]],
    ] as const) {
      const own = create(kind, {}, 3);
      const [before, targets] = [Float32Array.from(z), Float32Array.from(t)];
      const wanted = own.total(before, before, targets, 1, 3);
      const found = bench.set.loss(own).total(bench.reals(before), bench.reals(before), bench.reals(targets), 1, 3);
      assert.ok(Math.abs(found - wanted) <= 16 * ROUNDING * wanted, `${kind} ${z.join()}: ${found}, wanted ${wanted}`);
    }
  });

  it('leave a loss without a form to itself', () => {
    const own = { ...create('huber', { delta: 1 }, 1), form: undefined };
    assert.equal(all[0].set.loss(own), own);
  });
});
