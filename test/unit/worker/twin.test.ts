import assert from 'node:assert/strict';
import { compile } from '../../../src/engine/network';
import { layers } from '../../../src/engine/layers/index';
import type { EpochRecord } from '../../../src/engine/records';
import { Trainer } from '../../../src/engine/trainer';
import { twinOf } from '../../../src/model/twin';
import type { Tick } from '../../../src/protocol/training';
import { TrainingSession } from '../../../src/worker/session';
import { dense, dropout, input, modelOf, xorData } from '../engine/support';

const modelWith = (rate: number, training: object = {}) =>
  modelOf(
    [input(2), dense('h', 9, { activation: 'relu' }), dropout('d', rate), dense('o', 2, { activation: 'softmax' })],
    { batchSize: 10, epochs: 6, optimizer: 'adam', ...training },
  );
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function sessionOf(trainer: Trainer) {
  const ticks: Tick[] = [];
  const session = new TrainingSession('r', trainer, {
    tick: (tick) => ticks.push(tick),
    crashed: (error) => assert.fail(error),
    now: () => performance.now(),
    breathe: turn,
  });
  const epochs = (): readonly EpochRecord[] => ticks.flatMap((t) => t.epochs);
  const settle = async (): Promise<void> => {
    // As long as anything moves.
    for (let still = 0, last = -1; still < 20; still = trainer.step === last ? still + 1 : 0) {
      last = trainer.step;
      await turn();
    }
  };
  return { session, ticks, epochs, settle };
}
const recordsOf = (trainer: Trainer) => [...trainer.events()].flatMap((e) => (e.type === 'epoch' ? [e.record] : []));

describe('A twin', () => {
  it('has everything of the dropout family off, and the rest as it was', () => {
    const drops = [...layers.values()].filter((l) => l.group === 'Dropout');
    assert.ok(drops.length >= 8);
    for (const { kind, off, parameters } of drops) {
      assert.ok(off, `${kind} says how it is off`);
      for (const name of Object.keys(off)) assert.ok(parameters[name], `${kind} has "${name}"`);
    }
    for (const { kind, off, group } of layers.values()) if (off) assert.equal(group, 'Dropout', kind);
    const twin = twinOf(modelWith(0.5), layers);
    assert.deepEqual(twin.layers, modelWith(0).layers);
    assert.deepEqual(twin.training!.optimizer, modelWith(0).training!.optimizer);
  });

  it('drops nothing on a schedule either', () => {
    const scheduled = modelOf([
      input(2),
      { ...dropout('d', 0), rate: { schedule: 'linear', from: 0.1, to: 0.5, epochs: 2 } },
      dense('o', 2, { activation: 'softmax' }),
    ]);
    const trainer = new Trainer(compile(twinOf(scheduled, layers)), xorData());
    for (const event of trainer.events())
      if (event.type === 'step') assert.equal(trainer.network.layer('d').runtime.dropping!.rate, 0);
  });

  it('trains to the bit what the model trains at all rates 0', () => {
    const [twin, plain] = [twinOf(modelWith(0.5), layers), modelWith(0)].map(
      (model) => new Trainer(compile(model), xorData()),
    );
    assert.deepEqual(recordsOf(twin), recordsOf(plain));
    for (const [name, { values }] of twin.network.parameters)
      assert.deepEqual(values, plain.network.parameters.get(name)!.values);
    assert.notDeepEqual(
      recordsOf(new Trainer(compile(modelWith(0.5)), xorData())),
      recordsOf(new Trainer(compile(modelWith(0)), xorData())),
    );
  });

  it('makes no epoch that the run has not made, and its changes at their steps, and ends with it', async () => {
    const change = { parameter: 'optimizer.learningRate', to: 0.05 };
    const run = new Trainer(compile(modelWith(0.5)), xorData());
    while (run.step < 17) run.advance();
    const record = run.change(change);
    const wanted = new Trainer(compile(modelWith(0, { epochs: 4 })), xorData());
    const expected: EpochRecord[] = [];
    while (!wanted.end) {
      if (wanted.step === 17) wanted.change(change);
      const event = wanted.advance();
      if (event.type === 'epoch') expected.push(event.record);
    }

    const twin = new Trainer(compile(twinOf(modelWith(0.5), layers)), xorData());
    const { session, ticks, epochs, settle } = sessionOf(twin);
    session.following.allow(0);
    await session.run();
    await settle();
    assert.equal(twin.step, 0);
    session.following.keepUp(2, []);
    await settle();
    assert.equal(twin.step, 14);
    assert.deepEqual(epochs(), expected.slice(0, 2));
    session.following.keepUp(3, [record]);
    await settle();
    session.following.keepUp(4, [], { best: false });
    await settle();
    assert.deepEqual(epochs(), expected);
    assert.deepEqual(twin.end, wanted.end);
    assert.equal(ticks.at(-1)!.state, 'finished');
  });

  it('of a run that ends with its best weights does so too, though it would stop earlier or never by itself', async () => {
    const training = { earlyStopping: { patience: 1 }, epochs: 30 };
    const twin = new Trainer(compile(twinOf(modelWith(0.5, training), layers)), xorData());
    const { session, settle, epochs } = sessionOf(twin);
    session.following.keepUp(20, []);
    await session.run();
    await settle();
    assert.equal(epochs().length, 20);
    session.following.keepUp(20, [], { best: true });
    await settle();
    assert.equal(twin.end!.reason, 'earlyStopping');
    assert.deepEqual(twin.evaluate('validation').loss, twin.best!.loss);
  });
});

describe('A run that waits for its twin', () => {
  it('stands at the end of an epoch, answers, pauses, steps and goes on', async () => {
    const trainer = new Trainer(compile(modelWith(0.5, { epochs: 9 })), xorData());
    const { session, ticks, settle } = sessionOf(trainer);
    session.following.allow(2);
    await session.run();
    await settle();
    assert.equal(trainer.step, 14);
    assert.equal(ticks.at(-1)!.state, 'training');
    assert.ok(await session.examine({ lens: 'confusion', ask: { part: 'train' } }, 'me', 'soon'));
    await session.pause();
    assert.equal(trainer.step, 15);
    await session.run();
    session.following.allow(Infinity);
    await settle();
    assert.equal(trainer.end!.reason, 'finished');
  });
});
