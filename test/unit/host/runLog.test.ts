import assert from 'node:assert/strict';
import { RunLog } from '../../../src/host/runLog';
import type { Tick } from '../../../src/protocol/training';

const tick = (more: Partial<Tick>): Tick => ({
  run: 'a',
  state: 'training',
  step: 0,
  epoch: 1,
  progress: 0,
  seconds: 0,
  losses: new Float32Array(),
  epochs: [],
  changes: [],
  ...more,
});

describe('the log of a run', () => {
  it('notes pauses, going on, changes at their steps, and the end, in order', () => {
    const log = new RunLog();
    log.note({ type: 'started', seed: 3, threads: 1, numerics: 'strict' }, { seconds: 0, step: 0, epoch: 1 });
    // The first steps are no going on.
    assert.deepEqual(log.tick('paused', tick({})), []);
    const change = { parameter: 'batchSize', from: 20, to: 10, step: 7, epoch: 2 };
    log.tick('training', tick({ step: 9, epoch: 2, seconds: 1, changes: [change] }));
    log.tick('training', tick({ state: 'paused', step: 10, seconds: 2 }));
    // A single step of a run that waits.
    log.tick('paused', tick({ state: 'paused', step: 11, seconds: 2 }));
    log.tick('paused', tick({ step: 11, seconds: 2 }));
    const fresh = log.tick('training', tick({ state: 'stopped', step: 20, seconds: 3, end: { reason: 'stopped' } }));
    assert.deepEqual(
      log.entries.map(({ n, event: { type }, step }) => [n, type, step]),
      [
        [0, 'started', 0],
        [1, 'changed', 7],
        [2, 'paused', 10],
        [3, 'wentOn', 11],
        [4, 'ended', 20],
      ],
    );
    assert.deepEqual(fresh, log.entries.slice(4));
  });

  it('does not say that a run went on which was just taken from the disk', () => {
    const log = new RunLog();
    log.note({ type: 'resumed', threads: 1, numerics: 'fused' }, { seconds: 5, step: 50, epoch: 3 });
    assert.deepEqual(log.tick('paused', tick({ step: 50, epoch: 3 })), []);
  });
});
