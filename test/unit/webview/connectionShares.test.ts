import assert from 'node:assert/strict';
import {
  blockOf,
  connectionAt,
  connectionWords,
  heatOf,
  scaleOf,
  SPREAD,
} from '../../../webview/train/connectionShares';
import type { RunCounts } from '../../../webview/train/strip';

const shares = { rows: 2, columns: 3, shares: Float32Array.of(0.5, 0.45, 0.62, 0.5, 0.41, 0.5), deviation: 0.05 };
const run: RunCounts = {
  layer: 'drop1',
  piece: 'connection',
  pieces: 3,
  each: 2,
  steps: 10,
  made: 10,
  samples: 100,
  counts: new Uint32Array([100, 86, 112]),
  expected: { mean: 100, deviation: Math.sqrt(50) },
  connections: shares,
};

describe('How often each connection was dropped', () => {
  it('is drawn around what chance gives', () => {
    const scale = scaleOf(run, shares);
    assert.deepEqual(
      scale.map((share) => Math.round(share * 1000) / 1000),
      [0.5 - SPREAD * 0.05, 0.5, 0.5 + SPREAD * 0.05],
    );
    assert.ok(Math.abs(heatOf(0.5, scale) - 0.5) < 1e-9);
    assert.equal(heatOf(0.1, scale), 0);
    assert.equal(heatOf(0.9, scale), 1);
    assert.ok(Math.abs(heatOf(0.6, scale) - 0.75) < 1e-9);
    // Of a rate of 0 nothing is dropped, and nothing deviates.
    const never = { ...shares, shares: new Float32Array(6), deviation: 0 };
    assert.equal(heatOf(0, scaleOf({ ...run, expected: { mean: 0, deviation: 0 } }, never)), 0.5);
  });

  it('is said of all, and of one', () => {
    assert.equal(
      connectionWords(run, shares, 'dense1'),
      'Over the run each connection was dropped in 41.0\u201362.0 % of 100 samples; by chance 95 % of connections are within 40.2\u201359.8 %.',
    );
    assert.equal(
      connectionWords({ ...run, made: 30 }, shares, 'dense1', { row: 0, column: 2 }),
      'Value 1 of dense1 to unit 3: dropped in 62.0 % of 100 samples of the first 10 steps; by chance 95 % of connections are within 40.2\u201359.8 %.',
    );
  });

  it('names the first of a block, which chance moves less', () => {
    const many: RunCounts = { ...run, pieces: 300, each: 400 };
    const blocks = { ...shares, rows: 200, columns: 150, shares: new Float32Array(200 * 150).fill(0.5) };
    assert.equal(blockOf(many, blocks), 4);
    assert.deepEqual(connectionAt(many, blocks, 3, 7), { value: 6, unit: 14 });
    const [low, , high] = scaleOf({ ...many, expected: { mean: 400 * 50, deviation: 1 } }, blocks);
    assert.ok(Math.abs(high - low - SPREAD * 0.05) < 1e-9);
    assert.match(
      connectionWords(many, blocks, 'input', { row: 3, column: 7 }),
      /^Value 7 of input to unit 15 and its neighbours: dropped in 50\.0 %/,
    );
  });
});
