import assert from 'node:assert/strict';
import { rangesOf } from '../../../src/runs/split';

describe('the split that a run records', () => {
  it('is rows as ranges, in their order, whatever order they are trained in', () => {
    assert.equal(rangesOf(Uint32Array.of(9, 2, 0, 1, 7, 10)), '0-2 7 9-10');
    assert.equal(rangesOf(Uint32Array.of(5)), '5');
    assert.equal(rangesOf(new Uint32Array(0)), '');
  });
});
