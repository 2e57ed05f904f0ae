import assert from 'node:assert/strict';
import { isKernelRule } from '../../../../src/engine/kernels/wasm/optimizers';
import { optimizers } from '../../../../src/engine/optimizers/index';
import type { Real } from '../../../../src/engine/real';
import type { JsonObject } from '../../../../src/model/json';
import { defaultsOf } from '../../../../src/model/spec';
import { update } from '../support';
import { assertClose, assertSame, Bench, benches, LENGTHS, spread } from './support';

const RATE = 0.01;

/** Every loop, with settings that none of its terms is 0 of. */
const RULES: readonly (readonly [kind: string, params: JsonObject])[] = [
  ['sgd', {}],
  ['sgd', { momentum: 0.9 }],
  ['sgd', { momentum: 0.9, nesterov: true }],
  ['adam', {}],
  ['adam', { beta1: 0, beta2: 0.5, epsilon: 0.1 }],
  ['adamw', { weightDecay: 0.1 }],
  ['nadam', {}],
  ['adagrad', { initialAccumulator: 0.1, decay: 0.01 }],
  ['adagrad', {}],
  ['rmsprop', {}],
  ['rmsprop', { centered: true }],
  ['rmsprop', { momentum: 0.9 }],
  ['rmsprop', { momentum: 0.9, centered: true }],
];

function create(kind: string, params: JsonObject) {
  const definition = optimizers.get(kind)!;
  const settings: JsonObject = { ...defaultsOf(definition.parameters), ...params };
  return { own: definition.create(settings), slots: definition.slots(settings) };
}

const copies = (arrays: readonly Real[]): Float32Array[] => arrays.map((a) => Float32Array.from(a));

describe('Kernels of optimizers', () => {
  const all = benches();

  for (const [kind, params] of RULES) {
    it(`${kind} ${JSON.stringify(params)}: each step is the reference's`, () => {
      const bench = all[0];
      const { own, slots: names } = create(kind, params);
      const rule = bench.set.updateRule(own);
      assert.ok(isKernelRule(rule));
      for (const length of LENGTHS) {
        const w = bench.reals(spread(length, 'w'));
        const slots = names.map(() => bench.reals(new Float32Array(length)));
        for (let time = 1; time <= 6; time++) {
          const g = bench.reals(spread(length, `g${time}`, -6, 2));
          if (time === 3) g.fill(0);
          const before = Float32Array.from(w);
          const slotsBefore = copies(slots);
          const [wanted, ...wantedSlots] = copies([w, ...slots]);
          update(own, wanted, Float32Array.from(g), wantedSlots, time, RATE);
          update(rule, w, g, slots, time, RATE);
          const what = `step ${time}: `;
          // Each is the sum of a share of what it was and one of the gradient, or of a move: with RMSprop up to 1 / √(1 - rho).
          const term = kind === 'rmsprop' ? 10 : 0;
          slots.forEach((slot, i) =>
            assertClose(
              slot,
              wantedSlots[i],
              16,
              what + names[i],
              (j) => Math.abs(slotsBefore[i][j]) + Math.abs(g[j]) + (names[i] === 'momentum' ? term : 0),
            ),
          );
          // What the move is made of is rounded some ten times; the sum only once.
          for (let i = 0; i < length; i++) {
            const move = Math.abs(wanted[i] - before[i]) + (names.includes('momentum') ? RATE * term : 0);
            assertClose([w[i]], [wanted[i]], 2, `${what}weight ${i}`, () => Math.abs(before[i]) + 40 * move);
          }
        }
      }
      bench.checkGuards();
    });

    it(`${kind} ${JSON.stringify(params)}: cut into shares it gives the same bits`, () => {
      const results = all.map((bench) => {
        const { own, slots: names } = create(kind, params);
        const rule = bench.set.updateRule(own);
        return LENGTHS.flatMap((length) => {
          const w = bench.reals(spread(length, 'w'));
          const slots = names.map(() => bench.reals(new Float32Array(length)));
          for (let time = 1; time <= 3; time++)
            update(rule, w, bench.reals(spread(length, `g${time}`)), slots, time, RATE);
          return [w, ...slots].flatMap((a) => [...a]);
        });
      });
      for (const result of results) assertSame(result, results[0], 'values');
      all.forEach((bench) => bench.checkGuards());
    });

    it(`${kind} ${JSON.stringify(params)}: NaN stays where it is, and padding stays 0`, () => {
      const bench = new Bench();
      const { own, slots: names } = create(kind, { ...params, ...('epsilon' in params && { epsilon: 1e-60 }) });
      const rule = bench.set.updateRule(own);
      const w = bench.reals(new Float32Array(9));
      const slots = names.map(() => bench.reals(new Float32Array(9)));
      const g = bench.reals([0, 0, NaN, 0, 0, 1, 0, 0, NaN]);
      for (let time = 1; time <= 2; time++) update(rule, w, g, slots, time, RATE);
      assert.deepEqual(
        Array.from(w, (x) => (Number.isNaN(x) ? 'NaN' : Math.sign(x) + 0)),
        [0, 0, 'NaN', 0, 0, -1, 0, 0, 'NaN'],
      );
    });
  }

  it('lets running averages end at 0: weights whose gradients have ended cost nothing more', () => {
    const bench = new Bench();
    const { own } = create('adam', {});
    const rule = bench.set.updateRule(own);
    const [w, m, v] = [1, 1e-37, 1e-37].map((x) => bench.reals([x]));
    for (let time = 1; time <= 3000; time++) update(rule, w, bench.reals([0]), [m, v], time, RATE);
    assert.deepEqual([m[0], v[0]], [0, 0]);
  });

  it('leaves a rule that no kernel knows to itself', () => {
    const own = { ...create('sgd', {}).own, form: 'home-made' };
    assert.equal(new Bench().set.updateRule(own), own);
  });
});
