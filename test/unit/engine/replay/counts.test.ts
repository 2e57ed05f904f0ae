import assert from 'node:assert/strict';
import { maskOf } from '../../../../src/engine/masks';
import { compile } from '../../../../src/engine/network';
import { Counter } from '../../../../src/engine/replay/counts';
import { RunHistory } from '../../../../src/engine/replay/history';
import { dropoutMask } from '../../../../src/engine/rng/philox';
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
  return { model, trainer, history, counter, count, to };
}

describe('How often each unit was dropped', () => {
  it('is counted in every sample of every step, with the rates that held', () => {
    const { model, trainer, history, count, to } = setUp(dropout('d', 0.5));
    to(9);
    assert.equal(count('d').steps, 9);
    history.changed(trainer.change({ layer: 'd', parameter: 'rate', to: 0.2 }));
    to(20);
    const { counts, samples, steps, made, pieces, piece, expected } = count('d');
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
    assert.deepEqual([samples, steps, made, pieces, piece], [drawn, 20, 20, 12, 'value']);
    assert.ok(Math.abs(expected.mean - mean) < 1e-9);
    assert.ok(Math.abs(expected.deviation - Math.sqrt(variance)) < 1e-9);
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

  it('lets training go on between pieces of it, however little each step drops', () => {
    const units = 600;
    const { counter, trainer, to } = setUpOf(
      modelOf([input(2), dense('h', units), dropout('d', 0.5), dense('o', 2, { activation: 'softmax' })], {
        batchSize: BATCH,
        epochs: 40,
      }),
    );
    to(70);
    let yields = 0;
    const work = counter.count('d');
    while (!work.next().done) yields++;
    // Steps of 6,000 values at most: a piece of 32,768 takes several of them.
    const drawn = Math.floor(trainer.step / STEPS) * SAMPLES * units;
    assert.ok(yields >= Math.floor(drawn / (32_768 + units)), `${yields} yields for ${drawn} values`);
  });

  it('expects what an exact number of dropped units gives', () => {
    const { count, to } = setUp({ ...dropout('d', 0.3), mode: 'exact' });
    to(7);
    const { expected, samples, counts } = count('d');
    // round(0.3 x 12) = 4 of 12 units.
    assert.ok(Math.abs(expected.mean - (samples * 4) / 12) < 1e-9);
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
    assert.ok(Math.abs(expected.deviation - Math.sqrt(0.25 * (6 * BATCH ** 2 + 4 ** 2))) < 1e-9);
  });

  it('counts channels and blocks where those go in one piece', () => {
    const maps = (gate: LayerText) =>
      setUpOf(
        modelOf(
          [
            input(2),
            dense('h', 18),
            { id: 'r', kind: 'reshape', shape: [3, 3, 2] },
            gate,
            { id: 'f', kind: 'flatten' },
            dense('o', 2, { activation: 'softmax' }),
          ],
          { batchSize: BATCH, epochs: 40 },
        ),
      );
    const channels = maps({ id: 'd', kind: 'spatialDropout', rate: 0.3 });
    channels.to(30);
    const perChannel = channels.count('d');
    assert.deepEqual([perChannel.piece, perChannel.pieces, perChannel.counts.length], ['channel', 2, 2]);
    const blocks = maps({ id: 'd', kind: 'dropBlock', rate: 0.3, blockSize: 2 });
    blocks.to(30);
    const { piece, pieces, counts, expected } = blocks.count('d');
    // A block of 2 x 2 begins at one of 2 x 2 places of each channel.
    assert.deepEqual([piece, pieces], ['block', 8]);
    // Wherever one can begin, one is as likely as anywhere: within five standard deviations.
    for (const n of counts) assert.ok(Math.abs(n - expected.mean) < 5 * expected.deviation, String(counts));
    // Of the engine's own masks: a corner is dropped where a block begins there, and nowhere else.
    const byHand = new Uint32Array(2);
    for (let step = 0; step < 30; step++)
      for (let sample = 0; sample < (step % STEPS === STEPS - 1 ? 4 : BATCH); sample++) {
        const mask = maskOf(blocks.model, { seed: 7, layer: 'd', step, sample, rate: 0.3 });
        for (const channel of [0, 1]) byHand[channel] += mask[channel];
      }
    assert.deepEqual(counts.slice(0, 2), byHand);
  });

  it('counts each connection where connections are dropped, and those that each unit went without', () => {
    const { count, to } = setUpOf(
      modelOf(
        [
          input(2),
          dense('h', 6),
          { id: 'd', kind: 'dropConnect', units: 4, rate: 0.3 },
          dense('o', 2, { activation: 'softmax' }),
        ],
        { batchSize: BATCH, epochs: 40 },
      ),
    );
    to(20);
    const { piece, pieces, each, counts, samples, expected, connections } = count('d');
    const byHand = new Uint32Array(6 * 4);
    for (let step = 0; step < 20; step++)
      for (let sample = 0; sample < (step % STEPS === STEPS - 1 ? 4 : BATCH); sample++)
        dropoutMask({ seed: 7, layer: 'd', step, sample, units: 24, rate: 0.3 }).forEach(
          (bit, i) => (byHand[i] += bit),
        );
    assert.deepEqual([piece, pieces, each], ['connection', 4, 6]);
    assert.deepEqual(
      [...counts],
      [0, 1, 2, 3].map((unit) => byHand.reduce((sum, n, i) => (i % 4 === unit ? sum + n : sum), 0)),
    );
    assert.deepEqual([connections!.rows, connections!.columns], [6, 4]);
    assert.deepEqual(
      connections!.shares,
      Float32Array.from(byHand, (n) => n / samples),
    );
    assert.ok(Math.abs(connections!.deviation - Math.sqrt((0.3 * 0.7) / samples)) < 1e-9);
    assert.ok(Math.abs(expected.mean - 6 * 0.3 * samples) < 1e-9);
    assert.ok(Math.abs(expected.deviation - Math.sqrt(6 * 0.3 * 0.7 * samples)) < 1e-9);
    // By chance alone, however the weights came to be.
    for (const share of connections!.shares)
      assert.ok(Math.abs(share - 0.3) < 5 * connections!.deviation, String(share));
  });

  it('counts blocks of connections where there are very many', () => {
    const { count, to } = setUpOf(
      modelOf(
        [
          input(2),
          dense('h', 300),
          { id: 'd', kind: 'dropConnect', units: 300, rate: 0.5 },
          dense('o', 2, { activation: 'softmax' }),
        ],
        {
          batchSize: BATCH,
          epochs: 40,
        },
      ),
    );
    to(1);
    const { connections, counts, samples, each } = count('d');
    const { rows, columns, shares } = connections!;
    assert.deepEqual([rows, columns, shares.length], [128, 128, 128 * 128]);
    // Blocks of 2 or 3 by 2 or 3: weighted by their sizes, they hold every connection once.
    const ends = (n: number): number => Math.ceil((n * 300) / 128);
    let all = 0;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        all += shares[row * columns + column] * (ends(row + 1) - ends(row)) * (ends(column + 1) - ends(column));
    const counted = counts.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(all * samples - counted) < 1e-3 * counted, `${all * samples} of ${counted}, ${each} each`);
  });

  it('is refused where nothing is dropped', () => {
    const { count } = setUp(dropout('d', 0.4));
    assert.throws(() => count('h'), /Layer "h" drops nothing: there is nothing to count/);
    assert.throws(() => count('x'), /no layer "x"/);
  });
});
