import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { connect, type Connection, RemoteError } from '../../../src/protocol/rpc';
import type { LoadProgress, ModelSource, SessionApi, WorkerApi } from '../../../src/protocol/training';
import { workerApi } from '../../../src/worker/api';
import { portOf } from '../../../src/worker/port';

/** Pieces are of 1 MiB: so many that a word on the first is heard long before the last. */
const ROWS = 400_000;

const text = JSON.stringify({
  version: 1,
  data: { source: 'csv', path: 'big.csv', target: 'y', split: { train: 0.8, validation: 0.2 } },
  layers: [
    { id: 'input', kind: 'input', shape: [4] },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  training: { loss: 'crossentropy', optimizer: 'adam', batchSize: 64, epochs: 1 },
});

describe('Data that is being read, over the worker’s protocol', () => {
  let host: Connection<WorkerApi>;
  let worker: Connection<SessionApi>;
  let folder: string;
  let told: { load: string; progress: LoadProgress }[];
  /** Called on each word of a load. */
  let onTold: (load: string) => void;
  const errors: Error[] = [];
  const source = (load?: string): ModelSource => ({ text, folder, load });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loads-'));
    let csv = 'a,b,c,d,y\n';
    for (let i = 0; i < ROWS; i++) csv += `${i},${i % 7}.5,${i % 11},${(i * 37) % 101},${i % 2 ? 'p' : 'q'}\n`;
    await writeFile(join(folder, 'big.csv'), csv);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  beforeEach(() => {
    const channel = new MessageChannel();
    told = [];
    onTold = () => undefined;
    let time = 0;
    const fail = (error: Error) => errors.push(error);
    worker = connect<WorkerApi, SessionApi>(
      portOf(channel.port1),
      workerApi({
        tick: () => undefined,
        kept: () => undefined,
        loading: (load, progress) => worker.notify('loading', load, progress),
        crashed: fail,
        helper: resolve('dist/helper.js'),
        warn: fail,
        // So slow a machine that each piece is told of.
        now: () => (time += 1000),
        breathe: () => new Promise((resolve) => setImmediate(resolve)),
      }),
      fail,
    );
    host = connect<SessionApi, WorkerApi>(
      portOf(channel.port2),
      {
        tick: () => undefined,
        kept: () => undefined,
        loading: (load, progress) => {
          told.push({ load, progress });
          onTold(load);
        },
      },
      fail,
    );
  });
  afterEach(async () => {
    await host.call.close();
    host.dispose();
    worker.dispose();
    assert.deepEqual(errors, []);
  });

  const cancelled = (work: Promise<unknown>) =>
    assert.rejects(work, (error) => error instanceof RemoteError && error.name === 'LoadCancelled');

  it('is told of by its name, in bytes and rows that grow to all there are', async () => {
    const { data, diagnostics } = await host.call.inspect(source('here'));
    assert.deepEqual(diagnostics, []);
    assert.equal(data?.train, ROWS * 0.8);
    assert.ok(told.length > 3, `${told.length} words`);
    for (const [i, { load, progress }] of told.entries()) {
      assert.equal(load, 'here');
      assert.equal(progress.path, 'big.csv');
      assert.equal(progress.unit, 'bytes');
      if (i === 0) continue;
      assert.ok(progress.done >= told[i - 1].progress.done && progress.done <= progress.total);
      assert.ok(progress.rows! >= told[i - 1].progress.rows!);
    }
    assert.equal(told.at(-1)!.progress.rows, ROWS);
  });

  it('says nothing where nobody named it', async () => {
    await host.call.inspect({ ...source(), text: text.replace('"seed":1', '"seed":2') });
    assert.deepEqual(told, []);
  });

  for (const ask of ['inspect', 'dataView'] as const)
    it(`ends soon once ${ask} is cancelled, and can be read again`, async () => {
      const other = source(`${ask} 1`);
      const seeded = { ...other, text: text.replace('"target"', `"seed": ${ask.length}, "target"`) };
      onTold = (load) => void host.call.cancelLoad(load);
      await cancelled(host.call[ask](seeded));
      const last = told.at(-1)!.progress;
      assert.ok(last.done < last.total, 'before its end');
      onTold = () => undefined;
      await host.call[ask]({ ...seeded, load: `${ask} 2` });
      assert.equal(told.at(-1)!.load, `${ask} 2`);
    });

  it('leaves no run behind where training is cancelled before it began', async () => {
    const before = await readdir(folder);
    onTold = (load) => void host.call.cancelLoad(load);
    const keep = { folder: join(folder, 'runs'), name: 'm', file: 'm.netjson', interval: 5, everyEpochs: 0 };
    await cancelled(host.call.load({ ...source('train'), run: 'r', keep }));
    assert.deepEqual(await readdir(folder), before);
    await assert.rejects(host.call.run(), /No run is loaded/);
  });

  it('does not mind being cancelled when it is over, or was never there', async () => {
    await host.call.cancelLoad('nothing');
    await host.call.inspect(source('over'));
    await host.call.cancelLoad('over');
  });
});
