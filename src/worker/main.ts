/** The training worker: `new Worker('dist/worker.js')`. */
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { connect } from '../protocol/rpc';
import type { SessionApi, WorkerApi } from '../protocol/training';
import { workerApi } from './api';
import { portOf } from './port';

if (!parentPort) throw new Error('This file is a worker: start it with new Worker(…) of node:worker_threads.');

/** An error that nobody waits for ends the worker, loudly: the host hears of it and says so. */
const crash = (error: Error): void => {
  setImmediate(() => {
    throw error;
  });
};

const host = connect<WorkerApi, SessionApi>(
  portOf(parentPort),
  workerApi({
    tick: (tick) => host.notify('tick', tick),
    loading: (load, progress) => host.notify('loading', load, progress),
    kept: (run, kept) => host.notify('kept', run, kept),
    crashed: crash,
    helper: join(__dirname, 'helper.js'),
    warn: ({ message }) => console.warn(`Dropout Studio: ${message}`),
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  }),
  crash,
);
