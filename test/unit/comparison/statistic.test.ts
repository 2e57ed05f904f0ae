import assert from 'node:assert/strict';
import { statisticOf } from '../../../src/comparison/compare';

describe('mean and spread', () => {
  it('are those of the sample', () => {
    assert.deepEqual(statisticOf([1, 2, 3, 4]), { n: 4, mean: 2.5, sd: Math.sqrt(5 / 3) });
    assert.deepEqual(statisticOf([1, undefined, 3]), { n: 2, mean: 2, sd: Math.SQRT2 });
    assert.equal(statisticOf([1, undefined]), undefined);
  });

  it('of what does not vary are that number and nothing, whatever the sum is rounded to', () => {
    assert.deepEqual(statisticOf([0.95, 0.95, 0.95]), { n: 3, mean: 0.95, sd: 0 });
    assert.deepEqual(statisticOf([0.1, 0.1, 0.1]), { n: 3, mean: 0.1, sd: 0 });
  });
});
