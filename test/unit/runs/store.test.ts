import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '../../../src/engine/dataset';
import { fileIo, writeAtomically } from '../../../src/runs/files';
import { RunDirectory, RunError, defaultRunDirectory, readCheckpoint, readRun } from '../../../src/runs/store';

describe('run store', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'runs-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const part = { count: 1, inputs: Float32Array.of(1), targets: Float32Array.of(0, 1), rows: Uint32Array.of(0) };
  const dataset: Dataset = {
    title: 't',
    inputShape: [1],
    inputNames: ['x'],
    target: { type: 'classes', names: ['a', 'b'] },
    train: part,
    validation: part,
    test: part,
  };
  const modelText = '{ "version": 1 } // as it was\n';
  const create = (directory = join(folder, 'one')) =>
    RunDirectory.create(directory, {
      name: 'moons',
      modelText,
      modelFolder: folder,
      dataset,
      seeds: { training: 7, data: 1 },
      epochs: 20,
      numerics: 'strict',
    });
  const tensors = (value: number) => ({
    tensors: new Map([['a/kernel', { shape: [1, 2], values: Float32Array.of(value, 2) }]]),
    metadata: new Map([['step', '3']]),
  });

  it('keeps what ran, where, and how it ended', async () => {
    const run = await create();
    await run.append({ epoch: 1 });
    await run.append({ epoch: 2 });
    await run.end({ reason: 'finished', best: { epoch: 2, loss: 0.5 }, test: { loss: 0.4, accuracy: 0.9 } });
    const { info, modelText: text, metrics } = await readRun(run.directory);
    assert.equal(text, modelText);
    assert.deepEqual(metrics, [{ epoch: 1 }, { epoch: 2 }]);
    assert.equal(info.model.sha256, createHash('sha256').update(modelText).digest('hex'));
    assert.deepEqual(info.seeds, { training: 7, data: 1 });
    assert.equal(info.numerics, 'strict');
    assert.match(info.engine.version, /^\d+\.\d+\.\d+/);
    assert.equal(info.machine.node, process.version);
    assert.ok(Date.parse(info.ended!) >= Date.parse(info.started));
    assert.deepEqual(
      [info.reason, info.best, info.test],
      ['finished', { epoch: 2, loss: 0.5 }, { loss: 0.4, accuracy: 0.9 }],
    );
  });

  it('replaces a checkpoint whole, and leaves no temporary file', async () => {
    const run = await create();
    await run.checkpoint('last', tensors(1));
    await run.checkpoint('last', tensors(5));
    await run.checkpoint('best', tensors(1));
    await run.end({ reason: 'stopped' });
    assert.deepEqual([...(await readCheckpoint(run.directory, 'last')).tensors.get('a/kernel')!.values], [5, 2]);
    assert.equal((await readCheckpoint(run.directory, 'best')).metadata.get('step'), '3');
    assert.deepEqual((await readdir(join(run.directory, 'checkpoints'))).sort(), [
      'best.safetensors',
      'last.safetensors',
    ]);
    assert.deepEqual((await readdir(run.directory)).sort(), [
      'checkpoints',
      'metrics.jsonl',
      'model.netjson',
      'run.json',
    ]);
  });

  it('never overwrites: a directory with anything in it is refused and left alone', async () => {
    const run = await create();
    await run.abandon();
    const before = await readFile(join(run.directory, 'run.json'), 'utf8');
    await assert.rejects(create(), (e) => e instanceof RunError && e.message.includes('never overwritten'));
    assert.equal(await readFile(join(run.directory, 'run.json'), 'utf8'), before);
  });

  it('takes a new directory of its own for each run, of the model’s name and the time', async () => {
    const now = new Date(2025, 0, 2, 3, 4, 5);
    const names = [];
    for (const name of ['moons', 'moons', 'zwei Monde/½', '..'])
      names.push((await defaultRunDirectory(folder, name, now)).slice(folder.length + 1));
    assert.deepEqual(names, [
      join('runs', 'moons-20250102-030405'),
      join('runs', 'moons-20250102-030405-2'),
      join('runs', 'zwei-Monde-½-20250102-030405'),
      join('runs', 'run-20250102-030405'),
    ]);
    await (await create(join(folder, names[0]))).abandon();
  });

  it('reads past a line that a crash cut short', async () => {
    const run = await create();
    await run.append({ epoch: 1 });
    await run.abandon();
    await appendFile(join(run.directory, 'metrics.jsonl'), '{"epoch":2,"tr');
    const { metrics, info } = await readRun(run.directory);
    assert.deepEqual(metrics, [{ epoch: 1 }]);
    assert.equal(info.ended, undefined);
  });

  it('refuses what is no run, a damaged one, and a model changed afterwards', async () => {
    const refused = (text: string) =>
      assert.rejects(readRun(join(folder, 'one')), (e) => e instanceof RunError && e.message.includes(text));
    await refused('run.json cannot be read');
    const run = await create();
    await run.end({ reason: 'finished' });
    await assert.rejects(readCheckpoint(run.directory, 'best'), RunError);
    await writeFile(join(run.directory, 'model.netjson'), `${modelText} `);
    await refused('changed after the run');
    await writeFile(join(run.directory, 'run.json'), '{');
    await refused('damaged');
  });
});

describe('writeAtomically', () => {
  it('leaves the old content and no temporary file where it fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atomic-'));
    try {
      // A folder with something in it cannot be renamed over.
      await mkdir(join(folder, 'taken', 'deep'), { recursive: true });
      await assert.rejects(writeAtomically(join(folder, 'taken'), 'new'));
      assert.deepEqual(await readdir(folder), ['taken']);
      await rm(join(folder, 'taken'), { recursive: true });
      await writeFile(join(folder, 'kept'), 'old');
      await writeAtomically(join(folder, 'kept'), 'new');
      assert.equal(await readFile(join(folder, 'kept'), 'utf8'), 'new');
      assert.deepEqual(await readdir(folder), ['kept']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('fileIo', () => {
  it('reads relative to the folder, and says ENOENT where there is nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'io-'));
    try {
      await writeFile(join(folder, 'a.csv'), 'x');
      assert.deepEqual([...(await fileIo(folder).readFile('a.csv'))], [0x78]);
      await assert.rejects(fileIo(folder).readFile('b.csv'), { code: 'ENOENT' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
