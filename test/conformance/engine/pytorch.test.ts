import assert from 'node:assert/strict';
import { optimizers } from '../../../src/engine/optimizers/index';
import { compile, type Network } from '../../../src/engine/network';
import type { Real } from '../../../src/engine/real';
import type { JsonObject } from '../../../src/model/json';
import { defaultsOf } from '../../../src/model/spec';
import reference from '../../fixtures/engine/reference.json';
import { dense, input, modelOf, update } from '../../unit/engine/support';

function build(loss: string): Network {
  const activation = loss === 'crossentropy' ? 'softmax' : 'linear';
  const hidden = [dense('dense1', 7, { activation: 'relu' }), dense('dense2', 6, { activation: 'tanh' })];
  const network = compile(modelOf([input(5), ...hidden, dense('dense3', 3, { activation })], { loss }), {
    precision: 'float64',
    maxBatch: 4,
  });
  for (const [name, values] of Object.entries(reference.start)) network.parameters.get(name)!.values.set(values);
  network.input.set(reference.inputs);
  if (loss === 'crossentropy') reference.classes.forEach((c, row) => (network.targets[row * 3 + c] = 1));
  else network.targets.set(reference.numbers);
  return network;
}

/** To 1e-9 relative: both sides compute in 64 bits, so only the order of sums differs. */
function close(found: Real | readonly number[], wanted: readonly number[], what: string): void {
  assert.equal(found.length, wanted.length, what);
  wanted.forEach((w, i) =>
    assert.ok(Math.abs(found[i] - w) <= 1e-9 * Math.max(1e-3, Math.abs(w)), `${what}[${i}]: ${found[i]}, PyTorch ${w}`),
  );
}

describe(`Numbers of PyTorch ${reference.torch}`, () => {
  for (const { loss, output, value, gradients, optimizers: runs } of reference.cases) {
    it(`${loss}: answers, loss and gradients`, () => {
      const network = build(loss);
      network.forward('train', 4);
      close(network.output, output, 'output');
      close([network.totalLoss() / 4], [value], 'loss');
      network.backward();
      for (const [name, wanted] of Object.entries(gradients))
        close(network.parameters.get(name)!.gradient!, wanted, name);
    });

    for (const { name, kind, params, losses, weights } of runs)
      it(`${loss}: five steps of ${name}`, () => {
        const network = build(loss);
        const definition = optimizers.get(kind)!;
        const settings: JsonObject = { ...defaultsOf(definition.parameters), ...(params as object) };
        const rule = definition.create(settings);
        const slots = new Map(
          [...network.parameters.values()].map((p) => [
            p.name,
            definition.slots(settings).map(() => new Float64Array(p.values.length)),
          ]),
        );
        const seen = losses.map((_, step) => {
          network.forward('train', 4, step);
          const mean = network.totalLoss() / 4;
          network.backward();
          for (const p of network.parameters.values())
            update(rule, p.values, p.gradient!, slots.get(p.name)!, step + 1, settings.learningRate as number);
          return mean;
        });
        close(seen, losses, 'losses');
        for (const [weight, wanted] of Object.entries(weights))
          close(network.parameters.get(weight)!.values, wanted, weight);
      });
  }
});
