import assert from 'node:assert/strict';
import type { Dataset, Samples } from '../../../src/engine/dataset';
import { compile } from '../../../src/engine/network';
import { losses } from '../../../src/engine/losses/index';
import { optimizers } from '../../../src/engine/optimizers/index';
import type { Real } from '../../../src/engine/real';
import { schedules } from '../../../src/engine/schedules/index';
import { Trainer } from '../../../src/engine/trainer';
import { Updates } from '../../../src/engine/updates';
import reference from '../../fixtures/engine/training_reference.json';
import { dense, input, modelOf } from '../../unit/engine/support';

/** To 1e-9 relative: both sides compute in 64 bits, so only the order of sums differs. */
function close(found: Real | readonly number[], wanted: readonly number[], what: string, tolerance = 1e-9): void {
  assert.equal(found.length, wanted.length, what);
  wanted.forEach((w, i) =>
    assert.ok(
      Math.abs(found[i] - w) <= tolerance * Math.max(1e-3, Math.abs(w)),
      `${what}[${i}]: ${found[i]}, PyTorch ${w}`,
    ),
  );
}

type Case = (typeof reference.cases)[number];

function trainerOf({ training, target, first }: Case): Trainer {
  const outputs = target === 'two' ? 1 : 3;
  const loss: string = typeof training.loss === 'string' ? training.loss : training.loss.kind;
  const activation = losses.get(loss)!.outputs?.[0] ?? 'linear';
  const hidden = [dense('dense1', 7, { activation: 'relu', ...first }), dense('dense2', 6, { activation: 'tanh' })];
  const model = modelOf([input(5), ...hidden, dense('dense3', outputs, { activation })], {
    ...training,
    batchSize: 4,
    epochs: 5,
  });
  const train: Samples = {
    count: 4,
    inputs: Float32Array.from(reference.inputs),
    targets: Float32Array.from(reference.targets[target as keyof typeof reference.targets]),
    rows: Uint32Array.of(0, 1, 2, 3),
  };
  const none = { ...train, count: 0, inputs: new Float32Array(), targets: new Float32Array(), rows: new Uint32Array() };
  const type = target === 'classes' || target === 'two' ? 'classes' : 'numbers';
  const dataset: Dataset = {
    title: 'the batch',
    inputShape: [5],
    inputNames: [...'abcde'],
    target: { type, names: target === 'two' ? ['no', 'yes'] : ['x', 'y', 'z'] },
    train,
    validation: none,
    test: none,
  };
  const trainer = new Trainer(compile(model, { precision: 'float64' }), dataset);
  for (const [name, values] of Object.entries(reference.start[outputs === 1 ? '1' : '3']))
    trainer.network.parameters.get(name)!.values.set(values);
  return trainer;
}

describe(`Five steps of PyTorch ${reference.torch}`, () => {
  for (const wanted of reference.cases)
    it(wanted.name, () => {
      const trainer = trainerOf(wanted);
      const { network, config, dataset } = trainer;
      for (let row = 0; row < 4; row++) network.put(dataset.train, row, row);
      network.forward('train', 4);
      close(network.output, wanted.output, 'output');
      close([network.totalLoss() / 4], [wanted.losses[0]], 'loss');
      network.backward();
      for (const [name, gradient] of Object.entries(wanted.gradients ?? {}))
        close(network.parameters.get(name)!.gradient!, gradient, `gradient of ${name}`);

      const seen: number[] = [];
      for (const event of trainer.events()) if (event.type === 'step') seen.push(event.loss);
      // PyTorch's NAdam carries its product of momenta in 32 bits.
      const tolerance = wanted.name.includes('nadam') ? 1e-6 : 1e-9;
      close(seen, wanted.losses, 'losses', tolerance);
      for (const [name, weights] of Object.entries(wanted.weights))
        close(network.parameters.get(name)!.values, weights, name, tolerance);
      if (config.schedule?.kind === 'onPlateau') return;
      const updates = new Updates(network, config, trainer.stepsPerEpoch);
      close(
        wanted.rates.map((_, step) => updates.learningRate(step, step + 1)),
        wanted.rates,
        'learning rates',
      );
    });

  it('covers every loss, optimizer and schedule', () => {
    const names = new Set(reference.cases.map(({ name }) => name.split(',')[0]));
    for (const kind of losses.keys()) assert.ok(names.has(`loss ${kind}`), kind);
    for (const kind of optimizers.keys()) assert.ok(names.has(`optimizer ${kind}`), kind);
    for (const kind of schedules.keys()) assert.ok(names.has(`schedule ${kind}`), kind);
  });
});
