import assert from 'node:assert/strict';
import type { EpochRecord } from '../../../src/engine/records';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { failureOf, type Failure, type RunFacts } from '../../../src/verdict';
import { suspects, suspectsOf } from '../../../webview/train/suspects';
import { seeing } from '../engine/lenses/support';
import { dense, input, modelOf, xorData } from '../engine/support';

const facts: RunFacts = {
  epochs: 60,
  train: 64,
  validation: 16,
  classes: 2,
  loss: 'crossentropy',
  baseline: 0.7,
  labelNoise: 0,
};
const history = (losses: readonly number[]): EpochRecord[] =>
  losses.map((loss, i) => ({
    epoch: i + 1,
    step: 7 * (i + 1),
    train: { loss, min: loss, max: loss },
    trainDropoutOff: { loss },
  }));
const failure = (losses: readonly number[], end?: Parameters<typeof failureOf>[2]) =>
  failureOf(history(losses), facts, end, (x) => x.toFixed(1));

describe('What goes wrong without ending a run', () => {
  it('nothing, of a run that learns, or has learned all there is', () => {
    assert.equal(failure([]), undefined);
    assert.equal(failure([0.7, 0.6, 0.5]), undefined);
    assert.equal(failure(Array(30).fill(0.001) as number[]), undefined);
  });

  it('a loss that explodes, with its size and its step', () => {
    const { kind, message } = failure([0.7, 80, 9000])!;
    assert.equal(kind, 'exploding');
    assert.match(
      message,
      /grown to 9000\.0 by step 21 \(epoch 3\), and does not come down; knowing nothing costs 0\.7/,
    );
  });

  it('a loss that stays far above what knowing nothing costs, though it is a number still', () => {
    // Digits with a learning rate of 10 and momentum 0.99.
    const { kind, message } = failure([2.1, 28.4, 33.2, 27.9, 30.9])!;
    assert.equal(kind, 'exploding');
    assert.match(message, /grown to 30\.9 by step 35 \(epoch 5\), and does not come down; knowing nothing costs 0\.7/);
    assert.match(failure([30.2, 31.0, 29.5, 30.9])!.message, /stands at 30\.9/);
    // One epoch out of line, or two, are none of it.
    assert.equal(failure([0.7, 0.6, 9, 0.5, 0.4]), undefined);
    assert.equal(failure([0.7, 9, 9]), undefined);
    // But not all that jump about.
    const wild = [0.7, 30, 0.9, 40, 28, 1.2, 33, 35, 0.8, 29, 31, 1.1];
    assert.match(failure(wild)!.message, /grown to \d\d\.\d by step 84/);
  });

  it('nothing, of first weights that are bad and are being unlearned', () => {
    assert.equal(failure(Array.from({ length: 12 }, (_, i) => 5000 * 0.97 ** i)), undefined);
    assert.equal(failure(Array.from({ length: 12 }, (_, i) => 10 - 0.3 * i)), undefined);
  });

  it('a loss that never got below what knowing nothing costs, where neighbours know more', () => {
    const losses = Array.from({ length: 20 }, (_, i) => 0.7 + 0.004 * Math.sin(3 * i));
    const told = (neighbours: number | undefined, of = losses): Failure | undefined =>
      failureOf(history(of), { ...facts, neighbours }, undefined, (x) => x.toFixed(1));
    const { kind, message } = told(0.2)!;
    assert.equal(kind, 'stuck');
    assert.match(
      message,
      /stands at 0\.7 after 20 epochs; knowing nothing costs 0\.7, .*nearest neighbours 0\.2\. There is/,
    );
    assert.equal(told(0.69), undefined, 'there may be nothing to learn');
    assert.equal(told(undefined), undefined);
    assert.equal(
      told(
        0.2,
        losses.map((l, i) => l - 0.002 * i),
      ),
      undefined,
      'it has begun to learn',
    );
    assert.equal(told(0.2, losses.slice(0, 9)), undefined, 'it is young');
  });

  it('a loss that stands still, and since when', () => {
    const { kind, message } = failure([0.9, 0.8, ...(Array(12).fill(0.7) as number[])])!;
    assert.equal(kind, 'stuck');
    assert.match(message, /stood at 0\.7 since epoch 5/);
    assert.equal(failure(Array.from({ length: 14 }, (_, i) => 0.9 - 0.001 * i)), undefined);
  });

  it('a loss that is no number, in the words of the engine', () => {
    const end = { reason: 'nan', message: 'It began in layer "h".', layer: 'h' } as const;
    assert.deepEqual(failure([0.7], end), { kind: 'notFinite', message: 'It began in layer "h".', layer: 'h' });
  });
});

describe('The health of layers', () => {
  const trainer = (activation: string) =>
    new Trainer(
      compile(
        modelOf([input(2), dense('h', 6, { activation }), dense('o', 2, { activation: 'softmax' })], {
          batchSize: 10,
          epochs: 3,
        }),
      ),
      xorData(64, 16, 0),
    );

  it('tells gradients and weights of one batch, and changes nothing of the run', () => {
    const watched = trainer('tanh');
    const alone = trainer('tanh');
    const see = seeing(watched);
    while (!watched.end) {
      watched.advance();
      alone.advance();
      if (!watched.end) see('health', {});
    }
    for (const [name, { values }] of alone.network.weights)
      assert.deepEqual(watched.network.weights.get(name)!.values, values);
    const { layers, step } = see('health', {});
    assert.equal(step, 21);
    assert.deepEqual(
      layers.map(({ id, units, silent }) => [id, units, silent]),
      [
        ['h', 6, 0],
        ['o', 2, 0],
      ],
    );
    const kernel = watched.network.parameters.get('h/kernel')!.values;
    const bias = watched.network.parameters.get('h/bias')!.values;
    const squares = [...kernel, ...bias].reduce((sum, w) => sum + w * w, 0);
    assert.ok(Math.abs(layers[0].weights - Math.sqrt(squares / 18)) < 1e-5);
    assert.ok(layers.every((l) => l.gradient > 0));
  });

  it('finds the layer whose units are all silent, and says so', () => {
    const dead = trainer('relu');
    dead.network.parameters.get('h/bias')!.values.fill(-100);
    const answer = seeing(dead)('health', {});
    assert.deepEqual([answer.layers[0].silent, answer.layers[0].gradient], [6, 0]);
    assert.deepEqual(suspects(answer), ['h: all 6 units are silent, nothing gets through.']);
  });

  it('says which gradients vanished, which weights are huge, and when nothing moves at all', () => {
    const layer = (id: string, more: object) => ({ id, weights: 0.3, gradient: 0.01, units: 8, silent: 0, ...more });
    const of = (...layers: ReturnType<typeof layer>[]) => suspects({ step: 1, layers });
    assert.deepEqual(of(layer('a', {}), layer('b', {})), []);
    assert.match(of(layer('a', { gradient: 1e-9 }), layer('b', {}))[0], /^a: gradients have vanished/);
    assert.match(of(layer('a', { weights: 5000 }), layer('b', {}))[0], /^a: weights of about 5,000/);
    assert.match(of(layer('a', { silent: 5 }), layer('b', {}))[0], /^a: 5 of 8 units are silent/);
    assert.match(of(layer('a', { gradient: 1e-9 }), layer('b', { gradient: 1e-9 }))[0], /in all layers/);
  });

  it('says once what neighbours have in common, and marks each of them', () => {
    const layer = (id: string, gradient: number) => ({ id, weights: 0.3, gradient, units: 8, silent: 0 });
    const health = { step: 1, layers: [...'abcde'].map((id, i) => layer(id, 10 ** (i < 3 ? i - 12 : -2))) };
    assert.deepEqual(suspects(health), [
      'a to c (3 layers): gradients have vanished, about 1.0e\u221212 a weight in a.',
    ]);
    assert.deepEqual(
      suspectsOf(health).map((s) => s.layer),
      ['a', 'b', 'c'],
    );
  });
});
