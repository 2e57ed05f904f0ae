import assert from 'node:assert/strict';
import { catalogue } from '../../../../src/catalogue';
import { compile } from '../../../../src/engine/network';
import { rateSchedules } from '../../../../src/engine/rateSchedules/index';
import { Trainer } from '../../../../src/engine/trainer';
import { analyze } from '../../../../src/model/analyze';
import { dense, input, modelOf, xorData } from '../support';

describe('Rate schedules', () => {
  for (const spec of rateSchedules.values())
    it(`${spec.kind} goes from the one rate to the other, and stays within them and at the last`, () => {
      for (const [from, to] of [
        [0, 0.5],
        [0.9, 0.1],
        [0.3, 0.3],
      ]) {
        const at = (epoch: number) => spec.at({ from, to, epochs: 7 }, epoch);
        assert.equal(at(1), from);
        for (let epoch = 1; epoch < 8; epoch++) {
          assert.ok(at(epoch) >= Math.min(from, to) && at(epoch) <= Math.max(from, to));
          assert.ok(Math.abs(to - at(epoch + 1)) <= Math.abs(to - at(epoch)));
        }
        for (const epoch of [8, 9, 1000]) assert.equal(at(epoch), to);
      }
    });

  it('have the values of their formulas', () => {
    const at = (kind: string, epoch: number) => rateSchedules.get(kind)!.at({ from: 0, to: 0.4, epochs: 4 }, epoch);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((e) => at('linear', e)),
      [0, 0.1, 0.2, 0.4 * 0.75, 0.4],
    );
    assert.ok(Math.abs(at('cosine', 2) - 0.2 * (1 - Math.SQRT1_2)) < 1e-15);
    assert.deepEqual(
      [1, 4, 5].map((e) => at('step', e)),
      [0, 0, 0.4],
    );
  });

  const linear = { schedule: 'linear', from: 0, to: 0.4, epochs: 2 };
  const model = (rate: unknown) =>
    modelOf(
      [
        input(2),
        dense('h', 8, { activation: 'relu' }),
        { id: 'd', kind: 'dropout', rate },
        { id: 'e', kind: 'gaussianDropout', rate: { schedule: 'step', from: 0.3, to: 0, epochs: 1 } },
        dense('o', 2, { activation: 'softmax' }),
      ],
      { batchSize: 16, epochs: 4 },
    );
  const start = (rate: unknown = linear) => new Trainer(compile(model(rate)), xorData());
  const rateOf = (trainer: Trainer, layer = 'd') => trainer.network.layer(layer).runtime.dropping!.rate;
  const ratesByEpoch = (trainer: Trainer, layer?: string) => {
    const rates: number[] = [];
    for (const event of trainer.events()) if (event.type === 'step') rates[event.epoch] = rateOf(trainer, layer);
    return rates.slice(1);
  };

  it('leave the first rate as a number in the model, with the schedule beside it', () => {
    const { params } = model(linear).layers[2];
    assert.equal(params.rate, 0);
    assert.deepEqual(params.rateSchedule, linear);
  });

  it('are followed from epoch to epoch, each layer its own', () => {
    assert.deepEqual(ratesByEpoch(start()), [0, 0.2, 0.4, 0.4]);
    assert.deepEqual(ratesByEpoch(start(), 'e'), [0.3, 0, 0, 0]);
  });

  it('end where the rate is changed by hand, which is recorded; others go on', () => {
    const trainer = start();
    while (trainer.epoch < 2) trainer.advance();
    const change = trainer.change({ layer: 'd', parameter: 'rate', to: 0.7 });
    assert.deepEqual(change, { step: 4, epoch: 2, layer: 'd', parameter: 'rate', from: 0.2, to: 0.7 });
    assert.equal(rateOf(trainer, 'e'), 0);
    assert.deepEqual(ratesByEpoch(trainer).slice(1), [0.7, 0.7, 0.7]);
  });

  for (const [name, byHand] of [
    ['as they are', false],
    ['one of them ended by hand', true],
  ] as const)
    it(`go on from a checkpoint to the bit, ${name}`, () => {
      const straight = start();
      const interrupted = start();
      for (const trainer of [straight, interrupted]) {
        while (trainer.step < 3) trainer.advance();
        if (byHand) trainer.change({ layer: 'd', parameter: 'rate', to: 0.25 });
      }
      const resumed = start();
      resumed.restore(structuredClone(interrupted.state()));
      for (const trainer of [straight, resumed]) Array.from(trainer.events());
      assert.deepEqual(resumed.state(), straight.state());
      assert.equal(rateOf(resumed), byHand ? 0.25 : 0.4);
    });

  it('in a checkpoint of another model are refused', () => {
    const state = start().state();
    assert.deepEqual(state.counters.scheduledRates, ['d', 'e']);
    assert.throws(() => start(0.5).restore(state), /layers with a rate schedule/);
  });

  const bad: readonly (readonly [string, unknown, RegExp, string])[] = [
    ['an unknown schedule', { schedule: 'lineer' }, /"rate".*no schedule "lineer".*"linear"/, '"lineer"'],
    ['no schedule named', { from: 0, to: 0.5 }, /needs "schedule": "linear", "cosine" or "step"/, '{'],
    ['a rate out of range', { ...linear, to: 1 }, /"to".*from 0 and below 1, found 1/, '1'],
    ['a missing end', { schedule: 'step', from: 0, epochs: 3 }, /needs "to"/, '{'],
    ['a key of no schedule', { ...linear, speed: 1 }, /no parameter "speed"/, '"speed"'],
    ['a rate that is neither', '0.5', /expected a number from 0 and below 1, or a schedule/, '"0.5"'],
  ];
  for (const [name, rate, says, marked] of bad)
    it(`name the place of ${name}`, () => {
      const layers = [
        { id: 'i', kind: 'input', shape: [2] },
        { id: 'd', kind: 'dropout', rate },
        { id: 'o', kind: 'dense', units: 1 },
      ];
      const text = JSON.stringify({ version: 1, layers });
      const { diagnostics } = analyze(text, catalogue);
      const [found] = diagnostics.filter((d) => d.severity === 'error');
      assert.match(found.message, says);
      assert.ok(found.message.includes('"d"'));
      assert.ok(text.slice(found.offset, found.offset + found.length).startsWith(marked));
    });
});
