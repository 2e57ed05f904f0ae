import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangeRecord, EpochRecord } from '../../../src/engine/records';
import type { Dataset } from '../../../src/engine/dataset';
import { seal } from '../../../src/runs/checkpoint';
import { writeAtomically } from '../../../src/runs/disk';
import { RunError } from '../../../src/runs/error';
import { fileIo } from '../../../src/runs/files';
import { openRun, readCheckpoint } from '../../../src/runs/open';
import { changeLine, epochLine } from '../../../src/runs/records';
import { RunDirectory, newRunDirectory } from '../../../src/runs/store';

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
    metadata: new Map([
      ['step', '3'],
      ['format', 'dropout-studio-checkpoint-1'],
    ]),
  });

  const epoch = (n: number): EpochRecord => ({
    epoch: n,
    step: 10 * n,
    train: { loss: 1 / n, min: 0, max: 1 },
    trainDropoutOff: { loss: 1 / n },
  });
  const change = (step: number, to: number): ChangeRecord => ({
    step,
    epoch: 1,
    layer: 'drop',
    parameter: 'rate',
    from: 0.5,
    to,
  });
  const numbers = { seconds: 12.5, last: epoch(2) };

  it('keeps what ran, where, and how it ended', async () => {
    const run = await create();
    await run.append(epochLine(epoch(1)));
    await run.append(changeLine(change(12, 0.3), 0) + epochLine(epoch(2)));
    await run.end({ reason: 'finished', best: { epoch: 2, loss: 0.5 }, test: { loss: 0.4, accuracy: 0.9 } }, numbers);
    await run.close();
    const { info, modelText: text, metrics, changes, problems } = await openRun(run.directory);
    assert.equal(text, modelText);
    assert.deepEqual(metrics, [epoch(1), epoch(2)]);
    assert.deepEqual(changes, [change(12, 0.3)]);
    assert.deepEqual(problems, []);
    assert.ok(info);
    assert.equal(info.model.sha256, createHash('sha256').update(modelText).digest('hex'));
    assert.deepEqual([info.model.folder, info.model.place], [folder, '..']);
    assert.deepEqual(info.seeds, { training: 7, data: 1 });
    assert.equal(info.numerics, 'strict');
    assert.match(info.engine.version, /^\d+\.\d+\.\d+/);
    assert.equal(info.machine.node, process.version);
    assert.ok(Date.parse(info.ended!) >= Date.parse(info.started));
    assert.deepEqual(
      [info.reason, info.best, info.test, info.seconds, info.last],
      ['finished', { epoch: 2, loss: 0.5 }, { loss: 0.4, accuracy: 0.9 }, 12.5, epoch(2)],
    );
  });

  it('replaces a checkpoint whole, and leaves no temporary file and no lock', async () => {
    const run = await create();
    await run.checkpoint('last', await seal(tensors(1)));
    await run.checkpoint('last', await seal(tensors(5)));
    await run.checkpoint('best', await seal(tensors(1)));
    await run.end({ reason: 'stopped' }, numbers);
    await run.close();
    assert.deepEqual([...(await readCheckpoint(run.directory, 'last')).tensors.get('a/kernel')!.values], [5, 2]);
    assert.equal((await readCheckpoint(run.directory, 'best')).metadata.get('step'), '3');
    assert.deepEqual((await openRun(run.directory)).checkpoints, ['best', 'last']);
    assert.deepEqual((await readdir(join(run.directory, 'checkpoints'))).sort(), [
      'best.safetensors',
      'last.safetensors',
    ]);
    assert.deepEqual((await readdir(run.directory)).sort(), [
      'checkpoints',
      'metrics.jsonl',
      'model.netjson',
      'run.json',
      'split.json',
    ]);
  });

  it('never overwrites: a directory with anything in it is refused and left alone', async () => {
    const run = await create();
    await run.close();
    const before = await readFile(join(run.directory, 'run.json'), 'utf8');
    await assert.rejects(create(), (e: Error) => e instanceof RunError && e.message.includes('never overwritten'));
    assert.equal(await readFile(join(run.directory, 'run.json'), 'utf8'), before);
  });

  it('takes a new directory of its own for each run, of the model’s name and the time', async () => {
    const now = new Date(2025, 0, 2, 3, 4, 5);
    const names = [];
    for (const name of ['moons', 'moons', 'zwei Monde/½', '..'])
      names.push((await newRunDirectory(join(folder, 'runs'), name, now)).slice(folder.length + 1));
    assert.deepEqual(names, [
      join('runs', 'moons-20250102-030405'),
      join('runs', 'moons-20250102-030405-2'),
      join('runs', 'zwei-Monde-½-20250102-030405'),
      join('runs', 'run-20250102-030405'),
    ]);
    await (await create(join(folder, names[0]))).close();
  });

  it('reads past a line that a crash cut short: that is no problem', async () => {
    const run = await create();
    await run.append(epochLine(epoch(1)));
    await run.close();
    await appendFile(join(run.directory, 'metrics.jsonl'), '{"epoch":2,"tr');
    const { metrics, info, problems } = await openRun(run.directory);
    assert.deepEqual([metrics, problems], [[epoch(1)], []]);
    assert.equal(info!.ended, undefined);
  });

  describe('opens a run as far as it is whole, and says what is not:', () => {
    const problems = async () => (await openRun(join(folder, 'one'))).problems.map((p) => `${p.file}: ${p.message}`);
    const edit = async (file: string, change: (text: string) => string) =>
      writeFile(join(folder, 'one', file), change(await readFile(join(folder, 'one', file), 'utf8')));
    beforeEach(async () => {
      const run = await create();
      await run.append([1, 2, 3].map((n) => epochLine(epoch(n))).join(''));
      await run.checkpoint('last', await seal(tensors(1)));
      await run.end({ reason: 'finished' }, numbers);
      await run.close();
    });

    it('garbage in the middle of the metrics', async () => {
      await edit('metrics.jsonl', (text) => text.replace(/\n.*\n/, '\n\u0000\u0000{"epo\n[]\n{"later":1}\n'));
      assert.deepEqual(await problems(), ['metrics.jsonl: Line 2 and 1 more are damaged, and left out.']);
      assert.deepEqual((await openRun(join(folder, 'one'))).metrics, [epoch(1), epoch(3)]);
    });

    it('missing files', async () => {
      await rm(join(folder, 'one', 'metrics.jsonl'));
      await rm(join(folder, 'one', 'model.netjson'));
      await rm(join(folder, 'one', 'checkpoints'), { recursive: true });
      const run = await openRun(join(folder, 'one'));
      assert.deepEqual(await problems(), ['model.netjson: It is missing.', 'metrics.jsonl: It is missing.']);
      assert.deepEqual([run.metrics, run.checkpoints, run.info?.reason], [[], [], 'finished']);
    });

    it('a newer version, and one that is no version', async () => {
      await edit('run.json', (text) => text.replace('"format": 1', '"format": 2'));
      assert.match((await problems())[0], /run\.json: It has format 2, of a newer version.*Update/);
      assert.equal((await openRun(join(folder, 'one'))).metrics.length, 3);
      await edit('run.json', (text) => text.replace('"format": 2', '"format": "x"'));
      assert.match((await problems())[0], /format "x"; this version reads format 1/);
    });

    it('a run.json that is cut short, is no object, or lacks something', async () => {
      await edit('run.json', (text) => text.slice(0, 100));
      assert.match((await problems())[0], /run\.json: It is damaged/);
      await edit('run.json', () => 'null');
      assert.match((await problems())[0], /an object is expected/);
      await edit('run.json', () => '{"format":1,"name":"x"}');
      assert.match((await problems())[0], /"model" is missing/);
    });

    it('a clock that was set back', async () => {
      await edit('run.json', (text) => text.replace(/"ended": "\d+/, '"ended": "1999'));
      assert.match((await problems())[0], /clock was set back/);
      assert.equal((await openRun(join(folder, 'one'))).info!.seconds, 12.5);
    });

    it('a model that was changed afterwards', async () => {
      await edit('model.netjson', (text) => `${text} `);
      assert.match((await problems())[0], /model\.netjson: It was changed after the run/);
    });

    it('a checkpoint with one bit altered, anywhere', async () => {
      const file = join(folder, 'one', 'checkpoints', 'last.safetensors');
      const good = await readFile(file);
      for (let i = 0; i < good.length; i++) {
        const bad = Buffer.from(good);
        bad[i] ^= 1 << (i % 8);
        await writeFile(file, bad);
        await assert.rejects(readCheckpoint(join(folder, 'one'), 'last'), RunError, `byte ${i} may be altered`);
      }
      for (const length of [0, 7, 8, 100, good.length - 1]) {
        await writeFile(file, good.subarray(0, length));
        await assert.rejects(readCheckpoint(join(folder, 'one'), 'last'), /is damaged/);
      }
    });

    it('and what is no run at all', async () => {
      await assert.rejects(openRun(join(folder, 'nowhere')), /There is no folder/);
      await mkdir(join(folder, 'empty'));
      await assert.rejects(openRun(join(folder, 'empty')), /has no run\.json/);
      await assert.rejects(
        readCheckpoint(join(folder, 'one'), 'best'),
        /There is no checkpoint .* The run has others: last/,
      );
    });
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
