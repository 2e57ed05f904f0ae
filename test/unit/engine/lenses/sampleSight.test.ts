import assert from 'node:assert/strict';
import { maskOf } from '../../../../src/engine/masks';
import { compile } from '../../../../src/engine/network';
import { Trainer } from '../../../../src/engine/trainer';
import { isDropped } from '../../../../src/protocol/training';
import { dense, dropout, input, modelOf, numbersData, xorData } from '../support';
import { seeing } from './support';

const softmax = dense('o', 2, { activation: 'softmax' });
const model = modelOf([input(2), dense('h', 9, { activation: 'relu' }), dropout('d', 0.5), softmax], {
  batchSize: 10,
  epochs: 4,
});
const begun = (steps = 5) => {
  const trainer = new Trainer(compile(model), xorData(64, 30, 0));
  while (trainer.step < steps || !trainer.upcoming()) trainer.advance();
  return trainer;
};

describe('The lens on one sample of any part', () => {
  it('sees it as if it came first in the next step: its values, that mask, its answers', () => {
    const trainer = begun();
    const { dataset } = trainer;
    const { sight, part, position } = seeing(trainer)('sampleSight', { part: 'validation', position: 17, passes: 9 });
    assert.deepEqual([part, position], ['validation', 17]);
    const { validation } = dataset;
    assert.deepEqual(sight.input, validation.inputs.slice(34, 36));
    assert.equal(sight.row, validation.rows[17]);
    assert.deepEqual([sight.step, sight.sample, sight.batchSize], [5, 0, 10]);
    const { mask, batch } = sight.layers.find((l) => l.id === 'd')!;
    const wanted = maskOf(model, { seed: 7, layer: 'd', step: 5, sample: 0, rate: 0.5 });
    assert.deepEqual(
      Array.from({ length: 9 }, (_, i) => isDropped(mask!.bits, i)),
      Array.from(wanted, (bit) => bit === 1),
    );
    assert.equal(batch!.rows, 10);
    // In evaluation, what the trainer's own network answers.
    trainer.network.put(validation, 17, 0);
    trainer.network.forward('evaluate', 1);
    assert.deepEqual(sight.answer.withoutMask, Float32Array.from(trainer.network.output.subarray(0, 2)));
    assert.equal(
      sight.others!.votes!.reduce((a, b) => a + b),
      9,
    );
  });

  it('looks again at the very picture that is held, while training has gone on', () => {
    const trainer = begun();
    const see = seeing(trainer);
    const ask = { part: 'train', position: 3, passes: 5 } as const;
    const then = see('sampleSight', ask);
    while (trainer.step < 9) trainer.advance();
    assert.deepEqual(see('sampleSight', { ...ask, held: 5 }), then);
    const now = see('sampleSight', ask);
    assert.equal(now.sight.step, 9);
    assert.notDeepEqual(now.sight.answer, then.sight.answer);
    assert.equal(see('sampleSight', { ...ask, position: 4, held: 9 }).sight.row, trainer.dataset.train.rows[4]);
  });

  it('changes nothing of the run', () => {
    const [looked, plain] = [begun(), begun()];
    const see = seeing(looked);
    while (!looked.end) {
      looked.advance();
      plain.advance();
      see('sampleSight', { part: 'validation', position: 2, passes: 3 });
    }
    assert.deepEqual(looked.end, plain.end);
    for (const [name, { values }] of looked.network.weights)
      assert.deepEqual(values, plain.network.weights.get(name)!.values);
  });

  it('has no answers of other masks where nothing drops, and refuses what is not there', () => {
    const numbers = new Trainer(
      compile(modelOf([input(3), dense('o', 2)], { batchSize: 10, epochs: 2, loss: 'meanSquaredError' })),
      numbersData(),
    );
    assert.equal(seeing(numbers)('sampleSight', { part: 'train', position: 0, passes: 5 }).sight.others, undefined);
    const see = seeing(begun());
    assert.throws(
      () => see('sampleSight', { part: 'train', position: 64, passes: 5 }),
      /train samples are 0 to 63; asked for 64/,
    );
    assert.throws(() => see('sampleSight', { part: 'test', position: 0, passes: 5 }), RangeError);
  });
});
