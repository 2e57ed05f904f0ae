import assert from 'node:assert/strict';
import { baselineLoss } from '../../../src/engine/baseline';
import type { Dataset } from '../../../src/engine/dataset';
import { neighbourLoss } from '../../../src/engine/neighbours';
import { compile } from '../../../src/engine/network';
import { dense, input, modelOf } from './support';

const classifier = (inputs = 1) =>
  compile(modelOf([input(inputs), dense('o', 2, { activation: 'softmax' })], { loss: 'crossentropy' }));
const regressor = () => compile(modelOf([input(1), dense('o', 1)], { loss: 'meanSquaredError' }));
const none = { count: 0, inputs: new Float32Array(), targets: new Float32Array(), rows: new Uint32Array() };

const numbers = (inputs: readonly number[], targets: readonly number[]): Dataset => ({
  title: 'numbers',
  inputNames: [],
  inputShape: [1],
  target: { type: 'numbers', names: ['y'] },
  train: {
    count: inputs.length,
    inputs: Float32Array.from(inputs),
    targets: Float32Array.from(targets),
    rows: Uint32Array.from(inputs, (_, i) => i),
  },
  validation: none,
  test: none,
});
const classes = (inputs: readonly number[], labels: readonly number[], size = 1): Dataset => ({
  title: 'classes',
  inputNames: [],
  inputShape: [size],
  target: { type: 'classes', names: ['a', 'b'] },
  train: {
    count: labels.length,
    inputs: Float32Array.from(inputs),
    targets: Float32Array.from(labels.flatMap((l) => [1 - l, l])),
    rows: Uint32Array.from(labels, (_, i) => i),
  },
  validation: none,
  test: none,
});

describe('The loss of asking nearest neighbours', () => {
  it('is that of the mean of the neighbours and of one more sample, the mean of all', () => {
    const x = Array.from({ length: 10 }, (_, i) => i);
    const y = x.map((i) => i * i);
    const mean = y.reduce((a, b) => a + b) / 10;
    const costs = [2, 3, 5, 8].map((k) => {
      const squares = x.map((own) => {
        const near = x.filter((other) => other !== own).sort((a, b) => Math.abs(a - own) - Math.abs(b - own) || a - b);
        const answer = near.slice(0, k).reduce((sum, other) => sum + y[other], mean) / (k + 1);
        return (answer - y[own]) ** 2;
      });
      return squares.reduce((a, b) => a + b) / 10;
    });
    const told = neighbourLoss(regressor(), numbers(x, y))!;
    assert.ok(Math.abs(told - Math.min(...costs)) < 1e-9, `${told} ${costs.join(' ')}`);
  });

  it('is small where near samples have the same class, and about that of knowing nothing where they have not', () => {
    const n = 300;
    const x = Array.from({ length: n }, (_, i) => Math.sin(99 * i));
    const told = classes(
      x,
      x.map((v) => Number(v > 0)),
    );
    assert.ok(neighbourLoss(classifier(), told)! < 0.1);
    const coins = classes(
      x,
      x.map((_, i) => Number(Math.sin(i * i * 12.9898) > 0)),
    );
    const baseline = baselineLoss(classifier(), coins)!;
    const asked = neighbourLoss(classifier(), coins)!;
    assert.ok(asked > 0.95 * baseline, `${asked} ${baseline}`);
  });

  it('leaves each sample out of its own neighbours', () => {
    // Pairs in one place with different classes: whoever asked itself would be right.
    const x = Array.from({ length: 40 }, (_, i) => Math.floor(i / 2));
    const loss = neighbourLoss(
      classifier(),
      classes(
        x,
        x.map((_, i) => i % 2),
      ),
    )!;
    assert.ok(loss > 0.6, String(loss));
  });

  it('takes a part of many samples and the same each time; of too few it says nothing', () => {
    const size = 40;
    const n = 4000;
    const inputs = Array.from({ length: n * size }, (_, i) => Math.sin(i * 7.7));
    const labels = Array.from({ length: n }, (_, row) => Number(inputs[row * size] > 0));
    const many = classes(inputs, labels, size);
    const loss = neighbourLoss(classifier(size), many);
    assert.equal(loss, neighbourLoss(classifier(size), many));
    assert.ok(loss! > 0);
    assert.equal(neighbourLoss(classifier(), classes([1, 2, 3], [0, 1, 0])), undefined);
  });

  it('says nothing of a model without a loss', () => {
    const without = compile(modelOf([input(1), dense('o', 2, { activation: 'softmax' })], null));
    const x = Array.from({ length: 20 }, (_, i) => i);
    const labels = x.map((i) => i % 2);
    assert.equal(neighbourLoss(without, classes(x, labels)), undefined);
    assert.ok(neighbourLoss(classifier(), classes(x, labels))! > 0);
  });
});
