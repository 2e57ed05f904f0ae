import assert from 'node:assert/strict';
import { largestOf, lineOf, WIDTHS } from '../../../webview/canvas/weightLines';

describe('The line of a weight', () => {
  it('is as wide as the weight is large, beside the largest of its layer, and tells its sign', () => {
    const most = WIDTHS.length - 1;
    assert.deepEqual(lineOf(2, 2), { sign: 'positive', level: most });
    assert.deepEqual(lineOf(-2, 2), { sign: 'negative', level: most });
    assert.deepEqual(lineOf(0.01, 2), { sign: 'positive', level: 0 });
    assert.deepEqual(lineOf(-1, 2), { sign: 'negative', level: 2 });
    assert.deepEqual(lineOf(0, 0), { sign: 'positive', level: 0 });
    assert.ok([...WIDTHS].every((w, i) => i === 0 || w > WIDTHS[i - 1]));
    assert.equal(largestOf(Float32Array.of(0.5, -3, 1)), 3);
    assert.equal(largestOf([NaN, 1]), 1);
  });
});
