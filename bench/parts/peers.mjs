// Part "peers": workloads a to d beside PyTorch, TensorFlow.js, ConvNetJS and brain.js.
import { join } from 'node:path';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { writeSamples } from '../lib/data.mjs';
import { nodes } from '../lib/machine.mjs';
import { contender, median, rateNow, takeTurns } from '../lib/measure.mjs';
import { oursRunner } from '../lib/ours.mjs';
import { installDebianTorch, installNpmPeers, installTorch, peersFolder } from '../lib/peers.mjs';
import { Runner } from '../lib/runner.mjs';
import { figure, ratio, spread, table } from '../lib/text.mjs';

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {number[]} threads how many it can be given
 * @property {boolean} torch
 * @property {(threads: number) => Runner} start
 * @property {object} [params] of its preparation, beside the workload's
 * @property {(model: any) => boolean} [only] the workloads it is asked to do, where not all
 */

const runnerFile = (/** @type {string} */ name) => inRoot('bench', 'runners', name);

/** Both are needed: PyTorch's own setting does not reach every BLAS. */
const threadsOf = (/** @type {number} */ threads) => ({
  OMP_NUM_THREADS: String(threads),
  OPENBLAS_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
});

/** @param {string} name @param {import('../lib/peers.mjs').Torch} torch */
export const torchRunner =
  (name, { python, env }) =>
  (/** @type {number} */ threads) =>
    new Runner(name, python, [runnerFile('torch_runner.py'), String(threads)], { ...env, ...threadsOf(threads) });

/**
 * @param {string} node
 * @returns {{ peers: Peer[], missing: string[] }}
 */
function installPeers(node) {
  /** @type {Peer[]} */
  const peers = [];
  /** @type {string[]} */
  const missing = [];
  const attempt = (/** @type {string} */ name, /** @type {() => Peer[]} */ install) => {
    try {
      peers.push(...install());
    } catch (error) {
      missing.push(`${name} is left out: ${error instanceof Error ? error.message : error}`);
      console.log(missing.at(-1));
    }
  };
  attempt('PyTorch (PyPI)', () => {
    const start = torchRunner('PyTorch (PyPI)', installTorch());
    const usual = { name: 'PyTorch (PyPI)', threads: [1, 2], torch: true, start };
    // Not what it does by itself, but faster: whoever is in a hurry finds it.
    const hurried = { ...usual, name: 'PyTorch (PyPI), fused Adam', params: { fused: true } };
    return [usual, { ...hurried, only: (model) => model.training.optimizer.kind === 'adam' }];
  });
  attempt('PyTorch (Debian, OpenBLAS)', () => {
    const start = torchRunner('PyTorch (Debian, OpenBLAS)', installDebianTorch());
    return [{ name: 'PyTorch (Debian, OpenBLAS)', threads: [1, 2], torch: true, start }];
  });
  attempt('TensorFlow.js, ConvNetJS and brain.js', () => {
    installNpmPeers();
    const script = (/** @type {string} */ name, /** @type {string} */ file, /** @type {string[]} */ ...args) => ({
      name,
      threads: [1],
      torch: false,
      start: () => new Runner(name, node, [runnerFile(file), peersFolder, ...args]),
    });
    return [
      script('TensorFlow.js wasm', 'tfjs.mjs', 'wasm'),
      script('TensorFlow.js cpu', 'tfjs.mjs', 'cpu'),
      script('ConvNetJS', 'convnet.mjs'),
      script('brain.js', 'brain.mjs'),
    ];
  });
  return { peers, missing };
}

/** What was set out to be reached: ratios of steps a second. */
const wanted = {
  torch: { 1: { a: 1, b: 1.8, c: 60, d: 1 }, 2: { a: 1, b: 2.5, c: 60, d: 1 } },
  tfjs: { a: 30, b: 15, c: 400, d: 100 },
};

/**
 * One workload with so many threads each.
 * @param {any} workload
 * @param {number} threads
 * @param {Peer[]} peers
 * @param {{ rounds: number, seconds: number, samples: ReturnType<typeof writeSamples>, bundle: string, note(text: string): void }} options
 */
async function compare(workload, threads, peers, { rounds, seconds, samples, bundle, note }) {
  const { title: _title, ...files } = workload.inputs === 784 ? samples.pictures : samples.points;
  /** @type {Runner[]} */
  const started = [];
  /** @type {Map<string, string>} */
  const versions = new Map();
  const ready = async (name, runner, params) => {
    started.push(runner);
    const { version } = await runner.ask('prepare', { ...params, ...files });
    versions.set(name, version);
    const burst = async (steps) => (await runner.ask('burst', { steps })).seconds;
    return contender(burst, { seconds, rounds });
  };
  try {
    const ours = new Map();
    for (const [major, { program }] of nodes()) {
      const runner = oursRunner(program, bundle);
      ours.set(`Node ${major}`, await ready(`Node ${major}`, runner, { workload, threads }));
    }
    const others = new Map();
    for (const { name, start, params, only } of peers) {
      if (only && !only(workload.model)) continue;
      try {
        others.set(
          name,
          await ready(name, start(threads), { ...params, model: workload.model, classes: workload.classes }),
        );
      } catch (error) {
        note(
          `${name}, workload ${workload.id}: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`,
        );
        await started.pop()?.close();
      }
    }
    // With more threads, those of the last burst may spin a while before they sleep.
    return { versions, ...(await takeTurns(ours, others, rounds, threads > 1 ? 250 : 0)) };
  } finally {
    await Promise.all(started.map((runner) => runner.close()));
  }
}

/** @param {Peer[]} peers @param {number} threads of sgemm 1024^3: tells what BLAS a PyTorch really has */
async function productRates(peers, threads, seconds) {
  const lines = [];
  for (const { name, start } of peers.filter((p) => p.torch && !p.only)) {
    const runner = start(threads);
    try {
      const { version } = await runner.ask('prepareProduct', { form: 'AB', m: 1024, n: 1024, depth: 1024 });
      const burst = async (times) => (await runner.ask('product', { times })).seconds;
      const rate = await rateNow(await contender(burst, { seconds, rounds: 1 }));
      lines.push(`${name} ${version}: sgemm 1024 x 1024 x 1024 at ${figure((rate * 2 * 1024 ** 3) / 1e9)} GFLOP/s`);
    } finally {
      await runner.close();
    }
  }
  return lines;
}

/** @param {{ rounds: number, seconds: number, only?: string[], bundle: string, workloads: any[] }} options */
export async function peersPart({ rounds, seconds, bundle, workloads }) {
  const [{ program }] = nodes().values();
  const { peers, missing } = installPeers(program);
  const samples = writeSamples();
  const sections = [];
  for (const threads of [1, 2]) {
    const taking = peers.filter((peer) => peer.threads.includes(threads));
    const notes = [];
    /** @type {Map<string, Awaited<ReturnType<typeof compare>>>} */
    const found = new Map();
    for (const workload of workloads) {
      console.log(`workload ${workload.id}, ${threads === 1 ? 'one thread' : `${threads} threads`} each...`);
      const note = (/** @type {string} */ text) => notes.push(text);
      found.set(workload.id, await compare(workload, threads, taking, { rounds, seconds, samples, bundle, note }));
    }
    const rates = await productRates(taking, threads, seconds);
    sections.push(section(threads, taking, found, [...rates, ...notes]));
  }
  const list = workloads.map(({ id, title, batchSize }) => `- **${id}**: ${title}, batch ${batchSize}`);
  return [
    '## Beside others',
    'Whole training steps: batch drawn, forward with dropout, loss, backward, optimizer.',
    `${list.join('\n')}`,
    `Samples: ${samples.pictures.title}; ${samples.points.title} for c. Rounds in turns: ${rounds}. Bursts of ${seconds} s; fewer for who needs seconds for one step.`,
    ...sections,
    [
      '- ConvNetJS has no Adam: it moves with momentum, which is less work. It and brain.js take one sample after the other.',
      '- brain.js knows neither dropout nor softmax: it trains a network of the same size without them, and moves the weights at every sample. Steps are batches of as many samples.',
      ...missing.map((line) => `- ${line}`),
    ].join('\n'),
  ].join('\n\n');
}

/**
 * @param {number} threads
 * @param {Peer[]} peers
 * @param {Map<string, Awaited<ReturnType<typeof compare>>>} found
 * @param {string[]} notes
 */
function section(threads, peers, found, notes) {
  const ids = [...found.keys()];
  const first = found.get(ids[0]);
  const ours = [...(first?.ratios.keys() ?? [])];
  const ratiosOf = (own, peer, id) => found.get(id)?.ratios.get(own)?.get(peer);
  const cells = (own, peer) =>
    ids.map((id) => {
      const ratios = ratiosOf(own, peer, id);
      return ratios?.length ? spread(ratios) : '-';
    });
  const fastest = (own) =>
    ids.map((id) => {
      const medians = peers
        .filter((p) => p.torch)
        .map(({ name }) => ratiosOf(own, name, id))
        .filter((ratios) => ratios?.length)
        .map((ratios) => median(ratios ?? []));
      return medians.length ? `**${ratio(Math.min(...medians))}**` : '-';
    });
  const aims = (row) => ids.map((id) => (row[id] === undefined ? '-' : `at least ${row[id]}`));
  // Small networks get no more threads than they have work for: not the same everywhere.
  const version = (name) => [...new Set(ids.map((id) => found.get(id)?.versions.get(name)).filter(Boolean))].join('; ');
  const names = peers.map((p) => p.name).filter((name) => ids.some((id) => found.get(id)?.rates.get(name)?.length));
  const tables = ours.flatMap((own) => [
    `Ours (${own}, kernel set ${version(own)}), steps a second against theirs, medians of rounds (lowest to highest):`,
    table([
      [`${own} against`, ...ids],
      ...names.map((name) => [name, ...cells(own, name)]),
      ['**the fastest PyTorch**', ...fastest(own)],
      ['wanted against PyTorch', ...aims(wanted.torch[threads])],
      ...(threads === 1 ? [['wanted against TensorFlow.js (wasm; d: cpu)', ...aims(wanted.tfjs)]] : []),
    ]),
  ]);
  const rates = table([
    ['steps/s, medians', 'version', ...ids],
    ...[...ours.map((own) => /** @type {const} */ ([own, `ours, ${own}`])), ...names.map((n) => [n, n])].map(
      ([key, title]) => [
        title,
        version(key),
        ...ids.map((id) => {
          const all = found.get(id)?.rates.get(key);
          return all?.length ? figure(median(all)) : '-';
        }),
      ],
    ),
  ]);
  return [
    `### ${threads === 1 ? 'One thread each' : `${threads} threads each`}`,
    ...tables,
    rates,
    notes.map((line) => `- ${line}`).join('\n'),
  ].join('\n\n');
}
