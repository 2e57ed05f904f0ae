import assert from 'node:assert/strict';
import type { Tick } from '../../../src/protocol/training';
import { auto, setUp, sightsOf } from './sessionSupport';

describe('A session that is told', () => {
  it('pauses behind a whole step and shows that very step', async () => {
    const { session, trainer, ticks, breathe } = setUp({ epochs: 100_000 });
    session.watch(auto);
    await session.run();
    await breathe(7);
    await session.pause();
    const last = ticks.at(-1)!;
    assert.equal(last.state, 'paused');
    assert.equal(last.sight!.step, last.step - 1);
    assert.equal(trainer.step, last.step);
    assert.ok(trainer.upcoming());
    const count = ticks.length;
    await session.pause();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(ticks.length, count);
    await session.run();
    assert.equal(ticks.at(-1)!.state, 'training');
    await breathe(5);
    await session.pause();
    assert.ok(trainer.step > last.step);
    assert.equal(ticks.flatMap((t) => [...t.losses]).length, trainer.step);
  });

  it('makes single steps, shows each, and measures at an epoch’s end', async () => {
    const { session, ticks } = setUp();
    session.watch({ ...auto, sample: 1 });
    for (let step = 0; step < 9; step++) {
      await session.step();
      const tick = ticks.at(-1)!;
      assert.equal(tick.state, 'paused');
      assert.equal(tick.step, step + 1);
      assert.equal(tick.sight!.step, step);
      assert.equal(tick.sight!.sample, 1);
      assert.deepEqual(
        tick.epochs.map((e) => e.epoch),
        step === 6 ? [1] : [],
      );
    }
  });

  it('does steps asked for at once one after the other', async () => {
    const { session, trainer, ticks } = setUp();
    session.watch(auto);
    await Promise.all([session.step(), session.step(), session.step()]);
    assert.equal(trainer.step, 3);
    assert.deepEqual(
      sightsOf(ticks).map((s) => [s.step, s.sample]),
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    );
  });

  it('steps to the end of the run', async () => {
    const { session, ticks } = setUp({ epochs: 1, train: 20 });
    session.watch(auto);
    await session.step();
    await session.step();
    const last = ticks.at(-1)!;
    assert.equal(last.state, 'finished');
    assert.equal(last.sight!.step, 1);
    assert.ok(last.end);
    await assert.rejects(session.step(), /has ended \(finished\)/);
    await assert.rejects(session.run(), /has ended/);
    assert.throws(() => session.change({ layer: 'd', parameter: 'rate', to: 0.1 }), /has ended/);
    await session.pause();
    await session.stop();
    assert.equal(ticks.at(-1), last);
    // What was the last to be seen can still be looked at.
    session.watch({ ...auto, sample: 4 });
    assert.equal(ticks.at(-1)!.sight!.sample, 4);
    assert.equal(ticks.at(-1)!.state, 'finished');
  });

  it('stops, from training and from a pause, keeping the weights of the last step', async () => {
    for (const paused of [false, true]) {
      const { session, ticks, trainer, breathe } = setUp({ epochs: 100_000 });
      await session.run();
      await breathe(4);
      if (paused) await session.pause();
      await session.stop();
      const last = ticks.at(-1)!;
      assert.equal(last.state, 'stopped');
      assert.equal(last.end!.reason, 'stopped');
      assert.equal(last.step, trainer.step);
      assert.equal(ticks.filter((t) => t.end).length, 1);
    }
  });

  it('stops at the best epoch, from training and from a pause, and tells which it kept', async () => {
    for (const paused of [false, true]) {
      const { session, ticks, trainer, breathe } = setUp({ epochs: 100_000 });
      await assert.rejects(session.stopAtBest(), /No epoch is known to be the best/);
      await session.run();
      while (!trainer.best) await breathe(1);
      if (paused) await session.pause();
      await session.stopAtBest();
      const last = ticks.at(-1)!;
      assert.equal(last.state, 'stopped');
      assert.equal(last.end!.kept, trainer.end!.best!.epoch);
      assert.deepEqual(last.end!.test, trainer.evaluate('test'));
      assert.equal(ticks.filter((t) => t.end).length, 1);
      await assert.rejects(session.stopAtBest(), /has ended/);
    }
  });

  it('shows another sample of a paused step at once, and the picture to a view that opens late', async () => {
    const { session, ticks } = setUp();
    await session.step();
    assert.equal(ticks.at(-1)!.sight, undefined);
    session.watch(auto);
    const first = ticks.at(-1)!.sight!;
    assert.equal(first.step, 0);
    assert.equal(first.sample, 0);
    const count = ticks.length;
    session.watch(auto);
    assert.equal(ticks.length, count);
    session.watch({ ...auto, sample: 7 });
    assert.deepEqual([ticks.at(-1)!.sight!.step, ticks.at(-1)!.sight!.sample], [0, 7]);
    // The view is hidden and shown again: the same picture.
    session.watch({ ...auto, visible: false });
    session.watch(auto);
    assert.deepEqual([ticks.at(-1)!.sight!.step, ticks.at(-1)!.sight!.sample], [0, 7]);
    assert.throws(() => session.watch({ ...auto, sample: -1 }), RangeError);
  });

  it('begins again from the first sample where the last batch is smaller than the position', async () => {
    const { session, ticks } = setUp({ train: 14 });
    session.watch({ ...auto, sample: 5 });
    await session.step();
    assert.equal(ticks.at(-1)!.sight!.sample, 5);
    await session.step();
    assert.equal(ticks.at(-1)!.sight!.batchSize, 4);
    assert.equal(ticks.at(-1)!.sight!.sample, 1);
  });

  it('sends the masks of a whole batch only where they are looked at', async () => {
    const { session, ticks } = setUp();
    const batchOf = (tick: Tick) => tick.sight!.layers.find((l) => l.id === 'd')!.batch?.bits?.length;
    session.watch({ ...auto, sample: 3 });
    await session.step();
    assert.equal(batchOf(ticks.at(-1)!), 10 * 2);
    const told = ticks.length;
    session.watch({ ...auto, sample: 3, strip: null });
    assert.equal(ticks.length, told, 'less to show is no new picture');
    session.watch({ ...auto, sample: 4, strip: null });
    assert.equal(batchOf(ticks.at(-1)!), undefined);
    session.watch({ ...auto, sample: 4, strip: 'd' });
    assert.equal(ticks.length, told + 2);
    assert.equal(batchOf(ticks.at(-1)!), 10 * 2);
    assert.equal(ticks.at(-1)!.sight!.sample, 4);
  });
  it('brings what other masks answer with each picture of a run that trains, and never more than two a second', async () => {
    const { session, ticks, times, untilEnd } = setUp({ epochs: 3000 });
    session.watch({ ...auto, others: 7 });
    await session.run();
    await untilEnd();
    const pictures = sightsOf(ticks);
    assert.ok(pictures.length > 5);
    // The last one stays: it waits for nothing.
    for (const { others } of pictures.slice(0, -1)) {
      assert.equal(others!.passes, 7);
      assert.equal(
        others!.votes!.reduce((a, b) => a + b),
        7,
      );
    }
    const taken = ticks.flatMap((t, i) => (t.sight ? [times[i]] : []));
    assert.ok(pictures.length <= 2 + (taken.at(-1)! - taken[0]) / 450);
  });

  it('shows a picture that waits at once when it is held', async () => {
    const { session, ticks, breathe } = setUp({ epochs: 1_000_000 });
    // So many masks that they cannot have answered yet.
    session.watch({ ...auto, others: 1_000_000 });
    await session.run();
    await breathe(20);
    assert.equal(sightsOf(ticks).length, 0);
    session.watch({ ...auto, frozen: true, others: 1_000_000 });
    const [held] = sightsOf(ticks);
    assert.equal(held.others, undefined);
    session.watch({ ...auto, frozen: true, sample: 3 });
    assert.deepEqual([sightsOf(ticks)[1].step, sightsOf(ticks)[1].sample], [held.step, 3]);
    await session.stop();
  });

  it('takes rates for the next step and records them', async () => {
    const { session, ticks } = setUp();
    session.watch({ ...auto, sample: 0 });
    await session.step();
    void session.change({ layer: 'd', parameter: 'rate', to: 0.9 });
    const change = { step: 1, epoch: 1, layer: 'd', parameter: 'rate', from: 0.5, to: 0.9 };
    assert.deepEqual(ticks.at(-1)!.changes, [change]);
    // The step already shown keeps the rate it was made with.
    session.watch({ ...auto, sample: 1 });
    assert.equal(ticks.at(-1)!.sight!.layers[2].mask!.rate, 0.5);
    await session.step();
    assert.equal(ticks.at(-1)!.sight!.layers[2].mask!.rate, 0.9);
    assert.throws(() => session.change({ layer: 'd', parameter: 'rate', to: 1 }), /Layer "d"/);
    assert.throws(() => session.change({ layer: 'h', parameter: 'rate', to: 0.5 }), /drops nothing/);
  });
});
