import assert from 'node:assert/strict';
import { compile } from '../../../../src/engine/network';
import type { Sight } from '../../../../src/engine/records';
import { RunHistory } from '../../../../src/engine/replay/history';
import { Replayer } from '../../../../src/engine/replay/replayer';
import { Trainer } from '../../../../src/engine/trainer';
import { Viewer } from '../../../../src/engine/viewer';
import { kernelsFor } from '../../../../src/threads/kernels';
import { dense, dropout, input, modelOf, xorData, type LayerText } from '../support';

const EPOCHS = 9;
const hidden: readonly LayerText[] = [
  dense('h1', 19, { activation: 'relu' }),
  { id: 'd1', kind: 'dropout', rate: { schedule: 'linear', from: 0.1, to: 0.6, epochs: 6 } },
  dense('h2', 11, { activation: 'relu' }),
  dropout('d2', 0.3),
];
const networkOf = (layers: readonly LayerText[], training: object = {}) =>
  modelOf([input(2), ...layers, dense('o', 2, { activation: 'softmax' })], {
    batchSize: 10,
    epochs: EPOCHS,
    optimizer: { kind: 'adam' },
    ...training,
  });

interface Run {
  readonly trainer: Trainer;
  readonly history: RunHistory;
  readonly replayer: Replayer;
  /** What was shown live, by step: one sample each. */
  readonly shown: readonly Sight[];
}

/** A whole run that is watched at every step, with rates changed by hand on the way. */
function train(model: ReturnType<typeof modelOf>, limits?: ConstructorParameters<typeof RunHistory>[1]): Run {
  const kernels = kernelsFor(model, { threads: 1, left: 0 });
  const trainer = new Trainer(compile(model, { kernels }), xorData());
  const history = new RunHistory(trainer, limits);
  const viewer = new Viewer(trainer);
  const shown: Sight[] = [];
  while (!trainer.end) {
    if (trainer.upcoming()) {
      if (trainer.step === 12) history.changed(trainer.change({ layer: 'd2', parameter: 'rate', to: 0.8 }));
      if (trainer.step === 30) {
        history.changed(trainer.change({ layer: 'd2', parameter: 'rate', to: 0.05 }));
        history.changed(trainer.change({ layer: 'd1', parameter: 'rate', to: 0.25 }));
        history.changed(trainer.change({ layer: 'd2', parameter: 'rate', to: 0.45 }));
        history.changed(trainer.change({ parameter: 'optimizer.learningRate', to: 0.01 }));
        history.changed(trainer.change({ parameter: 'batchSize', to: 7 }));
      }
    }
    history.keep();
    const step = viewer.capture();
    const event = trainer.advance();
    if (event.type === 'epoch') history.measured(event.record);
    if (step) shown.push(viewer.look((shown.length * 7) % viewer.captured!.batchSize));
  }
  return { trainer, history, replayer: new Replayer(trainer, history), shown };
}

/** A step again, however many legs its way has. */
function again({ replayer }: Run, step: number, sample: number): Sight {
  for (;;) {
    const way = replayer.towards(step);
    let leg = way.next();
    while (!leg.done) leg = way.next();
    if (leg.value.at === step) return replayer.viewer!.look(sample);
  }
}

describe('A step of a run, made again', () => {
  const run = train(networkOf(hidden));
  const steps = run.shown.length;

  it('shows what was shown live, to the bit, wherever one goes: forwards, backwards and after changes by hand', () => {
    // Seven steps an epoch; from the fifth, of which two are made, its 44 samples that are left and later epochs in sevens.
    assert.equal(steps, 4 * 7 + 2 + 7 + 4 * 10);
    // Every step in an order that leaps about.
    for (let i = 0; i < steps; i++) {
      const step = (i * 29) % steps;
      assert.deepEqual(again(run, step, run.shown[step].sample), run.shown[step], `step ${step}`);
    }
  });

  it('does so from few states as well, and from no more than it may keep', () => {
    const few = train(networkOf(hidden), { bytes: 1, states: 64 });
    assert.ok(few.history.kept.length <= 4, String(few.history.kept));
    assert.equal(few.history.kept[0], 0);
    for (const step of [steps - 1, 3, 31, 30, 12, 0, 11, 57]) {
      assert.deepEqual(few.shown[step], run.shown[step]);
      assert.deepEqual(again(few, step, few.shown[step].sample), few.shown[step], `step ${step}`);
    }
  });

  it('keeps states evenly over the run, however long it is', () => {
    const { history } = train(networkOf(hidden), { bytes: 2 ** 20, states: 6 });
    const { kept } = history;
    assert.ok(kept.length > 3 && kept.length <= 6, String(kept));
    const gaps = kept.slice(1).map((step, i) => step - kept[i]);
    assert.equal(new Set(gaps).size, 1, String(kept));
    assert.ok(steps - kept.at(-1)! <= gaps[0], String(kept));
  });

  it('leaves the run as it was', () => {
    const alone = train(networkOf(hidden));
    again(alone, 5, 0);
    again(alone, 40, 1);
    for (const [name, { values }] of run.trainer.network.weights)
      assert.deepEqual(alone.trainer.network.weights.get(name)!.values, values, name);
  });

  it('is the same where the rate of learning follows what is measured', () => {
    const schedule = { kind: 'onPlateau', factor: 0.5, patience: 1, minDelta: 0.05 };
    const plateau = train(networkOf(hidden, { schedule }));
    assert.notDeepEqual(plateau.shown.at(-1), run.shown.at(-1));
    for (const step of [60, 20, 47])
      assert.deepEqual(again(plateau, step, plateau.shown[step].sample), plateau.shown[step], `step ${step}`);
  });

  it('is the same where the samples of a batch mix', () => {
    const mixing = train(
      networkOf([dense('h1', 8, { activation: 'relu' }), { id: 'n', kind: 'batchNorm' }, ...hidden.slice(1)]),
    );
    for (const step of [33, 8]) {
      assert.deepEqual(again(mixing, step, mixing.shown[step].sample), mixing.shown[step], `step ${step}`);
    }
  });

  it('knows the rate and the samples of every step', () => {
    for (const { step, layers, batchSize } of run.shown) {
      assert.equal(run.history.rowsAt(step), batchSize);
      for (const id of ['d1', 'd2'])
        assert.equal(
          run.history.rateAt(id, step),
          layers.find((l) => l.id === id)!.mask!.rate,
          `${id} in step ${step}`,
        );
    }
    assert.throws(() => run.history.rateAt('h1', 3), /Layer "h1" drops nothing/);
  });

  it('refuses a step that was not made, naming those that were', () => {
    for (const step of [-1, steps, 2.5])
      assert.throws(() => run.replayer.towards(step).next(), new RegExp(`The steps 1 to ${steps} can be shown again`));
    const fresh = new Trainer(compile(networkOf(hidden)), xorData());
    assert.throws(
      () => new Replayer(fresh, new RunHistory(fresh)).towards(0).next(),
      /No step has been made yet that could be shown again/,
    );
  });
});
