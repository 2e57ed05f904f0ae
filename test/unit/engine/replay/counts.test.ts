import assert from 'node:assert/strict';
import { maskOf } from '../../../../src/engine/masks';
import { compile } from '../../../../src/engine/network';
import { Counter } from '../../../../src/engine/replay/counts';
import { RunHistory } from '../../../../src/engine/replay/history';
import { Trainer } from '../../../../src/engine/trainer';
import type { Model } from '../../../../src/model/model';
import { dense, dropout, input, modelOf, xorData, type LayerText } from '../support';

const BATCH = 10;
const SAMPLES = 64;
/** Steps an epoch: the last has 4 samples. */
const STEPS = 7;

const setUp = (gate: LayerText) =>
  setUpOf(
    modelOf([input(2), dense('h', 12, { activation: 'relu' }), gate, dense('o', 2, { activation: 'softmax' })], {
      batchSize: BATCH,
      epochs: 40,
    }),
  );

function setUpOf(model: Model) {
  const trainer = new Trainer(compile(model), xorData(SAMPLES));
  const history = new RunHistory(trainer);
  const counter = new Counter(trainer, history);
  const count = (layer: string) => {
    const work = counter.count(layer);
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  };
  const to = (step: number) => {
    while (trainer.step < step || !trainer.upcoming()) {
      history.keep();
      const event = trainer.advance();
      if (event.type === 'epoch') history.measured(event.record);
    }
  };
  return { model, trainer, history, count, to };
}

describe('How often each unit was dropped', () => {
  it('is counted in every sample of every step, with the rates that held', () => {
    const { model, trainer, history, count, to } = setUp(dropout('d', 0.5));
    to(9);
    assert.equal(count('d').steps, 9);
    history.changed(trainer.change({ layer: 'd', parameter: 'rate', to: 0.2 }));
    to(20);
    const { counts, samples, steps, made, units, expected } = count('d');
    const byHand = new Uint32Array(12);
    let drawn = 0;
    let mean = 0;
    let variance = 0;
    for (let step = 0; step < 20; step++) {
      const rate = step < 9 ? 0.5 : 0.2;
      for (let sample = 0; sample < (step % STEPS === STEPS - 1 ? 4 : BATCH); sample++, drawn++) {
        maskOf(model, { seed: 7, layer: 'd', step, sample, rate }).forEach((bit, i) => (byHand[i] += bit));
        mean += rate;
        variance += rate * (1 - rate);
      }
    }
    assert.deepEqual(counts, byHand);
    assert.deepEqual([samples, steps, made, units], [drawn, 20, 20, 12]);
    assert.ok(Math.abs(expected!.mean - mean) < 1e-9);
    assert.ok(Math.abs(expected!.deviation - Math.sqrt(variance)) < 1e-9);
    // Within five standard deviations, for all units.
    for (const n of counts) assert.ok(Math.abs(n - mean) < 5 * Math.sqrt(variance), String(n));
  });

  it('goes on where it was left, as if it had been counted at one go', () => {
    const inParts = setUp(dropout('d', 0.4));
    for (let step = 1; step < 30; step += 3) {
      inParts.to(step);
      inParts.count('d');
    }
    inParts.to(30);
    const atOnce = setUp(dropout('d', 0.4));
    atOnce.to(30);
    assert.deepEqual(inParts.count('d'), atOnce.count('d'));
  });

  it('expects what an exact number of dropped units gives', () => {
    const { count, to } = setUp({ ...dropout('d', 0.3), mode: 'exact' });
    to(7);
    const { expected, samples, counts } = count('d');
    // round(0.3 x 12) = 4 of 12 units.
    assert.ok(Math.abs(expected!.mean - (samples * 4) / 12) < 1e-9);
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      samples * 4,
    );
  });

  it('spreads wider where all samples of a batch share a mask', () => {
    const { count, to } = setUp({ ...dropout('d', 0.5), noiseShape: [1, null] });
    to(7);
    const { expected, samples } = count('d');
    assert.equal(samples, SAMPLES);
    assert.ok(Math.abs(expected!.deviation - Math.sqrt(0.25 * (6 * BATCH ** 2 + 4 ** 2))) < 1e-9);
  });

  it('expects nothing where units differ, as at the edges of maps that lose blocks', () => {
    const model = modelOf(
      [
        input(2),
        dense('h', 18),
        { id: 'r', kind: 'reshape', shape: [3, 3, 2] },
        { id: 'd', kind: 'dropBlock', rate: 0.3, blockSize: 2 },
        { id: 'f', kind: 'flatten' },
        dense('o', 2, { activation: 'softmax' }),
      ],
      { batchSize: BATCH, epochs: 40 },
    );
    const { count, to } = setUpOf(model);
    to(30);
    const { expected, counts } = count('d');
    assert.equal(expected, undefined);
    // A block covers the middle of a map wherever it begins, and a corner from one place alone.
    for (const channel of [0, 1]) assert.ok(counts[4 * 2 + channel] > 2 * counts[channel], String(counts));
  });

  it('is refused where nothing is dropped', () => {
    const { count } = setUp(dropout('d', 0.4));
    assert.throws(() => count('h'), /Layer "h" drops no values: there is nothing to count/);
    assert.throws(() => count('x'), /no layer "x"/);
  });
});
