import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { analyze } from '../../../src/model/analyze';
import { planEdit } from '../../../src/model/edit';
import type { Model } from '../../../src/model/model';
import { remediesFor, type Failure, type Judgement, type Remedy, type VerdictKind } from '../../../src/verdict';
import type { Measured } from '../../../src/verdict/measure';

/** A text with comments, which every remedy must leave alone. */
const text = ({ rate1 = 0.5, rate2 = 0.3, units = 64, l2 = 0, more = '' } = {}): string => `{
  // A comment that stays.
  "version": 1,
  "data": { "source": "moons", "samples": 400 },
  "layers": [
    { "id": "input", "kind": "input", "shape": [2] },
    { "id": "dense1", "kind": "dense", "units": ${units}, "activation": "relu" },
    { "id": "drop1", "kind": "dropout", "rate": ${rate1} },
    { "id": "dense2", "kind": "dense", "units": 32, "activation": "relu", "l2": ${l2} }, // two
    { "id": "drop2", "kind": "dropout", "rate": ${rate2} },
    { "id": "dense3", "kind": "dense", "units": 8, "activation": "relu" },
    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }
  ],
  "training": { "loss": "crossentropy", "optimizer": "adam", "epochs": 100${more} }
}
`;
const modelOf = (source: string): Model => {
  const { model, diagnostics } = analyze(source, catalogue);
  assert.ok(model, diagnostics.map((d) => d.message).join('\n'));
  return model;
};
const measured = (more: Partial<Measured> = {}): Measured => ({
  epoch: 60,
  count: 60,
  share: 0.6,
  train: 0.1,
  validation: 0.5,
  lowestTrain: 0.1,
  dropoutOn: 0.1,
  range: 0.7,
  least: 0,
  learnable: 0.7,
  gap: 0.4,
  gapSpread: 0.02,
  rise: 0.1,
  riseSpread: 0.01,
  best: { epoch: 30, loss: 0.4, gap: 0.1 },
  slope: 0.001,
  gain: { lately: 0, before: 0, coming: 0, spread: 0 },
  trainGain: { lately: 0, before: 0, coming: 0, spread: 0 },
  ...more,
});
const judgement = (kind: VerdictKind, more: Partial<Measured> = {}): Judgement => ({
  kind,
  since: 40,
  measured: measured(more),
});
const offered = (j: Judgement, source = text(), alive = true, failure?: Failure): Remedy[] =>
  remediesFor(j, failure, { model: modelOf(source), alive, samples: 200 });
const titles = (remedies: readonly Remedy[]): string[] =>
  remedies.map((r) => `${r.title}${r.now ? ` (${r.now})` : ''}`);

/** Makes the edit of a remedy and gives the model that comes of it. */
function applied(remedy: Remedy, source: string): Model {
  assert.equal(remedy.action.type, 'edit');
  const { operation } = remedy.action;
  const change = planEdit(source, operation, catalogue);
  assert.ok(change, `${remedy.title} changes nothing`);
  const after = source.slice(0, change.offset) + change.text + source.slice(change.offset + change.length);
  assert.ok(after.includes('// A comment that stays.') && after.includes('// two'), after);
  return modelOf(after);
}

describe('Remedies', () => {
  it('for overfitting: back to the best epoch first, then more dropout where there is least', () => {
    const found = offered(judgement('overfitting'));
    assert.deepEqual(titles(found), [
      'Stop, keep the weights of epoch 30',
      'Rate 0.5 after dense2 (now 0.3)',
      'Add dropout 0.3 after dense3 (now none)',
    ]);
    assert.deepEqual(found[0].action, { type: 'stopAtBest' });
    const [, raise, add] = found;
    assert.equal(applied(raise, text()).layers.find((l) => l.id === 'drop2')!.params.rate, 0.5);
    const { layers } = applied(add, text());
    const fresh = layers.find((l) => l.inputs.includes('dense3'))!;
    assert.deepEqual([fresh.kind, fresh.params.rate], ['dropout', 0.3]);
  });

  it('do not offer to go back where the run has ended, or stands at its best', () => {
    assert.ok(!offered(judgement('overfitting'), text(), false).some((r) => r.id === 'stopAtBest'));
    assert.ok(!offered(judgement('overfitting', { epoch: 30 })).some((r) => r.id === 'stopAtBest'));
  });

  it('for overfitting without more to drop: penalty, early stopping, fewer units', () => {
    const full = text({ rate1: 0.5, rate2: 0.5 }).replace(/ {4}\{ "id": "dense3".*\n/, '');
    const found = offered(judgement('overfitting'), full, false);
    assert.deepEqual(titles(found), [
      'L2 penalty 0.001 in dense2 (now 0)',
      'Stop by itself after 10 epochs without progress',
      'Fewer units in dense1: 16 (now 64)',
    ]);
    assert.equal(applied(found[0], full).layers.find((l) => l.id === 'dense2')!.params.l2, 0.001);
    assert.deepEqual(applied(found[1], full).training!.earlyStopping!.patience, 10);
    assert.equal(applied(found[2], full).layers.find((l) => l.id === 'dense1')!.params.units, 16);
  });

  it('for underfitting: less dropout where there is too much, more units, a layer', () => {
    const source = text({ rate1: 0.9 });
    const found = offered(judgement('underfitting', { train: 0.4 }), source);
    assert.deepEqual(titles(found), [
      'Less dropout: rate 0.3 after dense1 (now 0.9)',
      'More units in dense3: 32 (now 8)',
      'Add a hidden layer of 16 units before output (now 3)',
    ]);
    for (const remedy of found) applied(remedy, source);
    assert.equal(applied(found[2], source).layers.length, 8);
  });

  it('for underfitting that knows nothing: smaller steps, and no penalty', () => {
    const source = text({ l2: 1 });
    const found = offered(judgement('underfitting', { train: 0.69 }), source);
    assert.deepEqual(titles(found).slice(0, 2), [
      'Smaller learning rate: 0.0001 (now 0.001)',
      'No L2 penalty in dense2 (now 1)',
    ]);
    assert.equal(applied(found[0], source).training!.optimizer.params.learningRate, 0.0001);
    assert.equal(applied(found[1], source).layers.find((l) => l.id === 'dense2')!.params.l2, 0);
  });

  it('for a run that ended too soon: more epochs, larger steps; none while it goes on', () => {
    assert.deepEqual(offered(judgement('stillLearning')), []);
    const found = offered(judgement('stillLearning'), text(), false);
    assert.deepEqual(titles(found), ['More epochs: 200 (now 100)', 'Larger learning rate: 0.003 (now 0.001)']);
    assert.equal(applied(found[0], text()).training!.epochs, 200);
    applied(found[1], text());
  });

  it('for a right fit: none', () => assert.deepEqual(offered(judgement('rightFit')), []));

  it('for a run without validation: samples for it, where the file does not ask for them already', () => {
    const without = text().replace('"samples": 400', '"samples": 400, "split": { "train": 0.8, "test": 0.2 }');
    const [only] = offered(judgement('notValidated'), without);
    const { train, validation, test } = applied(only, without).data!.params.split as Record<string, number>;
    assert.deepEqual([train, validation, test], [0.6, 0.2, 0.2]);
    const all = without.replace('"train": 0.8, "test": 0.2', '"train": 1');
    const untested = applied(offered(judgement('notValidated'), all)[0], all).data!.params.split as Record<
      string,
      number
    >;
    assert.deepEqual([untested.train, untested.validation, untested.test], [0.8, 0.2, 0]);
    assert.deepEqual(offered(judgement('notValidated')), []);
  });

  it('for what failed: smaller steps, clipped gradients, another activation', () => {
    const failed = (kind: Failure['kind'], source = text()) =>
      offered(judgement('tooEarly'), source, false, { kind, message: '' });
    const exploding = failed('exploding');
    assert.deepEqual(titles(exploding), ['Smaller learning rate: 0.0001 (now 0.001)', 'Clip gradients to norm 1']);
    assert.equal(applied(exploding[1], text()).training!.clipNorm, 1);
    const stuck = failed('stuck');
    assert.deepEqual(titles(stuck)[0], 'Activation leakyRelu in 3 layers (now relu)');
    const changed = applied(stuck[0], text()).layers.filter((l) => l.params.activation === 'leakyRelu');
    assert.deepEqual(
      changed.map((l) => l.id),
      ['dense1', 'dense2', 'dense3'],
    );
    const sigmoid = text().replaceAll('"relu"', '"sigmoid"');
    assert.deepEqual(titles(failed('stuck', sigmoid))[0], 'Activation relu in 3 layers (now sigmoid)');
    assert.deepEqual(titles(failed('notFinite', text({ more: ', "clipNorm": 1' }))), [
      'Smaller learning rate: 0.0001 (now 0.001)',
    ]);
  });

  it('for steps that are far too large: down to where something learns at once, and less momentum', () => {
    const wild = text().replace('"adam"', '{ "kind": "sgd", "learningRate": 10, "momentum": 0.99 }');
    const found = offered(judgement('tooEarly'), wild, true, { kind: 'exploding', message: '' });
    assert.deepEqual(titles(found), [
      'Smaller learning rate: 0.1 (now 10)',
      'Less momentum: 0.9 (now 0.99)',
      'Clip gradients to norm 1',
    ]);
    assert.equal(applied(found[1], wild).training!.optimizer.params.momentum, 0.9);
  });

  it('for a dead worker: go on from the checkpoint, where there is one, or train again', () => {
    const dead = (resumable?: number): Remedy[] =>
      remediesFor(
        judgement('failed'),
        { kind: 'broken', message: '' },
        { model: modelOf(text()), alive: false, samples: 200, resumable },
      );
    assert.deepEqual(titles(dead(420)), ['Go on from step 420', 'Train again']);
    assert.deepEqual(titles(dead(0)), ['Go on from the beginning', 'Train again']);
    assert.deepEqual(titles(dead()), ['Train again']);
    assert.deepEqual(
      dead(420).map((r) => r.action.type),
      ['resumeRun', 'train'],
    );
  });

  it('for nothing to learn: what could have hidden it from the network', () => {
    const found = offered(judgement('nothingToLearn'), text({ rate1: 0.9 }));
    assert.deepEqual(titles(found), [
      'Less dropout: rate 0.3 after dense1 (now 0.9)',
      'More units in dense3: 32 (now 8)',
    ]);
  });

  it('of a table that is not scaled: scale it', () => {
    const csv = text().replace(
      '"source": "moons", "samples": 400',
      '"source": "csv", "path": "a.csv", "target": "c", "scale": "none"',
    );
    const found = offered(judgement('tooEarly'), csv, false, { kind: 'stuck', message: '' });
    const scale = found.find((r) => r.id === 'scaleInputs')!;
    assert.equal(applied(scale, csv).data!.params.scale, 'standardize');
  });
});
