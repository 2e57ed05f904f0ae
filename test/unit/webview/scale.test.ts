import assert from 'node:assert/strict';
import {
  epochTicks,
  type Curves,
  lossRange,
  niceStep,
  shareRange,
  shareTicks,
  spread,
  ticksOf,
} from '../../../src/charts/scale';

const curves = (on: number[], off = on, validation = on): Curves => ({
  epochs: on.map((_, i) => i + 1),
  on,
  onMin: on.map((v) => v / 2),
  onMax: on.map((v) => v * 9),
  off,
  validation,
});

describe('ranges of the curves', () => {
  it('starts a loss at 0 and gives the band no say', () => {
    const [low, high] = lossRange(curves([1.1, 0.9, 0.8]), false);
    assert.equal(low, 0);
    assert.ok(high >= 1.1 && high <= 1.5, String(high));
  });
  it('lets one wild beginning leave the frame', () => {
    const [, high] = lossRange(curves([90, ...Array.from({ length: 30 }, () => 1)]), false);
    assert.ok(high < 3, String(high));
  });
  it('survives nothing, zeros, one epoch and what is no number', () => {
    for (const values of [[], [0], [NaN], [0, 0, 0], [0.5], [Infinity, 1]])
      for (const log of [false, true]) {
        const [low, high] = lossRange(curves(values), log);
        assert.ok(Number.isFinite(low) && Number.isFinite(high) && high > low, `${String(values)} ${String(log)}`);
        if (log) assert.ok(low > 0);
      }
  });
  it('takes in a hundred thousand epochs without counting every one twice', () => {
    const long = Array.from({ length: 100_000 }, (_, i) => (i === 50_001 ? 1e-5 : 1 + Math.sin(i)));
    assert.deepEqual(lossRange(curves(long), false), [0, 2.5]);
    // The one smallest value of all still decides where a logarithmic axis begins.
    const [low] = lossRange(curves(Array.from({ length: 100_000 }, (_, i) => (i === 50_001 ? 1e-5 : 1))), true);
    assert.ok(low <= 1e-5 && low > 1e-7, String(low));
    assert.deepEqual(shareRange(long.map(() => 0.93)), [0.9, 1]);
  });
  it('has round ticks, 100 % among those of a share', () => {
    assert.equal(niceStep(1.2, 4), 0.4);
    assert.deepEqual(
      ticksOf([0, 1.2], 4),
      [0, 0.4, 0.8, 1.2000000000000002].map((t) => Math.round(t / 0.4) * 0.4),
    );
    assert.equal(shareTicks([0.6, 1]).at(-1), 1);
    assert.deepEqual(shareTicks([0, 1]), [0, 0.25, 0.5, 0.75, 1]);
    assert.deepEqual(shareRange([0.61, 0.7, NaN]), [0.5, 1]);
    assert.deepEqual(shareRange([]), [0, 1]);
  });
  it('names whole epochs, the first among them, rising', () => {
    for (const [first, last] of [
      [1, 1],
      [1, 2],
      [1, 7],
      [1, 64],
      [1, 1000],
      [5, 9],
    ]) {
      const ticks = epochTicks(first, last, 6);
      assert.equal(ticks[0], first);
      ticks.slice(1).forEach((t, i) => assert.ok(Number.isInteger(t) && t > ticks[i] && t <= last));
      assert.ok(ticks.length <= 9);
    }
  });
  it('moves labels apart, within the frame, without changing their order', () => {
    const wanted = [100, 99, 98, 10];
    const ys = spread(wanted, 13, 0, 100);
    const sorted = [...ys].sort((a, b) => a - b);
    sorted.slice(1).forEach((y, i) => assert.ok(y - sorted[i] >= 12.9));
    assert.ok(sorted[0] >= 0 && sorted[3] <= 100);
    assert.ok(ys[3] < ys[2] && ys[2] < ys[1] && ys[1] < ys[0]);
    assert.deepEqual(spread([], 13, 0, 10), []);
  });
});
