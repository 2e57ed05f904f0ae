import assert from 'node:assert/strict';
import type { LogEntry, LogEvent } from '../../../src/protocol/designer';
import type { EpochRecord } from '../../../src/protocol/training';
import { logOf, logText } from '../../../webview/train/logRows';

const epoch = (n: number, loss: number, more: Partial<EpochRecord> = {}): EpochRecord => ({
  epoch: n,
  step: n * 10,
  train: { loss: 1, min: 1, max: 1 },
  trainDropoutOff: { loss: 1 },
  validation: { loss },
  ...more,
});
const entry = (n: number, step: number, event: LogEvent): LogEntry => ({
  n,
  seconds: step / 10,
  step,
  epoch: 1 + Math.floor(step / 10),
  event,
});

describe('the log in words', () => {
  const history = [
    epoch(1, 0.9, { learningRate: 0.1 }),
    epoch(2, 0.8, { learningRate: 0.1 }),
    epoch(3, 0.85, { learningRate: 0.05 }),
    epoch(4, 0.7, { learningRate: 0.05 }),
  ];
  const log = [
    entry(0, 0, { type: 'started', seed: 7, threads: 2, numerics: 'fused' }),
    entry(1, 25, {
      type: 'changed',
      change: { parameter: 'optimizer.weightDecay', from: 0, to: 0.01, step: 25, epoch: 3 },
    }),
    entry(2, 40, { type: 'ended', end: { reason: 'stopped', kept: 4 } }),
  ];
  const rows = logOf({ log, history, epochSeconds: [1, 2, 3, 4] });

  it('has everything in order, best epochs folded between what else happened', () => {
    assert.deepEqual(
      rows.map((r) => [r.step, r.text]),
      [
        [0, 'Started: seed 7, fused numerics, 2 threads'],
        [20, 'Best validation loss so far: 0.800 (2 times)'],
        [25, 'Weight decay 0 \u2192 0.01 by hand'],
        [30, 'Learning rate 0.1 \u2192 0.05 by its schedule'],
        [40, 'Best validation loss so far: 0.700'],
        [40, 'Stopped by hand; weights of epoch 4'],
      ],
    );
    assert.deepEqual(
      rows[1].rows?.map((r) => [r.epoch, r.seconds, r.text]),
      [
        [1, 1, 'Best validation loss so far: 0.900'],
        [2, 2, 'Best validation loss so far: 0.800'],
      ],
    );
  });

  it('tells rates that follow a schedule from the one that the file says', () => {
    const model = { layers: [{ id: 'drop1', params: { rate: 0.5 } }] } as never;
    const scheduled = [epoch(1, 1, { rates: { drop1: 0.5 } }), epoch(2, 1, { rates: { drop1: 0.25 } })];
    const texts = logOf({ history: scheduled, model }).map((r) => r.text);
    assert.ok(texts.includes('Rate of drop1 0.5 \u2192 0.25 by its schedule'), texts.join('\n'));
  });

  it('is copied whole, a line for each', () => {
    const lines = logText(rows).trimEnd().split('\n');
    assert.equal(lines.length, 1 + 7);
    assert.equal(lines[2], '1.0 s\t10\t1\tBest validation loss so far: 0.900');
    // Where nobody knows when it was, no time is made up.
    assert.match(logText(logOf({ history, epochSeconds: [NaN, NaN] })), /^\u2013\t10\t1/m);
  });
});
