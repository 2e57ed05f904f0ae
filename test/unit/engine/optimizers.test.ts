import assert from 'node:assert/strict';
import { adam } from '../../../src/engine/optimizers/adam';
import { optimizers } from '../../../src/engine/optimizers/index';
import { sgd } from '../../../src/engine/optimizers/sgd';
import { defaultsOf } from '../../../src/model/spec';
import { update } from './support';

const close = (found: number, wanted: number): void =>
  assert.ok(Math.abs(found - wanted) < 1e-12, `${found}, expected ${wanted}`);

describe('SGD', () => {
  it('moves against the gradient by the learning rate', () => {
    const plain = { learningRate: 0.5, momentum: 0, nesterov: false };
    const w = Float64Array.of(1, -2);
    update(sgd.create(plain), w, Float64Array.of(0.2, -0.4), [], 1, 0.5);
    assert.deepEqual([...w], [1 - 0.1, -2 + 0.2]);
    assert.deepEqual(sgd.slots(plain), []);
  });

  it('with momentum, adds up moves: v = m v + g, w -= r v', () => {
    const params = { learningRate: 0.1, momentum: 0.9, nesterov: false };
    assert.deepEqual(sgd.slots(params), ['momentum']);
    const [w, v] = [Float64Array.of(0), Float64Array.of(0)];
    const rule = sgd.create(params);
    for (const [time, velocity, weight] of [
      [1, 1, -0.1],
      [2, 1.9, -0.29],
      [3, 2.71, -0.561],
    ]) {
      update(rule, w, Float64Array.of(1), [v], time, 0.1);
      close(v[0], velocity);
      close(w[0], weight);
    }
  });
});

describe('Adam', () => {
  const params = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const state = () => [Float64Array.of(0), Float64Array.of(0)];

  // ConvNetJS multiplied by 1 - beta^t: its first step was a hundredth of a percent of this one.
  it('divides by 1 - beta^t (the bug of ConvNetJS): the first step is the learning rate, whatever the gradient', () => {
    for (const g of [1e-3, 1, -50]) {
      const w = Float64Array.of(0);
      update(adam.create(params), w, Float64Array.of(g), state(), 1, 0.1);
      assert.ok(Math.abs(w[0] + Math.sign(g) * 0.1) < 1e-5, `${w[0]} for gradient ${g}`);
    }
  });

  it('follows algorithm 1 of Kingma and Ba over three steps', () => {
    const w = Float64Array.of(2);
    const slots = state();
    const rule = adam.create(params);
    let [m, v, wanted] = [0, 0, 2];
    [0.5, -0.3, 0.8].forEach((g, i) => {
      const t = i + 1;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      wanted -= (0.1 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      update(rule, w, Float64Array.of(g), slots, t, 0.1);
      close(w[0], wanted);
      close(slots[0][0], m);
      close(slots[1][0], v);
    });
  });
});

describe('Every optimizer', () => {
  for (const definition of optimizers.values()) {
    const params = { ...defaultsOf(definition.parameters), ...definition.example };
    it(`${definition.kind}: comes down a bowl, and keeps its state under distinct names`, () => {
      const names = definition.slots(params);
      assert.equal(new Set(names).size, names.length);
      const slots = names.map(() => new Float64Array(2));
      const rule = definition.create(params);
      const w = Float64Array.of(1, -1);
      for (let time = 1; time <= 1000; time++)
        update(rule, w, Float64Array.of(2 * w[0], 0.5 * w[1]), slots, time, 0.05);
      assert.ok(Math.abs(w[0]) + Math.abs(w[1]) < 0.05, String(w));
    });
  }
});
