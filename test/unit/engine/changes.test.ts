import assert from 'node:assert/strict';
import { createKernels } from '../../../src/engine/kernels/create';
import { reference } from '../../../src/engine/kernels/reference';
import type { KernelSet } from '../../../src/engine/kernels/set';
import { compile } from '../../../src/engine/network';
import { optimizers } from '../../../src/engine/optimizers/index';
import type { Change, ChangeRecord } from '../../../src/engine/records';
import { Random } from '../../../src/engine/rng/philox';
import { changeableOf, settingsOf } from '../../../src/engine/settings';
import type { TrainerState } from '../../../src/engine/state';
import { Trainer } from '../../../src/engine/trainer';
import { dense, dropout, input, modelOf, xorData } from './support';

const modelWith = (training: object) =>
  modelOf(
    [input(2), dense('h', 8, { activation: 'relu' }), dropout('d', 0.25), dense('o', 2, { activation: 'softmax' })],
    {
      batchSize: 10,
      epochs: 6,
      ...training,
    },
  );
const trainerOf = (training: object, kernels: KernelSet = reference): Trainer =>
  new Trainer(compile(modelWith(training), { kernels }), xorData());
const bits = (trainer: Trainer): string =>
  JSON.stringify([...trainer.network.weights.values()].map((w) => [w.name, [...w.values]]));
/** Through JSON, as a checkpoint goes. */
const stored = ({ counters, tensors }: TrainerState): TrainerState => ({
  counters: JSON.parse(JSON.stringify(counters)) as TrainerState['counters'],
  tensors,
});
const told = (trainer: Trainer): string[] =>
  [...trainer.events()].filter((e) => e.type !== 'evaluated').map((e) => JSON.stringify(e));

/** Other values for each number of a training section, in turn: a momentum of 0 comes and goes with its state. */
const others: Readonly<Record<string, readonly number[]>> = {
  batchSize: [3, 7, 1, 10],
  clipValue: [0.05, 0.5],
  clipNorm: [0.1, 2],
  'optimizer.learningRate': [0.03, 0.001],
  'optimizer.momentum': [0.9, 0, 0.5],
  'optimizer.beta1': [0.5, 0.8],
  'optimizer.beta2': [0.9, 0.99],
  'optimizer.epsilon': [1e-4, 1e-6],
  'optimizer.rho': [0.5, 0.9],
  'optimizer.weightDecay': [0.1, 0],
  'optimizer.momentumDecay': [0.1, 0.01],
  'optimizer.initialAccumulator': [0.2, 0.05],
  'optimizer.decay': [0.1, 0],
};

/** Every change that the run takes, drawn at random moments. */
function changesFor(training: object, seed: number): { readonly unit: number; readonly change: Change }[] {
  const config = modelWith(training).training!;
  const random = new Random(seed, 'test');
  const all = changeableOf(settingsOf(config), config.optimizer.kind).flatMap((parameter) => {
    assert.ok(others[parameter], `other values for ${parameter}`);
    return others[parameter].map((to): Change => ({ parameter, to }));
  });
  return [...all, { layer: 'd', parameter: 'rate', to: 0.5 }, { layer: 'd', parameter: 'rate', to: 0 }].map(
    (change) => ({
      unit: Math.floor(random.uniform() * 60),
      change,
    }),
  );
}

const cases = [
  ...[...optimizers.keys()].map((kind) => ({ name: kind, training: { optimizer: { kind } } })),
  { name: 'clipped sgd', training: { optimizer: { kind: 'sgd', momentum: 0.9 }, clipValue: 0.5, clipNorm: 1 } },
  { name: 'a cosine with warmup', training: { optimizer: 'adam', schedule: 'cosine', warmupSteps: 9 } },
  { name: 'a plateau', training: { optimizer: 'sgd', schedule: { kind: 'onPlateau', patience: 0 } } },
];

describe('What is changed while it trains', () => {
  for (const { name, training } of cases)
    for (const kernels of ['reference', 'strict'] as const)
      it(`gives the same run again from its log, and goes on to the bit from any point: ${name}, ${kernels}`, () => {
        const set = (): KernelSet =>
          kernels === 'reference' ? reference : createKernels({ numerics: 'strict', maxThreads: 1 });
        const straight = trainerOf(training, set());
        const log: ChangeRecord[] = [];
        const events: string[] = [];
        const states: { after: number; state: TrainerState; pending: number }[] = [];
        const planned = changesFor(training, 11);
        let made = 0;
        for (let unit = 0; !straight.end; unit++) {
          for (const { change } of planned.filter((p) => p.unit === unit)) {
            log.push(straight.change(change));
            made++;
          }
          if (unit % 7 === 0)
            states.push({ after: events.length, state: stored(straight.state()), pending: log.length });
          const event = straight.advance();
          if (event.type !== 'evaluated') events.push(JSON.stringify(event));
        }
        assert.equal(made, planned.length, 'every change was made');

        const again = trainerOf(training, set());
        const replayed: string[] = [];
        let next = 0;
        while (!again.end) {
          while (next < log.length && log[next].step === again.step) {
            assert.deepEqual(again.change(log[next]), { ...log[next], epoch: again.epoch });
            next++;
          }
          const event = again.advance();
          if (event.type !== 'evaluated') replayed.push(JSON.stringify(event));
        }
        assert.deepEqual(replayed, events);
        assert.equal(bits(again), bits(straight));

        const unchanged = trainerOf(training, set());
        assert.notDeepEqual(told(unchanged), events, 'the changes matter');

        for (const { after, state, pending } of states) {
          const resumed = trainerOf(training, set());
          for (let i = 0; i < 12; i++) resumed.advance();
          resumed.restore(state);
          const rest: string[] = [];
          let at = pending;
          while (!resumed.end) {
            while (at < log.length && log[at].step === resumed.step) resumed.change(log[at++]);
            const event = resumed.advance();
            if (event.type !== 'evaluated') rest.push(JSON.stringify(event));
          }
          assert.deepEqual(rest, events.slice(after), `from step ${state.counters.step}`);
          assert.equal(bits(resumed), bits(straight));
        }
      });

  it('is recorded with the step it holds from, what it was and what it is', () => {
    const trainer = trainerOf({ optimizer: { kind: 'sgd', learningRate: 0.1 } });
    for (let i = 0; i < 3; i++) trainer.advance();
    assert.deepEqual(trainer.change({ parameter: 'optimizer.learningRate', to: 0.02 }), {
      step: 3,
      epoch: 1,
      parameter: 'optimizer.learningRate',
      from: 0.1,
      to: 0.02,
    });
    assert.deepEqual(trainer.change({ parameter: 'batchSize', to: 4 }), {
      step: 3,
      epoch: 1,
      parameter: 'batchSize',
      from: 10,
      to: 4,
    });
  });

  it('makes batches of the new size from the next step on, and every sample still comes once an epoch', () => {
    const trainer = trainerOf({});
    const sizes: number[] = [];
    const rows: number[] = [];
    for (let event; event?.type !== 'epoch'; event = trainer.advance()) {
      if (trainer.step === 2) trainer.change({ parameter: 'batchSize', to: 7 });
      const upcoming = trainer.upcoming();
      if (!upcoming) continue;
      sizes.push(upcoming.rows.length);
      rows.push(...upcoming.rows);
    }
    assert.deepEqual(sizes, [10, 10, 7, 7, 7, 7, 7, 7, 2]);
    assert.deepEqual(
      rows.sort((a, b) => a - b),
      [...Array(64).keys()],
    );
    assert.equal(trainer.stepsPerEpoch, 10);
    assert.equal(trainer.progress, 1 / 6);
  });

  it('moves weights as far as the new learning rate says, at the factor of the schedule', () => {
    const training = {
      optimizer: { kind: 'sgd', learningRate: 0.1 },
      schedule: { kind: 'step', every: 1, factor: 0.5 },
    };
    const moved = (to: number): number => {
      const trainer = trainerOf(training);
      while (trainer.epoch < 2 || !trainer.upcoming()) trainer.advance();
      trainer.change({ parameter: 'optimizer.learningRate', to });
      const { values, gradient } = trainer.network.parameters.get('o/bias')!;
      const before = values[0];
      trainer.advance();
      return (before - values[0]) / gradient![0];
    };
    assert.ok(Math.abs(moved(0.1) - 0.05) < 1e-5);
    assert.ok(Math.abs(moved(0.4) - 0.2) < 1e-5);
  });

  it('leaves a schedule over the whole run where it was: it goes by samples, not by steps', () => {
    const rates = (sizes: readonly number[]): number[] => {
      const trainer = trainerOf({ optimizer: { kind: 'sgd', learningRate: 1e-9 }, schedule: 'cosine', epochs: 4 });
      const found: number[] = [];
      const { values, gradient } = trainer.network.parameters.get('o/bias')!;
      for (const size of sizes) {
        trainer.change({ parameter: 'batchSize', to: size });
        const { epoch } = trainer;
        while (!trainer.end && trainer.epoch === epoch) trainer.advance();
      }
      trainer.change({ parameter: 'optimizer.learningRate', to: 1 });
      const before = values[0];
      trainer.advance();
      found.push((before - values[0]) / gradient![0]);
      return found;
    };
    const [half] = rates([10, 10]);
    assert.ok(Math.abs(half - 0.5) < 1e-5, String(half));
    assert.ok(Math.abs(rates([2, 5])[0] - half) < 1e-5);
  });

  it('is refused where it is no good, with the run as it was', () => {
    const training = { optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true } };
    const trainer = trainerOf(training);
    const refused = (change: Change, message: RegExp): void => {
      assert.throws(
        () => trainer.change(change),
        (error: Error) => error instanceof RangeError && message.test(error.message),
      );
    };
    refused({ parameter: 'batchSize', to: 11 }, /memory for batches of up to 10 samples, found 11/);
    refused({ parameter: 'batchSize', to: 2.5 }, /"batchSize": expected a whole number/);
    refused({ parameter: 'optimizer.learningRate', to: 0 }, /"learningRate".*found 0/);
    refused({ parameter: 'optimizer.learningRate', to: NaN }, /"learningRate"/);
    refused({ parameter: 'optimizer.momentum', to: 0 }, /"nesterov".*above 0/);
    refused(
      { parameter: 'optimizer.beta1', to: 0.5 },
      /cannot be changed while it trains; expected .*"optimizer.momentum"/,
    );
    refused({ parameter: 'clipNorm', to: 1 }, /cannot be changed/);
    refused({ parameter: 'epochs', to: 9 }, /cannot be changed/);
    refused({ layer: 'd', parameter: 'units', to: 9 }, /only its "rate"/);
    assert.deepEqual(told(trainer), told(trainerOf(training)));
  });

  it('of a checkpoint is checked against the run that takes it', () => {
    const trainer = trainerOf({ optimizer: 'adam' });
    trainer.change({ parameter: 'optimizer.beta1', to: 0.5 });
    for (let i = 0; i < 3; i++) trainer.advance();
    const state = trainer.state();
    const withSettings = (settings: object): TrainerState => ({
      ...state,
      counters: { ...state.counters, settings: { ...state.counters.settings, ...settings } },
    });
    const refused = (bad: TrainerState, message: RegExp): void =>
      assert.throws(() => trainerOf({ optimizer: 'adam' }).restore(bad), message);
    refused(withSettings({ batchSize: 99 }), /the batch size is 99 in it, and "1 to 10" here/);
    refused(withSettings({ optimizer: { learningRate: 0.1 } }), /the optimizer .*has no "beta1"/);
    refused({ ...state, counters: { ...state.counters, samples: 65 } }, /the number of training samples is 65/);
    refused({ ...state, counters: { ...state.counters, position: 65 } }, /how far it is/);
    refused({ ...state, counters: { ...state.counters, step: 31 } }, /how far it is/);
  });
});
