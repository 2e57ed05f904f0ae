import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { movesOf, rateMoved, structureOf, withRate } from '../../../src/host/structure';
import { analyze } from '../../../src/model/analyze';
import { templates } from '../../../src/model/templates';

const text = templates[0].text;
const modelWith = (rate: string) => {
  const { model } = analyze(text.replace('"rate": 0.2', `"rate": ${rate}`), catalogue);
  return model!;
};
const linear = '{ "schedule": "linear", "from": 0.1, "to": 0.5, "epochs": 4 }';
const dropOf = (rate: string) => modelWith(rate).layers.find((l) => l.id === 'drop1')!;

describe('what a live run follows of its document', () => {
  it('is a changed rate, and a plain rate in the place of a schedule', () => {
    assert.equal(rateMoved(dropOf('0.2'), modelWith('0.4')), 0.4);
    assert.equal(rateMoved(dropOf('0.2'), modelWith('0.2')), undefined);
    assert.equal(rateMoved(dropOf(linear), modelWith('0.1')), 0.1);
    assert.equal(rateMoved(dropOf('0.2'), modelWith(linear)), undefined);
    assert.deepEqual(withRate(dropOf(linear).params, 0.3), dropOf('0.3').params);
  });

  it('is not a new schedule: that makes the run outdated, a rate does not', () => {
    assert.equal(structureOf(modelWith('0.2')), structureOf(modelWith('0.4')));
    assert.notEqual(structureOf(modelWith('0.2')), structureOf(modelWith(linear)));
    assert.notEqual(structureOf(modelWith(linear)), structureOf(modelWith(linear.replace('0.5', '0.6'))));
  });

  const withTraining = (training: string) => {
    const changed = text.replace(/"training": \{[^}]*\{[^}]*\}[^}]*\}/, `"training": ${training}`);
    const { model, diagnostics } = analyze(changed, catalogue);
    assert.ok(model, JSON.stringify(diagnostics));
    return model;
  };
  const sgd = (more: string, batchSize = 16) =>
    withTraining(
      `{ "loss": "crossentropy", "optimizer": { "kind": "sgd", ${more} }, "batchSize": ${batchSize}, "epochs": 9, "clipNorm": 2 }`,
    );
  const trained = sgd('"learningRate": 0.1, "momentum": 0.5');

  it('is a number of the training section in the place of another, each by itself', () => {
    const moves = movesOf(trained, sgd('"learningRate": 0.2, "momentum": 0.9', 8), 16);
    assert.deepEqual(moves.changes, [
      { parameter: 'optimizer.learningRate', to: 0.2 },
      { parameter: 'optimizer.momentum', to: 0.9 },
      { parameter: 'batchSize', to: 8 },
    ]);
    assert.equal(structureOf(moves.model), structureOf(sgd('"learningRate": 0.2, "momentum": 0.9', 8)));
    assert.equal(moves.waiting, undefined);
    assert.deepEqual(movesOf(moves.model, trained, 16).changes.length, 3);
    assert.deepEqual(movesOf(trained, trained, 16).changes, []);
  });

  it('is no batch that the run has no memory for: it waits, and says why', () => {
    const wanted = sgd('"learningRate": 0.2, "momentum": 0.5', 64);
    const moves = movesOf(trained, wanted, 16);
    assert.deepEqual(moves.changes, [{ parameter: 'optimizer.learningRate', to: 0.2 }]);
    assert.match(moves.waiting!, /batches of up to 16 samples: batches of 64 begin with the next run/);
    assert.notEqual(structureOf(moves.model), structureOf(wanted));
  });

  it('is neither another optimizer, nor what is no number', () => {
    const adam = withTraining(
      '{ "loss": "crossentropy", "optimizer": { "kind": "adam", "learningRate": 0.1 }, "epochs": 9 }',
    );
    for (const model of [adam, sgd('"learningRate": 0.1, "momentum": 0.5, "nesterov": true')]) {
      const moves = movesOf(trained, model, 64);
      assert.deepEqual(
        moves.changes.filter((c) => c.parameter.startsWith('optimizer.')),
        [],
      );
      assert.notEqual(structureOf(moves.model), structureOf(model));
    }
  });
});
