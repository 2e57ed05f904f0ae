import assert from 'node:assert/strict';
import {
  type BatchMask,
  countDropped,
  GUTTER,
  rowBits,
  rowsOf,
  runWords,
  stripSize,
  timesDropped,
} from '../../../webview/train/strip';

const mask: BatchMask = {
  rate: 0.5,
  units: 10,
  dropped: 2,
  bits: new Uint8Array([0b00000101, 0b10]),
  // Three samples of two bytes; bits beyond the tenth unit must not count.
  batch: new Uint8Array([0b00000101, 0b10, 0b1, 0b11111100, 0xff, 0xff]),
};

describe('the strip of masks', () => {
  it('reads rows of whole bytes and counts only units that exist', () => {
    assert.equal(rowsOf(mask), 3);
    assert.deepEqual(
      [0, 1, 2].map((r) => countDropped(rowBits(mask, r), mask.units)),
      [3, 1, 10],
    );
    assert.deepEqual([...timesDropped(mask)], [3, 1, 2, 1, 1, 1, 1, 1, 1, 2]);
  });
  it('fits the place: every unit a column, or blocks of them', () => {
    for (const units of [1, 12, 128, 300, 1000, 20_000]) {
      const size = stripSize(units, 32, 900, 200);
      assert.ok(size.columns * size.per >= units);
      assert.ok(size.width <= 900.5, `${units}: ${size.width}`);
      assert.ok(size.cell >= 1 && size.row >= 5);
    }
    assert.equal(stripSize(128, 32, 900, 200).per, 1);
    assert.ok(stripSize(20_000, 32, 900, 200).per > 1);
    assert.equal(stripSize(12, 4, 900, 200).height, GUTTER.frequency + 4 * 18 + 3);
  });
  it('says how often units were dropped over the run, and what chance gives', () => {
    const run = {
      layer: 'drop1',
      units: 3,
      steps: 10,
      made: 10,
      samples: 200,
      counts: new Uint32Array([90, 100, 113]),
    };
    const expected = { mean: 100, deviation: Math.sqrt(50) };
    const chance = '; by chance 95 % of units are within 43.1\u201356.9 %';
    assert.equal(
      runWords({ ...run, expected }),
      `Over the run each unit was dropped in 45.0\u201356.5 % of 200 samples${chance}.`,
    );
    assert.equal(runWords({ ...run, expected }, 2), `over the run in 56.5 % of 200 samples${chance}.`);
    assert.equal(runWords({ ...run, made: 20 }, 1), 'over the run in 50.0 % of 200 samples of the first 10 steps.');
    assert.equal(runWords({ ...run, samples: 0 }), '');
  });
});
