// How long the list of a thousand runs takes in the worker that the Runs view asks.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from '../../scripts/lib/install.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { temporaryFolder } from '../../scripts/lib/processes.mjs';

const RUNS = 1000;
const EPOCHS = 60;

/** @param {{ rounds?: number }} options */
export async function runsPart({ rounds = 7 }) {
  build('--production');
  const folder = temporaryFolder('runs');
  try {
    for (let n = 0; n < RUNS; n++) writeRun(join(folder.path, 'runs', `digits-${n}`), n);
    const first = [];
    const again = [];
    for (let round = 0; round < rounds; round++) {
      const began = reading();
      // As the view meets it: a worker that was not there before.
      const worker = new Worker(inRoot('dist', 'runs.js'));
      await list(worker, join(folder.path, 'runs'));
      first.push(since(began));
      const then = reading();
      await list(worker, join(folder.path, 'runs'));
      again.push(since(then));
      await worker.terminate();
    }
    const row = (what, times) => `| ${what} | ${median(times, 'wall')} | ${median(times, 'processor')} |\n`;
    return (
      `## The list of runs\n\n${RUNS.toLocaleString('en')} runs, nine in ten of them ended, of ${EPOCHS} epochs each. Medians of ` +
      `${rounds}; processor time is that of all threads, and does not count what others at work took.\n\n` +
      `| | ms | of the processor, ms |\n| --- | ---: | ---: |\n` +
      row('the first list, with the start of the worker', first) +
      row('the next one', again)
    );
  } finally {
    folder.remove();
  }
}

/** @returns a clock's reading, in milliseconds: by the wall, and of the processor */
const reading = () => {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), processor: (user + system) / 1000 };
};
const since = (began) => {
  const now = reading();
  return { wall: now.wall - began.wall, processor: now.processor - began.processor };
};
const median = (times, of) =>
  times
    .map((time) => time[of])
    .sort((a, b) => a - b)
    [Math.floor(times.length / 2)].toFixed(0);

/** @returns {Promise<void>} once the worker has listed all runs of a folder */
const list = (worker, folder) =>
  new Promise((resolve, reject) => {
    worker.once('message', (message) => {
      if (message.value?.length === RUNS) resolve();
      else reject(new Error(`The worker answered ${JSON.stringify(message).slice(0, 200)}.`));
    });
    worker.once('error', reject);
    worker.postMessage({ type: 'call', id: 1, method: 'listRuns', args: [folder] });
  });

/** A run as the store writes it: one in ten was interrupted, so its log has to be read. */
function writeRun(directory, n) {
  mkdirSync(directory, { recursive: true });
  const measured = (epoch) => ({ loss: 1 / epoch, accuracy: 1 - 0.5 / epoch });
  const epochs = Array.from({ length: EPOCHS }, (_, i) => ({
    epoch: i + 1,
    step: (i + 1) * 34,
    train: { loss: 1 / (i + 1), min: 0.1, max: 2 },
    trainDropoutOff: measured(i + 1),
    validation: measured(i + 1),
  }));
  const ended = n % 10 !== 0;
  const info = {
    format: 1,
    name: 'digits',
    model: {
      sha256: '0'.repeat(64),
      folder: join(directory, '..', '..'),
      place: '../..',
      file: `model-${n % 7}.netjson`,
    },
    data: { sha256: '0'.repeat(64) },
    seeds: { training: n, data: 1 },
    epochs: EPOCHS,
    engine: { name: 'dropout-studio', version: '0.1.0' },
    numerics: 'strict',
    machine: { platform: 'linux', arch: 'x64', node: process.version, cores: 2 },
    started: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
    ...(ended && { reason: 'finished', seconds: 12, best: { epoch: EPOCHS, loss: 1 / EPOCHS }, last: epochs.at(-1) }),
  };
  writeFileSync(join(directory, 'run.json'), `${JSON.stringify(info, null, 2)}\n`);
  writeFileSync(join(directory, 'metrics.jsonl'), epochs.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
