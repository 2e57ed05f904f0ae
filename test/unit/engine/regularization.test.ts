import assert from 'node:assert/strict';
import { compile } from '../../../src/engine/network';
import { addPenalty, projectToMaxNorm } from '../../../src/engine/regularization';
import { Trainer } from '../../../src/engine/trainer';
import { dense, input, modelOf, xorData } from './support';

const weight = (values: number[], regularization: { l1: number; l2: number; maxNorm?: number }) => ({
  shape: [2, values.length / 2],
  values: Float64Array.from(values),
  gradient: new Float64Array(values.length).fill(1),
  regularization,
});

describe('Penalties', () => {
  it('add l1 sign(w) + 2 l2 w to the gradient', () => {
    const w = weight([2, -3, 0, 1], { l1: 0.1, l2: 0.5 });
    addPenalty(w);
    assert.deepEqual([...w.gradient], [1 + 0.1 + 2, 1 - 0.1 - 3, 1, 1 + 0.1 + 1]);
  });

  it('are no part of reported losses, and act in training', () => {
    const trained = (l2: number) => {
      const layers = [input(2), dense('h', 8, { activation: 'tanh', l2 }), dense('o', 2, { activation: 'softmax' })];
      const trainer = new Trainer(compile(modelOf(layers, { epochs: 30 })), xorData());
      const first = { ...trainer.advance() };
      for (const event of trainer.events()) if (event.type === 'end') break;
      const length = [...trainer.network.parameters.get('h/kernel')!.values].reduce((sum, x) => sum + x * x, 0);
      return { first, length };
    };
    const [free, held] = [trained(0), trained(0.5)];
    assert.deepEqual(held.first, free.first);
    assert.ok(held.length < 0.01 * free.length, `${held.length} of ${free.length}`);
  });
});

describe('Max norm', () => {
  it('scales back the incoming weights of units that are longer, and those alone', () => {
    // Column 0 has length 5, column 1 length 1.
    const w = weight([3, 1, 4, 0], { l1: 0, l2: 0, maxNorm: 2.5 });
    projectToMaxNorm(w);
    assert.deepEqual([...w.values], [1.5, 1, 2, 0]);
  });

  it('holds after every step', () => {
    const layers = [
      input(2),
      dense('h', 8, { activation: 'relu', maxNorm: 0.5 }),
      dense('o', 2, { activation: 'softmax' }),
    ];
    const model = modelOf(layers, { optimizer: { kind: 'sgd', learningRate: 1 } });
    const trainer = new Trainer(compile(model), xorData());
    for (const event of trainer.events()) {
      if (event.type !== 'step') continue;
      const { values } = trainer.network.parameters.get('h/kernel')!;
      for (let unit = 0; unit < 8; unit++) {
        const length = Math.hypot(values[unit], values[8 + unit]);
        assert.ok(length <= 0.5 + 1e-6, `unit ${unit} has ${length}`);
      }
    }
  });
});
