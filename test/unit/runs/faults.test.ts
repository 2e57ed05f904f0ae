import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../../src/engine/network';
import type { Kept } from '../../../src/engine/records';
import { Trainer } from '../../../src/engine/trainer';
import { fromCheckpoint } from '../../../src/runs/checkpoint';
import { type RunFile, type RunFiles, disk } from '../../../src/runs/disk';
import { openRun, readCheckpoint } from '../../../src/runs/open';
import { Recorder } from '../../../src/runs/recorder';
import { Replay } from '../../../src/runs/replay';
import { takeRun } from '../../../src/runs/resume';
import { RunDirectory, describeRun } from '../../../src/runs/store';
import { dense, dropout, input, modelOf, xorData } from '../engine/support';

/** A disk whose operation number `first`, and each after it up to `last`, fails; writes leave a part behind. */
function failing(first: number, last: number, code: string): { files: RunFiles; count: () => number } {
  let made = 0;
  const fails = (): boolean => ++made >= first && made <= last;
  const error = (): Error => Object.assign(new Error(`${code}: made to fail`), { code, syscall: 'test' });
  const guard =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (fails()) throw error();
      return run(...args);
    };
  const file = (real: RunFile): RunFile => ({
    write: async (bytes) => {
      if (!fails()) return real.write(bytes);
      await real.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
      throw error();
    },
    length: guard(() => real.length()),
    truncate: guard((length: number) => real.truncate(length)),
    sync: guard(() => real.sync()),
    // A handle is let go of even where closing it fails.
    close: async () => {
      await real.close();
      if (fails()) throw error();
    },
  });
  const files: RunFiles = {
    makeFolder: guard((path: string) => disk.makeFolder(path)),
    makeNewFolder: guard((path: string) => disk.makeNewFolder(path)),
    list: guard((path: string) => disk.list(path)),
    read: guard((path: string) => disk.read(path)),
    create: guard(async (path: string) => file(await disk.create(path))),
    append: guard(async (path: string) => file(await disk.append(path))),
    rename: guard((from: string, to: string) => disk.rename(from, to)),
    remove: guard((path: string) => disk.remove(path)),
    touch: (path) => disk.touch(path),
    syncFolder: guard((path: string) => disk.syncFolder(path)),
  };
  return { files, count: () => made };
}

const trainerOf = (epochs = 6): Trainer => {
  const layers = [input(2), dense('h', 5, { activation: 'relu' }), dropout('d', 0.5)];
  const model = modelOf([...layers, dense('o', 2, { activation: 'softmax' })], { batchSize: 10, epochs });
  return new Trainer(compile(model), xorData(30));
};

/** Trains with a change by hand in the middle, keeping the run on the disk given. */
async function train(
  trainer: Trainer,
  directory: string,
  files: RunFiles,
): Promise<{ kept: Kept; problems: string[] }> {
  const problems: string[] = [];
  const recorder = new Recorder({
    open: () =>
      RunDirectory.create(
        directory,
        {
          name: 'r',
          modelText: '{}',
          modelFolder: directory,
          ...describeRun(trainer),
          seeds: { training: 1, data: 1 },
        },
        files,
      ),
    trainer,
    seconds: () => 1,
    interval: 0,
    told: ({ problem }) => {
      if (problem !== undefined && problem !== problems.at(-1)) problems.push(problem);
    },
  });
  while (!trainer.end) {
    if (trainer.step === 7 && trainer.epoch === 3 && trainer.upcoming())
      recorder.change(trainer.change({ layer: 'd', parameter: 'rate', to: 0.2 }));
    await recorder.hold;
    recorder.record(trainer.advance());
    // What is written beside training has its turn: each step meets the disk.
    for (let i = 0; i < 4; i++) await new Promise(setImmediate);
  }
  const kept = await recorder.finish();
  await recorder.close();
  return { kept, problems };
}

describe('A disk that fails', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'faults-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** What is on disk opens, says nothing of damage, and goes on to the bits of the whole run. */
  async function checkRun(directory: string, what: string): Promise<void> {
    const names: readonly string[] = await readdir(directory).catch(() => []);
    if (!names.includes('run.json')) return;
    const run = await openRun(directory);
    assert.deepEqual(run.problems, [], what);
    const whole = trainerOf();
    const replay = new Replay(whole, run.changes);
    while (!whole.end) {
      replay.advance();
      whole.advance();
    }
    if (run.info!.reason === undefined) {
      const taken = await takeRun(directory);
      const trainer = trainerOf();
      if (taken.checkpoint) trainer.restore(taken.checkpoint);
      const again = new Replay(trainer, taken.replay);
      const opened = await taken.open(trainer);
      const recorder = new Recorder({
        open: () => Promise.resolve(opened),
        trainer,
        replay: again,
        changes: taken.nextChange,
        seconds: () => 1,
      });
      while (!trainer.end) {
        again.advance();
        recorder.record(trainer.advance());
      }
      assert.equal((await recorder.finish()).problem, undefined, what);
    }
    const { counters, tensors } = fromCheckpoint(await readCheckpoint(directory, 'last'));
    const expected = whole.state();
    assert.deepEqual(counters, expected.counters, what);
    for (const [name, { values }] of expected.tensors) assert.deepEqual(tensors.get(name)!.values, values, what);
    assert.deepEqual(
      (await openRun(directory)).metrics.map((m) => m.epoch),
      [1, 2, 3, 4, 5, 6],
      what,
    );
    assert.deepEqual(
      (await readdir(directory)).filter((n) => n.startsWith('run.lock')),
      [],
      what,
    );
  }

  it('at any one operation keeps all of the run once it is well again, and tells', async function () {
    this.timeout(240_000);
    const counting = failing(Infinity, Infinity, '');
    await train(trainerOf(), join(folder, 'whole'), counting.files);
    const operations = counting.count();
    assert.ok(operations > 30, String(operations));
    for (let at = 1; at <= operations; at++) {
      const code = ['ENOSPC', 'EIO', 'EACCES'][at % 3];
      const directory = join(folder, `one-${at}`);
      const { files } = failing(at, at, code);
      const trainer = trainerOf();
      await train(trainer, directory, files);
      assert.equal(trainer.end?.reason, 'finished', 'training goes on');
      await checkRun(directory, `${code} at operation ${at}`);
    }
  });

  it('from any operation on leaves a run that can be gone on with, and is told of once', async function () {
    this.timeout(240_000);
    for (let at = 1; at <= 30; at += 3) {
      const directory = join(folder, `all-${at}`);
      const { files } = failing(at, Infinity, 'ENOSPC');
      const trainer = trainerOf();
      const { kept, problems } = await train(trainer, directory, files);
      assert.equal(trainer.end?.reason, 'finished', 'training goes on');
      assert.match(kept.problem ?? '', /disk is full.*Training goes on in memory/);
      assert.equal(problems.length, 1, problems.join('\n'));
      // The process is gone, and with it what it held.
      for (const name of (await readdir(directory).catch((): string[] => [])).filter((n) => n.startsWith('run.lock')))
        await rm(join(directory, name));
      await checkRun(directory, `full from operation ${at} on`);
    }
  });
});
