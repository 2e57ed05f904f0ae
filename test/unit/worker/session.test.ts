import assert from 'node:assert/strict';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import type { Sight, Tick } from '../../../src/protocol/training';
import { TrainingSession } from '../../../src/worker/session';
import { dense, dropout, input, modelOf, xorData } from '../engine/support';

/**
 * A session on a clock of its own: reading it costs `tickOf` milliseconds, so that slices, ticks and sights fall where the
 * test says and not where the machine does.
 */
function setUp({ epochs = 50, perReading = 1, train = 64 } = {}) {
  const model = modelOf(
    [input(2), dense('h', 9, { activation: 'relu' }), dropout('d', 0.5), dense('o', 2, { activation: 'softmax' })],
    {
      batchSize: 10,
      epochs,
    },
  );
  const trainer = new Trainer(compile(model), xorData(train));
  const ticks: Tick[] = [];
  const times: number[] = [];
  const crashes: Error[] = [];
  let time = 0;
  let breaths = 0;
  let onBreath: (() => void) | undefined;
  const session = new TrainingSession('run-1', trainer, {
    tick: (tick) => {
      ticks.push(tick);
      times.push(time);
    },
    crashed: (error) => crashes.push(error),
    now: () => (time += perReading),
    breathe: () => {
      breaths++;
      onBreath?.();
      return new Promise((resolve) => setImmediate(resolve));
    },
  });
  /** Waits until the loop has breathed so often. */
  const breathe = (count: number) =>
    new Promise<void>((resolve) => {
      const until = breaths + count;
      onBreath = () => {
        if (breaths < until) return;
        onBreath = undefined;
        resolve();
      };
    });
  const untilEnd = async () => {
    while (!trainer.end) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { session, trainer, ticks, times, crashes, breathe, untilEnd };
}
const auto = { visible: true, sample: 'auto', frozen: false } as const;
const sightsOf = (ticks: Tick[]) => ticks.flatMap((t) => (t.sight ? [t.sight] : []));

describe('A session that trains', () => {
  it('tells of every step, every epoch and the end, at most 30 times a second', async () => {
    const { session, ticks, times, untilEnd } = setUp({ epochs: 30 });
    await session.run();
    await untilEnd();
    assert.equal(ticks.flatMap((t) => [...t.losses]).length, 30 * 7);
    assert.deepEqual(
      ticks.flatMap((t) => t.epochs.map((e) => e.epoch)),
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
    let told = 0;
    for (const tick of ticks) {
      assert.equal(tick.run, 'run-1');
      told += tick.losses.length;
      assert.equal(tick.step, told);
      assert.equal(tick.sight, undefined);
    }
    assert.deepEqual(
      ticks.slice(0, -1).map((t) => [t.state, t.end]),
      ticks.slice(0, -1).map(() => ['training', undefined]),
    );
    const last = ticks.at(-1)!;
    assert.equal(last.state, 'finished');
    assert.equal(last.end!.reason, 'finished');
    assert.ok(last.end!.test && last.end!.best && last.seconds > 0);
    // The first says that training goes, the last that it has ended: those two wait for nothing.
    for (let i = 2; i < times.length - 1; i++) assert.ok(times[i] - times[i - 1] >= 1000 / 30);
    assert.ok(ticks.length > 5);
  });

  it('trains the same weights as a trainer alone, watched or not', async () => {
    const alone = setUp({ epochs: 8 }).trainer;
    for (const event of alone.events()) if (event.type === 'end') break;
    const { session, trainer, ticks, untilEnd } = setUp({ epochs: 8, perReading: 20 });
    session.watch(auto);
    await session.run();
    await untilEnd();
    assert.ok(sightsOf(ticks).length > 1);
    for (const [name, { values }] of trainer.network.parameters)
      assert.deepEqual(values, alone.network.parameters.get(name)!.values);
  });

  it('shows at most two pictures a second, of the next sample each, and always the last step', async () => {
    const { session, ticks, times, untilEnd } = setUp({ epochs: 60, perReading: 5 });
    session.watch(auto);
    await session.run();
    await untilEnd();
    const shown = ticks.flatMap((t, i) => (t.sight ? [{ time: times[i], sight: t.sight }] : []));
    assert.ok(shown.length >= 4, String(shown.length));
    // A picture is taken when it is due and travels with the next tick, up to a thirtieth of a second and a slice later.
    for (let i = 1; i < shown.length - 1; i++) assert.ok(shown[i].time - shown[i - 1].time > 500 - 1000 / 30 - 20);
    shown.forEach(({ sight }, i) => assert.equal(sight.sample, i % sight.batchSize));
    assert.equal(shown.at(-1)!.sight.step, 60 * 7 - 1);
  });

  it('computes no picture that nobody sees, and none while frozen', async () => {
    const { session, ticks, breathe } = setUp({ epochs: 100_000, perReading: 3 });
    session.watch({ ...auto, visible: false });
    await session.run();
    await breathe(300);
    assert.equal(sightsOf(ticks).length, 0);
    session.watch({ ...auto, sample: 2 });
    await breathe(300);
    const seen = sightsOf(ticks);
    assert.ok(seen.length > 0);
    session.watch({ ...auto, sample: 2, frozen: true });
    const frozen = sightsOf(ticks).at(-1)!;
    const before = sightsOf(ticks).length;
    await breathe(300);
    assert.equal(sightsOf(ticks).length, before);
    // Other samples of the frozen step can still be looked at, while training goes on.
    session.watch({ ...auto, sample: 3, frozen: true });
    const other = ticks.at(-1)!;
    assert.equal(other.sight!.step, frozen.step);
    assert.equal(other.sight!.sample, 3);
    assert.ok(other.step > frozen.step + 1);
    await session.stop();
  });
});

describe('A session that is looked at through a lens', () => {
  const question = { lens: 'confusion', ask: { part: 'train' } } as const;

  it('answers while it trains and at rest, and trains the same weights as alone', async () => {
    const { session, trainer, breathe, untilEnd } = setUp({ epochs: 30, train: 640 });
    const before = await session.examine(question, 'a', 'follow');
    assert.equal(before.step, 0);
    await session.run();
    await breathe(3);
    const during = await session.examine(question, 'a', 'soon');
    assert.ok(during.step > 0 && during.step < 30 * 64, String(during.step));
    await untilEnd();
    const after = await session.examine(question, 'a', 'follow');
    assert.equal(after.step, 30 * 64);
    const { trainer: unseen, session: other, untilEnd: untilOther } = setUp({ epochs: 30, train: 640 });
    await other.run();
    await untilOther();
    for (const [name, { values }] of trainer.network.parameters)
      assert.deepEqual(values, unseen.network.parameters.get(name)!.values);
  });

  it('is left by whoever stops looking, and by all when the run is', async () => {
    const { session } = setUp({ train: 6400 });
    const left = session.examine(question, 'a', 'follow');
    session.leave('a');
    await assert.rejects(left, /Nobody asks/);
    const gone = session.examine(question, 'a', 'follow');
    await Promise.all([session.abandon(), assert.rejects(gone, /Nobody asks/)]);
  });
});

describe('A session whose steps are made again', () => {
  it('shows each as it was shown live, to the bit, while it trains on and rates are changed, and trains no other weights', async () => {
    const { session, trainer, ticks, breathe, untilEnd } = setUp({ epochs: 300, perReading: 2 });
    session.watch(auto);
    await session.run();
    await breathe(60);
    void session.change({ layer: 'd', parameter: 'rate', to: 0.2 });
    await breathe(60);
    void session.change({ layer: 'd', parameter: 'rate', to: 0.7 });
    await breathe(120);
    const made = new Map<number, Sight>();
    const again = async ({ step, sample }: Sight): Promise<Sight> => {
      for (;;) {
        const { sight } = await session.examine({ lens: 'replay', ask: { step, sample } }, 'a', 'soon');
        if (sight) return sight;
      }
    };
    const live = sightsOf(ticks);
    assert.ok(live.length >= 4, String(live.length));
    const rates = new Set(live.map((s) => s.layers.find((l) => l.id === 'd')!.mask!.rate));
    assert.ok(rates.size >= 2, [...rates].join());
    for (const sight of [...live].reverse()) {
      made.set(sight.step, await again(sight));
      assert.deepEqual(made.get(sight.step), sight);
    }
    await untilEnd();
    for (const sight of sightsOf(ticks).slice(-3)) assert.deepEqual(await again(sight), sight);
    // The same rates at the same steps, with nobody looking.
    const alone = setUp({ epochs: 300 }).trainer;
    const changes = ticks.flatMap((t) => t.changes);
    while (!alone.end) {
      for (const change of changes) if (change.step === alone.step && alone.upcoming()) alone.change(change);
      alone.advance();
    }
    for (const [name, { values }] of trainer.network.weights)
      assert.deepEqual(values, alone.network.weights.get(name)!.values, name);
  });

  it('counts what was dropped, up to where it stands', async () => {
    const { session } = setUp({ epochs: 30 });
    for (let i = 0; i < 5; i++) await session.step();
    const question = { lens: 'dropCounts', ask: { layer: 'd' } } as const;
    const { steps, made, samples, counts } = await session.examine(question, 'a', 'follow');
    assert.deepEqual([steps, made, samples], [5, 5, 50]);
    assert.ok(
      counts.every((n) => n > 5 && n < 45),
      String(counts),
    );
  });
});

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

describe('A session gone wrong', () => {
  it('fails with the reason where the loss is not finite', async () => {
    const { session, trainer, ticks, untilEnd } = setUp();
    await session.step();
    trainer.network.parameters.get('h/kernel')!.values[0] = NaN;
    await session.run();
    await untilEnd();
    const last = ticks.at(-1)!;
    assert.equal(last.state, 'failed');
    assert.equal(last.end!.reason, 'nan');
    assert.match(last.end!.message!, /step 1 .*layer "h"/);
  });

  it('is loud where training throws', async () => {
    const { session, trainer, ticks, crashes, breathe } = setUp();
    await session.run();
    await breathe(2);
    trainer.advance = () => {
      throw new Error('out of luck');
    };
    while (crashes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(crashes[0].message, 'out of luck');
    assert.equal(ticks.at(-1)!.state, 'failed');
  });
});
