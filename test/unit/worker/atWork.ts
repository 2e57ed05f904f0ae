import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { Tick } from '../../../src/protocol/training';
import { workerApi } from '../../../src/worker/api';

/**
 * What a worker answers, with helpers of its own and the machine's clock.
 * @param ticks gets what it tells
 * @returns and `leave`, which closes it and fails where it crashed or warned
 */
export function workerAtWork(ticks: Tick[]): {
  readonly worker: ReturnType<typeof workerApi>;
  readonly leave: () => Promise<void>;
} {
  const errors: Error[] = [];
  const fail = (error: Error): void => void errors.push(error);
  const worker = workerApi({
    tick: (tick) => void ticks.push(tick),
    kept: () => undefined,
    loading: () => undefined,
    crashed: fail,
    helper: resolve('dist/helper.js'),
    warn: fail,
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const leave = async (): Promise<void> => {
    await worker.close();
    assert.deepEqual(errors, []);
  };
  return { worker, leave };
}
