import assert from 'node:assert/strict';
import { repeatSeeds } from '../../../src/runs/repeats';

describe('repeats', () => {
  it('have the first seed and those after it', () => {
    assert.deepEqual(repeatSeeds(7, 3), [7, 8, 9]);
    const last = Number.MAX_SAFE_INTEGER;
    assert.deepEqual(repeatSeeds(last, 1), [last]);
    assert.throws(() => repeatSeeds(last - 1, 3), /no 3 seeds from 9007199254740990 on.*Begin with a smaller seed/);
  });
});
