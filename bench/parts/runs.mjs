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
    const worker = new Worker(inRoot('dist', 'worker.js'));
    let id = 0;
    /** @returns {Promise<number>} milliseconds */
    const list = () =>
      new Promise((resolve, reject) => {
        const began = performance.now();
        worker.once('message', (message) => {
          const took = performance.now() - began;
          if (message.value?.length === RUNS) resolve(took);
          else reject(new Error(`The worker answered ${JSON.stringify(message).slice(0, 200)}.`));
        });
        worker.once('error', reject);
        worker.postMessage({ type: 'call', id: ++id, method: 'listRuns', args: [join(folder.path, 'runs')] });
      });
    const first = await list();
    const times = [];
    for (let round = 0; round < rounds; round++) times.push(await list());
    await worker.terminate();
    const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
    return (
      `## The list of runs\n\n| ${RUNS.toLocaleString('en')} runs, nine in ten of them ended | ms |\n| --- | ---: |\n` +
      `| the first list, with the start of the worker | ${first.toFixed(0)} |\n` +
      `| each one after, median of ${rounds} | ${median.toFixed(0)} |\n`
    );
  } finally {
    folder.remove();
  }
}

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
