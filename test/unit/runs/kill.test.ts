import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { catalogue } from '../../../src/catalogue';
import { inspectModel } from '../../../src/data/inspect';
import { compile } from '../../../src/engine/network';
import type { EndRecord, EpochRecord } from '../../../src/engine/records';
import { Trainer } from '../../../src/engine/trainer';
import type { JsonObject } from '../../../src/model/json';
import { fromCheckpoint } from '../../../src/runs/checkpoint';
import { fileIo } from '../../../src/runs/files';
import { openRun, readCheckpoint } from '../../../src/runs/open';
import { Replay } from '../../../src/runs/replay';
import { kernelsFor } from '../../../src/threads/kernels';

/** How often something is killed; `npm run soak` asks for more. */
const KILLS = Number(process.env.DROPOUT_STUDIO_KILLS ?? 100);
const root = resolve(process.env.DROPOUT_STUDIO_ROOT ?? '.');

const dense = (units: number, activation = 'relu'): JsonObject => ({ kind: 'dense', units, activation });
const moons = { source: 'moons', samples: 90, split: { train: 40, validation: 30, test: 20 } };

/** What of an optimizer, a schedule, a layer or the data is remembered from step to step, in one of them at least. */
const models: readonly { readonly name: string; readonly layer: string; readonly text: JsonObject }[] = [
  {
    name: 'adam, cosine schedule, dropout',
    layer: 'drop',
    text: model(moons, [dense(12), { id: 'drop', kind: 'dropout', rate: 0.5 }, dense(8), dense(2, 'softmax')], {
      optimizer: { kind: 'adam', learningRate: 0.01 },
      schedule: { kind: 'cosine' },
    }),
  },
  {
    name: 'sgd with momentum, steps, a rate on a schedule, strict kernels, class weights',
    layer: 'drop',
    text: model(
      moons,
      [
        dense(9),
        { id: 'drop', kind: 'dropout', rate: { schedule: 'linear', from: 0.1, to: 0.6, epochs: 900 } },
        { id: 'noise', kind: 'gaussianNoise' },
        dense(2, 'softmax'),
      ],
      {
        numerics: 'strict',
        optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 },
        schedule: { kind: 'step', every: 50, factor: 0.9 },
        warmupSteps: 100,
      },
    ),
  },
  {
    name: 'rmsprop, plateaus, early stopping, batch normalisation, clipping',
    layer: 'drop',
    text: model(
      moons,
      [
        { ...dense(10), l2: 0.001 },
        { id: 'norm', kind: 'batchNorm' },
        { id: 'drop', kind: 'gaussianDropout', rate: 0.3 },
        dense(2, 'softmax'),
      ],
      {
        optimizer: { kind: 'rmsprop', learningRate: 0.003 },
        schedule: { kind: 'onPlateau', patience: 5, factor: 0.9 },
        earlyStopping: { patience: 1200 },
        clipNorm: 1,
      },
    ),
  },
  {
    name: 'adamw, augmented pictures, spatial dropout',
    layer: 'drop',
    text: model(
      {
        source: 'csv',
        path: 'pictures.csv',
        target: 'class',
        scale: 'divide',
        divisor: 16,
        augment: ['flip', { kind: 'shift', by: 1 }],
        split: { train: 24, validation: 12, test: 12 },
      },
      [
        { id: 'pixels', kind: 'reshape', shape: [4, 4, 1] },
        { id: 'conv', kind: 'conv2d', filters: 4, kernelSize: 3, activation: 'relu' },
        { id: 'drop', kind: 'spatialDropout', rate: 0.25 },
        { id: 'flat', kind: 'flatten' },
        dense(2, 'softmax'),
      ],
      { optimizer: { kind: 'adamw', learningRate: 0.01 }, batchSize: 6 },
      { shape: [16], image: [4, 4] },
    ),
  },
  {
    name: 'nadam, inverse time, dropped connections',
    layer: 'connections',
    text: model(moons, [{ ...dense(14), id: 'connections', kind: 'dropConnect', rate: 0.4 }, dense(2, 'softmax')], {
      optimizer: { kind: 'nadam', learningRate: 0.01 },
      schedule: { kind: 'inverseTime', decay: 0.005 },
    }),
  },
];

function model(data: JsonObject, layers: JsonObject[], training: JsonObject, input: JsonObject = { shape: [2] }) {
  return {
    version: 1,
    data,
    layers: [
      { id: 'input', kind: 'input', ...input },
      ...layers.map((layer, i) => ({ id: i === layers.length - 1 ? 'output' : `layer${i}`, ...layer })),
    ],
    training: { loss: 'crossentropy', batchSize: 8, epochs: 3000, seed: 7, ...training },
  };
}

describe('A run that is killed again and again', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'killed-'));
    const pixels = Array.from({ length: 16 }, (_, i) => `p${i}`);
    const rows = Array.from({ length: 48 }, (_, r) => [
      ...pixels.map((_, i) => (r * 7 + i * (3 + (r % 2))) % 17),
      r % 2 ? 'a' : 'b',
    ]);
    await writeFile(
      join(folder, 'pictures.csv'),
      [[...pixels, 'class'], ...rows].map((row) => row.join(',')).join('\n'),
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it(`goes on to the bits of one that never was, ${KILLS} times`, async function () {
    this.timeout(KILLS * 10_000);
    let kills = 0;
    for (let round = 0; kills < KILLS || round < models.length; round++) {
      // Each of them has its share, however slow the machine is.
      const share = Math.min(KILLS, kills + Math.ceil(KILLS / models.length));
      const { name, layer, text } = models[round % models.length];
      const seed = 100 + round;
      const source = JSON.stringify({ ...text, training: { ...(text.training as JsonObject), seed } });
      const told: number[] = [];
      let directory: string | undefined;
      let ended = false;
      // Checkpoints one after another are met being written; behind a pause, changes have to be made again.
      const keeping = { interval: round % 2 === 0 ? 0.02 : 0.1, everyEpochs: round % 3 === 2 ? 100 : 0 };
      while (!ended) {
        const request = {
          run: 'r',
          text: source,
          folder,
          ...keeping,
          directory,
          keep: { folder: join(folder, 'runs'), name: `m${round}`, file: 'm.netjson', ...keeping },
        };
        // Now and then while it still begins, else while it trains.
        const begun = Math.random() < 0.8;
        const allowed = kills < share ? Math.random() * (begun ? 400 : 600) : Infinity;
        const result = await trainFor(begun, allowed, {
          request,
          resume: directory !== undefined,
          layer,
          seed: seed + kills,
        });
        told.push(...result.changes);
        ended = result.ended;
        if (!ended) kills++;
        directory ??= await theRun(join(folder, 'runs'));
        // However it was cut short, it opens, and nothing of it is damaged.
        if (directory !== undefined) assert.deepEqual((await openRun(directory)).problems, [], name);
      }
      await compareWithUninterrupted(directory!, source, folder, told, `${name}, after ${kills} kills`);
      await rm(join(folder, 'runs'), { recursive: true });
    }
  });
});

interface Trained {
  readonly ended: boolean;
  /** Rates that it was told are set. */
  readonly changes: readonly number[];
}

/**
 * Trains in a process of its own, which is killed after so many milliseconds, wherever it is then.
 * @param begun whether they count from when it trains
 */
async function trainFor(begun: boolean, milliseconds: number, task: object): Promise<Trained> {
  const script = join(root, 'test', 'harness', 'trainUntilKilled.mjs');
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DROPOUT_STUDIO_ROOT: root },
  });
  let [out, err] = ['', ''];
  let timer: NodeJS.Timeout | undefined;
  const count = (): void => {
    if (milliseconds < Infinity) timer ??= setTimeout(() => child.kill('SIGKILL'), milliseconds);
  };
  child.stdout!.on('data', (data: Buffer) => {
    out += data.toString();
    if (out.startsWith('ready')) count();
  });
  child.stderr!.on('data', (data: Buffer) => (err += data.toString()));
  if (!begun) count();
  const over = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  const code = await over;
  clearTimeout(timer);
  assert.doesNotMatch(out, /^problem/m);
  assert.ok(code === 0 || (code === null && err === ''), `${code}: ${err}`);
  return { ended: code === 0, changes: [...out.matchAll(/^changed (.*)$/gm)].map(([, rate]) => Number(rate)) };
}

/** The one run that is there; one whose making was cut short has no run.json yet, and is as good as none. */
async function theRun(runs: string): Promise<string | undefined> {
  for (const name of await readdir(runs).catch(() => []))
    if ((await readdir(join(runs, name))).includes('run.json')) return join(runs, name);
  return undefined;
}

/** @param told rates that were said to be set: none of them may be lost */
async function compareWithUninterrupted(
  directory: string,
  text: string,
  folder: string,
  told: readonly number[],
  what: string,
): Promise<void> {
  const { info, metrics, changes } = await openRun(directory);
  const { model, data } = await inspectModel(text, catalogue, fileIo(folder));
  const kernels = kernelsFor(model!, { threads: 1, numerics: info!.numerics });
  const trainer = new Trainer(compile(model!, { kernels }), data!.dataset, model!.training);
  const replay = new Replay(trainer, changes);
  const epochs: EpochRecord[] = [];
  while (!trainer.end) {
    replay.advance();
    const event = trainer.advance();
    if (event.type === 'epoch') epochs.push(event.record);
  }
  assert.deepEqual(metrics, epochs, what);
  const { counters, tensors } = trainer.state();
  const kept = fromCheckpoint(await readCheckpoint(directory, 'last'));
  assert.deepEqual(kept.counters, counters, what);
  assert.deepEqual([...kept.tensors.keys()].sort(), [...tensors.keys()].sort());
  for (const [name, { values }] of tensors)
    assert.deepEqual(kept.tensors.get(name)!.values, values, `${what}: ${name}`);
  const { reason, best, test } = info!;
  const end: EndRecord = trainer.end;
  assert.deepEqual([reason, best, test], [end.reason, end.best, end.test], what);
  assert.deepEqual(
    told.filter((rate) => !changes.some(({ to }) => to === rate)),
    [],
    `${what}: changes are lost`,
  );
}
