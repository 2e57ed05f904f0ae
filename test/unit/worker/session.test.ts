import assert from 'node:assert/strict';
import type { Sight } from '../../../src/protocol/training';
import { auto, setUp, sightsOf } from './sessionSupport';

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
