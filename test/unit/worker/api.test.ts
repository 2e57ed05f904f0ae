import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { dropoutMask } from '../../../src/engine/rng/philox';
import { connect, type Connection, RemoteError } from '../../../src/protocol/rpc';
import { isDropped, type SessionApi, type Tick, type WorkerApi } from '../../../src/protocol/training';
import { openRun } from '../../../src/runs/open';
import { workerApi } from '../../../src/worker/api';
import { portOf } from '../../../src/worker/port';

const model = (change: Record<string, unknown> = {}): string =>
  JSON.stringify({
    version: 1,
    name: 'moons',
    data: { source: 'moons', samples: 60, noise: 0.2, seed: 1, split: { train: 0.5, validation: 0.25, test: 0.25 } },
    layers: [
      { id: 'input', kind: 'input', shape: [2] },
      { id: 'hidden', kind: 'dense', units: 8, activation: 'relu' },
      { id: 'drop', kind: 'dropout', rate: 0.5 },
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ],
    training: { loss: 'crossentropy', optimizer: 'adam', batchSize: 8, epochs: 5, seed: 7 },
    ...change,
  });

describe('The worker, over its protocol', () => {
  let host: Connection<WorkerApi>;
  let worker: Connection<SessionApi>;
  let channel: MessageChannel;
  let ticks: Tick[];
  let folder: string;
  const errors: Error[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dropout-studio-'));
    channel = new MessageChannel();
    ticks = [];
    const fail = (error: Error) => errors.push(error);
    worker = connect<WorkerApi, SessionApi>(
      portOf(channel.port1),
      workerApi({
        tick: (tick) => worker.notify('tick', tick),
        kept: (run, kept) => worker.notify('kept', run, kept),
        loading: (load, progress) => worker.notify('loading', load, progress),
        crashed: fail,
        helper: resolve('dist/helper.js'),
        warn: fail,
        now: () => performance.now(),
        breathe: () => new Promise((resolve) => setImmediate(resolve)),
      }),
      fail,
    );
    host = connect<SessionApi, WorkerApi>(
      portOf(channel.port2),
      { tick: (tick) => void ticks.push(tick), kept: () => undefined, loading: () => undefined },
      fail,
    );
  });
  afterEach(async () => {
    host.dispose();
    worker.dispose();
    channel.port1.close();
    await rm(folder, { recursive: true });
    assert.deepEqual(errors.splice(0), []);
  });
  const load = (text = model()) => host.call.load({ run: 'r', text, folder });
  it('measures for the verdict what a run learns from, and nothing for a twin, which has no verdict', async () => {
    const { facts } = await load();
    assert.ok(facts!.neighbours! > 0);
    const twin = await host.call.load({ run: 't', text: model(), folder, twin: true });
    assert.equal(twin.facts, undefined);
    assert.deepEqual(
      twin.dropouts.map(({ rate }) => rate),
      [0],
    );
  });

  const details = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => assert.fail('should have been refused'),
      (e: unknown) => e,
    );
    assert.ok(error instanceof RemoteError);
    return { name: error.name, message: error.message, ...error.details };
  };

  it('loads a model with its data, trains it to the end, and tells', async () => {
    const loaded = await load();
    assert.deepEqual(loaded.dropouts, [{ layer: 'drop', rate: 0.5 }]);
    assert.equal(loaded.parameters, 2 * 8 + 8 + 8 * 2 + 2);
    assert.equal(loaded.stepsPerEpoch, Math.ceil(loaded.data.train / 8));
    assert.equal(loaded.epochs, 5);
    assert.equal(loaded.data.train + loaded.data.validation + loaded.data.test, 60);
    assert.equal(loaded.data.classes.length, 2);
    await host.call.run();
    while (!ticks.at(-1)?.end) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(ticks.at(-1)!.state, 'finished');
    assert.equal(ticks.flatMap((t) => [...t.losses]).length, 5 * loaded.stepsPerEpoch);
    assert.ok(ticks.every((t) => t.run === 'r' && t.losses instanceof Float32Array));
  });

  it('trains with another seed, for other epochs and into a directory made for it, where it is told so', async () => {
    const directory = join(folder, 'own');
    await mkdir(directory);
    const keep = { folder, name: 'm', file: 'm.netjson', interval: 5, everyEpochs: 0, directory };
    const loaded = await host.call.load({ run: 'r', text: model(), folder, seed: 9, epochs: 2, keep });
    assert.deepEqual([loaded.seed, loaded.epochs], [9, 2]);
    await host.call.watch({ visible: true, sample: 3, frozen: false });
    await host.call.step();
    const { mask } = ticks.at(-1)!.sight!.layers[2];
    const wanted = dropoutMask({ seed: 9, layer: 'drop', step: 0, sample: 3, rate: 0.5, units: 8 });
    assert.deepEqual(
      Array.from(wanted, (_, unit) => isDropped(mask!.bits, unit)),
      Array.from(wanted, (dropped) => dropped === 1),
    );
    await host.call.run();
    await host.call.close();
    const { info } = await openRun(directory);
    assert.deepEqual([info!.seeds.training, info!.epochs, info!.model.file], [9, 2, 'm.netjson']);
    assert.equal(await readFile(join(directory, 'model.netjson'), 'utf8'), model());
  });

  it('sends pictures whose masks anyone can recompute', async () => {
    await load();
    await host.call.watch({ visible: true, sample: 3, frozen: false });
    await host.call.step();
    await host.call.step();
    const sight = ticks.at(-1)!.sight!;
    assert.equal(sight.step, 1);
    const { mask, values } = sight.layers[2];
    const wanted = dropoutMask({ seed: 7, layer: 'drop', step: 1, sample: 3, rate: 0.5, units: 8 });
    for (let unit = 0; unit < 8; unit++) {
      assert.equal(isDropped(mask!.bits, unit), wanted[unit] === 1);
      if (isDropped(mask!.bits, unit)) assert.equal(values[unit], 0);
    }
  });

  it('refuses what cannot be loaded, with code and place', async () => {
    const noTraining = await details(load(model({ training: undefined })));
    assert.deepEqual(
      [noTraining.name, (noTraining as unknown as { code: string }).code],
      ['ModelError', 'no-training'],
    );
    assert.equal(((await details(load(model({ data: undefined })))) as unknown as { code: string }).code, 'no-data');
    const huge = [
      { id: 'input', kind: 'input', shape: [2] },
      { id: 'wide', kind: 'dense', units: 1_000_000 },
      { id: 'wider', kind: 'dense', units: 1_000_000 },
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ];
    const memory = (await details(load(model({ layers: huge })))) as unknown as { code: string; path: unknown };
    assert.deepEqual([memory.code, memory.path], ['memory', ['layers', 2]]);
    assert.match((await details(load('{'))).message, /./);
    assert.match((await details(host.call.run())).message, /No run is loaded/);
    await load();
    assert.match((await details(host.call.change({ layer: 'drop', parameter: 'rate', to: 1 }))).message, /"drop"/);
  });

  it('inspects a model and its data, and throws for neither', async () => {
    const good = await host.call.inspect({ text: model(), folder });
    assert.deepEqual(
      good.diagnostics.filter((d) => d.severity === 'error'),
      [],
    );
    assert.equal(good.data!.title, 'moons');
    const text = model({ data: { source: 'csv', path: 'missing.csv', target: 'class' } });
    const missing = await host.call.inspect({ text, folder });
    const [error] = missing.diagnostics.filter((d) => d.severity === 'error');
    assert.equal(error.path[0], 'data');
    assert.ok(text.slice(error.offset, error.offset + error.length).includes('missing.csv'), error.message);
    await writeFile(join(folder, 'missing.csv'), 'a,b,c,class\n' + '1,2,3,x\n4,5,6,y\n'.repeat(20));
    const found = await host.call.inspect({ text, folder });
    assert.match(found.diagnostics.find((d) => d.severity === 'error')!.message, /"input" takes 2/);
    assert.deepEqual(found.data!.inputNames, ['a', 'b', 'c']);
    const broken = await host.call.inspect({ text: '{"version": 1, "layers": [', folder });
    assert.ok(broken.diagnostics.some((d) => d.severity === 'error'));
    assert.equal(broken.data, undefined);
  });

  it('looks through a table, and says why where it is none', async () => {
    const file = join(folder, 'table.csv');
    await writeFile(file, 'a;b\n1;x\n2;y\n');
    const { name, delimiter, rows, columns } = await host.call.profile(file);
    assert.deepEqual([name, delimiter, rows], ['table.csv', 'semicolon', 2]);
    assert.deepEqual(
      columns.map((c) => c.kind),
      ['number', 'text'],
    );
    await writeFile(file, 'a;b\n1\n');
    await assert.rejects(host.call.profile(file), /table\.csv, line 2: 2 cells expected/);
  });

  it('takes a new run in place of one in full motion', async () => {
    await load(model({ training: { loss: 'crossentropy', batchSize: 8, epochs: 100000 } }));
    await host.call.run();
    await host.call.load({ run: 'second', text: model(), folder });
    const count = ticks.length;
    await host.call.step();
    assert.ok(ticks.slice(count).every((t) => t.run === 'second'));
    assert.equal(ticks.at(-1)!.step, 1);
  });
});
