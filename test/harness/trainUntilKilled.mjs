// A process that trains in the product's own worker, as the extension host does, until it is killed or the run ends:
//   node trainUntilKilled.mjs '{ "request": {...}, "resume": true, "layer": "drop", "seed": 1 }'
// It changes rates at random while it trains, and prints what it may rely on: "ready", "changed <rate>" once a change was
// answered, "end <reason>".
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const { request, resume, layer, seed } = JSON.parse(process.argv[2]);
const worker = new Worker(join(resolve(process.env.DROPOUT_STUDIO_ROOT ?? '.'), 'dist', 'worker.js'));
const waiting = new Map();
let id = 0;
let ended;
let step = 0;

const call = (method, ...args) =>
  new Promise((done, failed) => {
    waiting.set(++id, { done, failed });
    worker.postMessage({ type: 'call', id, method, args });
  });
const say = (line) => process.stdout.write(`${line}\n`);

worker.on('message', (message) => {
  if (message.type === 'notify' && message.method === 'tick') {
    const [tick] = message.args;
    ({ step } = tick);
    ended ??= tick.end;
  }
  if (message.type === 'notify' && message.method === 'kept' && message.args[1].problem)
    say(`problem ${message.args[1].problem}`);
  const { done, failed } = waiting.get(message.id) ?? {};
  if (message.type === 'result') done(message.value);
  if (message.type === 'error') failed(new Error(message.error.message));
});

let state = seed;
/** From 0 to below 1 (mulberry32): the same in each process that is given this seed. */
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const loaded = await call(resume ? 'loadRun' : 'load', request).catch((error) => {
  // Killed between the end's being written and being told.
  if (!/is finished|was stopped early/.test(error.message)) throw error;
  say('end before');
  process.exit(0);
});
const newest = Math.max(-1, ...(loaded.changes ?? []).map((change) => change.step));
say(`ready ${loaded.step ?? 0}`);
await call('run');
while (!ended) {
  await pause(random() * 150);
  // Not before those of earlier processes are made again: a change takes the place of those that are not yet.
  if (ended || step <= newest || random() < 0.5) continue;
  const rate = Math.round(random() * 0.8 * 1e6) / 1e6;
  try {
    await call('change', { layer, parameter: 'rate', to: rate });
    say(`changed ${rate}`);
  } catch (error) {
    if (!/has ended/.test(error.message)) throw error;
  }
}
await call('close');
say(`end ${ended.reason}`);
process.exit(0);
