import assert from 'node:assert/strict';
import type { Dataset, Samples } from '../../../src/engine/dataset';
import { compile } from '../../../src/engine/network';
import type { Real } from '../../../src/engine/real';
import { Trainer } from '../../../src/engine/trainer';
import reference from '../../fixtures/engine/sample_weights_reference.json';
import { dense, input, modelOf } from '../../unit/engine/support';

/** To 1e-9 relative: both sides compute in 64 bits, so only the order of sums differs. */
function close(found: Real | readonly number[], wanted: readonly number[], what: string): void {
  assert.equal(found.length, wanted.length, what);
  wanted.forEach((w, i) =>
    assert.ok(Math.abs(found[i] - w) <= 1e-9 * Math.max(1e-3, Math.abs(w)), `${what}[${i}]: ${found[i]}, PyTorch ${w}`),
  );
}

describe(`Samples that weigh otherwise, by PyTorch ${reference.torch}`, () => {
  for (const wanted of reference.cases)
    it(`${wanted.loss}: loss and gradients of a step, and five steps`, () => {
      const layers = [input(5), dense('dense1', 7, { activation: 'tanh' })];
      const model = modelOf([...layers, dense('dense2', 3, { activation: wanted.activation })], {
        loss: wanted.loss,
        optimizer: { kind: 'sgd', learningRate: 0.1 },
        batchSize: 4,
        epochs: 5,
      });
      const train: Samples = {
        count: 4,
        inputs: Float32Array.from(reference.inputs),
        targets: Float32Array.from(wanted.targets),
        weights: Float32Array.from(reference.weights),
        rows: Uint32Array.of(0, 1, 2, 3),
      };
      const none: Samples = {
        count: 0,
        inputs: new Float32Array(),
        targets: new Float32Array(),
        rows: new Uint32Array(),
      };
      const dataset: Dataset = {
        title: 'the batch',
        inputShape: [5],
        inputNames: [...'abcde'],
        target: { type: wanted.activation === 'softmax' ? 'classes' : 'numbers', names: ['x', 'y', 'z'] },
        train,
        validation: none,
        test: none,
      };
      const trainer = new Trainer(compile(model, { precision: 'float64' }), dataset);
      const { network } = trainer;
      for (const [name, values] of Object.entries(reference.start)) network.parameters.get(name)!.values.set(values);
      for (let row = 0; row < 4; row++) network.put(train, row, row);
      network.forward('train', 4);
      close([network.totalLoss() / 4], [wanted.losses[0]], 'loss');
      network.backward();
      for (const [name, gradient] of Object.entries(wanted.gradients))
        close(network.parameters.get(name)!.gradient!, gradient, `gradient of ${name}`);
      const seen: number[] = [];
      for (const event of trainer.events()) if (event.type === 'step') seen.push(event.loss);
      close(seen, wanted.losses, 'losses');
      for (const [name, values] of Object.entries(wanted.after))
        close(network.parameters.get(name)!.values, values, `${name} afterwards`);
    });
});
