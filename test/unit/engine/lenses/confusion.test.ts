import assert from 'node:assert/strict';
import { compile } from '../../../../src/engine/network';
import { Trainer } from '../../../../src/engine/trainer';
import { dense, dropout, input, modelOf, xorData } from '../support';
import { seeing } from './support';

const started = (): Trainer =>
  new Trainer(
    compile(
      modelOf(
        [input(2), dense('h', 9, { activation: 'relu' }), dropout('d', 0.5), dense('o', 2, { activation: 'softmax' })],
        { batchSize: 10, epochs: 3 },
      ),
    ),
    xorData(64, 16, 0),
  );
const weightsOf = ({ network }: Trainer): number[][] => [...network.weights.values()].map((w) => [...w.values]);

describe('The confusion of classes, seen in the middle of a run', () => {
  it('counts every sample once, and as many right as the accuracy says', () => {
    const trainer = started();
    for (let i = 0; i < 5; i++) trainer.advance();
    const seen = seeing(trainer)('confusion', { part: 'train' });
    const total = seen.counts.flat().reduce((a, b) => a + b);
    assert.equal(total, 64);
    const right = seen.counts.reduce((sum, row, i) => sum + row[i], 0);
    assert.equal(right / total, seen.metrics.accuracy);
    assert.equal(seen.step, 5);
  });

  it('changes nothing of the run, in the middle of an evaluation neither', () => {
    const watched = started();
    const alone = started();
    const see = seeing(watched);
    while (!watched.end) {
      const { type } = watched.advance();
      assert.equal(alone.advance().type, type);
      if (!watched.end) see('confusion', { part: 'train' });
    }
    assert.deepEqual(weightsOf(watched), weightsOf(alone));
    assert.deepEqual(watched.end, alone.end);
  });

  it('says what is missing', () => {
    const see = seeing(started());
    assert.throws(() => see('confusion', { part: 'test' }), /no test samples.*"split"/);
    assert.throws(() => see('none' as never, {} as never), /There is no lens "none"/);
  });
});
