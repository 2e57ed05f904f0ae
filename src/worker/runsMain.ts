/**
 * The worker that reads runs: `new Worker('dist/runs.js')`. It has no engine in it, for the first list is waited for, and of
 * that its start would be the most.
 */
import { parentPort } from 'node:worker_threads';
import { connect } from '../protocol/rpc';
import type { RunsApi } from '../protocol/runList';
import { portOf } from './port';
import { runsApi } from './runs';

if (!parentPort) throw new Error('This file is a worker: start it with new Worker(…) of node:worker_threads.');

connect<RunsApi, Record<never, never>>(portOf(parentPort), runsApi, (error) => {
  setImmediate(() => {
    throw error;
  });
});
