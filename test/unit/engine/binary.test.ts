import assert from 'node:assert/strict';
import { checkAgainstData } from '../../../src/data/check';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { Viewer } from '../../../src/engine/viewer';
import { dense, input, modelOf, numbersData, xorData } from './support';

const one = (more: object = {}) =>
  modelOf([input(2), dense('h', 12, { activation: 'tanh' }), dense('o', 1, { activation: 'sigmoid' })], {
    loss: 'binaryCrossentropy',
    optimizer: { kind: 'adam', learningRate: 0.03 },
    epochs: 60,
    batchSize: 16,
    ...more,
  });

describe('One sigmoid unit for two classes', () => {
  it('fits the data, learns, and is measured like two', () => {
    const data = xorData(200, 100, 100);
    const model = one({ metrics: ['accuracy', 'f1', 'rocAuc'] });
    assert.deepEqual(checkAgainstData(model, data), []);
    const trainer = new Trainer(compile(model), data);
    for (const event of trainer.events()) if (event.type === 'end') break;
    const { accuracy, f1, rocAuc } = trainer.end!.test!;
    assert.ok(accuracy! > 0.9 && f1! > 0.9 && rocAuc! > 0.95, JSON.stringify(trainer.end!.test));
  });

  it('shows both classes in a sight', () => {
    const data = xorData();
    const trainer = new Trainer(compile(one()), data);
    const viewer = new Viewer(trainer);
    viewer.capture();
    const { rows } = trainer.upcoming()!;
    for (let sample = 0; sample < 16; sample++) {
      const { answer, target } = viewer.look(sample);
      assert.equal(answer.withMask.length, 2);
      assert.ok(Math.abs(answer.withoutMask[0] + answer.withoutMask[1] - 1) < 1e-6);
      assert.equal(target, data.train.targets[2 * rows[sample] + 1]);
    }
  });

  it('is refused by other losses and for more classes', () => {
    const codes = (model: Parameters<typeof checkAgainstData>[0], data = xorData()) =>
      checkAgainstData(model, data).map((e) => e.code);
    assert.deepEqual(codes(one({ loss: 'meanSquaredError' })), ['output-units']);
    const three = { ...xorData(), target: { type: 'classes' as const, names: ['a', 'b', 'c'] } };
    assert.deepEqual(codes(one(), three), ['output-units']);
  });

  it('refuses numbers that are no probabilities, naming the row', () => {
    const model = modelOf([input(3), dense('o', 2, { activation: 'sigmoid' })], { loss: 'binaryCrossentropy' });
    const [error] = checkAgainstData(model, numbersData());
    assert.equal(error.code, 'target-range');
    assert.match(error.message, /numbers from 0 to 1, but row \d+ of numbers has/);
  });
});

describe('Metrics that do not fit the data', () => {
  it('are refused at their place', () => {
    const model = one({ metrics: ['accuracy', 'rmse'] });
    const [error] = checkAgainstData(model, xorData());
    assert.deepEqual([error.code, error.path], ['metric-target', ['training', 'metrics', 1]]);
    assert.match(error.message, /"rmse" measures numbers.*"accuracy"/);
  });
});

describe('Class weights', () => {
  const weighted = (loss: object) =>
    modelOf([input(2), dense('o', 2, { activation: 'softmax' })], { loss: { kind: 'crossentropy', ...loss } });

  it('balanced: by the training samples of each class', () => {
    const data = xorData();
    const network = compile(weighted({ classWeights: 'balanced' }));
    const trainer = new Trainer(network, data);
    const counts = [0, 1].map((c) => data.train.targets.filter((t, i) => i % 2 === c && t === 1).length);
    assert.notEqual(counts[0], counts[1]);
    for (let i = 0; i < 3; i++) trainer.advance();
    network.put(data.train, 0, 0);
    network.forward('evaluate', 1);
    const wanted = data.train.targets[0] === 1 ? 0 : 1;
    const loss = (-Math.log(network.output[wanted]) * 64) / (2 * counts[wanted]);
    assert.ok(Math.abs(network.totalLoss() - loss) < 1e-5);
  });

  it('that do not fit are refused at their place', () => {
    for (const [loss, path, message] of [
      [{ classWeights: 'given' }, ['training', 'loss', 'classWeights'], /needs "weights"/],
      [{ classWeights: 'given', weights: [1] }, ['training', 'loss', 'weights'], /lists 1 numbers.*2 classes/],
      [{ weights: [1, 2] }, ['training', 'loss', 'weights'], /no effect with "classWeights": "none"/],
    ] as const)
      assert.throws(
        () => compile(weighted(loss)),
        (error: Error & { path?: unknown }) => {
          assert.deepEqual(error.path, path);
          return message.test(error.message);
        },
      );
  });
});
