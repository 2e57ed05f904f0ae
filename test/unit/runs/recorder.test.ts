import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { type RunFiles, disk } from '../../../src/runs/disk';
import { readCheckpoint } from '../../../src/runs/open';
import { Recorder, type RecorderOptions } from '../../../src/runs/recorder';
import { putWhereItGoesOn, takeRun } from '../../../src/runs/resume';
import { RunDirectory, describeRun } from '../../../src/runs/store';
import { dense, dropout, input, modelOf, xorData } from '../engine/support';

/** A trainer of many short epochs: 3 steps each. */
function trainerOf(): Trainer {
  const layers = [input(2), dense('h', 5, { activation: 'relu' }), dropout('d', 0.5)];
  const model = modelOf([...layers, dense('o', 2, { activation: 'softmax' })], { batchSize: 10, epochs: 5000 });
  return new Trainer(compile(model), xorData(30));
}

/** A run kept by a clock that the test sets: copies, writes and steps take as long as it says. */
class Kept {
  readonly directory: string;
  readonly trainer = trainerOf();
  readonly recorder: Recorder;
  /** Milliseconds. */
  time = 0;
  /** When the state was taken that a kill would leave, and the longest that this ever was ago. */
  safe = 0;
  worst = 0;
  /** Checkpoints that came to be on disk. */
  count = 0;
  private readonly takenAt = new Map<number, number>();
  private readonly waiting: { readonly until: number; readonly done: () => void }[] = [];

  constructor(
    folder: string,
    options: Partial<RecorderOptions>,
    private readonly takes: { readonly copy?: (n: number) => number; readonly write?: number } = {},
  ) {
    this.directory = join(folder, 'r');
    const { trainer, directory } = this;
    const state = trainer.state.bind(trainer);
    let copies = 0;
    trainer.state = () => {
      this.time += takes.copy?.(++copies) ?? 0;
      this.takenAt.set(trainer.step, this.time);
      return state();
    };
    const run = { name: 'r', modelText: '{}', modelFolder: folder, ...describeRun(trainer) };
    this.recorder = new Recorder({
      open: () => RunDirectory.create(directory, { ...run, seeds: { training: 7, data: 1 } }, this.files),
      trainer,
      seconds: () => this.time / 1000,
      now: () => this.time,
      told: ({ checkpoint }) => {
        const taken = checkpoint && this.takenAt.get(checkpoint.step);
        if (taken === undefined || taken <= this.safe) return;
        this.safe = taken;
        this.count++;
      },
      ...options,
    });
  }

  /** A disk on which putting a checkpoint in its place takes its time. */
  private get files(): RunFiles {
    return {
      ...disk,
      rename: async (from, to) => {
        const { write } = this.takes;
        if (write !== undefined && to.includes('last.'))
          await new Promise<void>((done) => this.waiting.push({ until: this.time + write, done }));
        return disk.rename(from, to);
      },
    };
  }

  /** Trains by units that take 10 ms each. @param milliseconds of the clock */
  async train(milliseconds: number): Promise<void> {
    for (const end = this.time + milliseconds; this.time < end;) {
      if (!this.recorder.hold) {
        this.recorder.record(this.trainer.advance());
        this.worst = Math.max(this.worst, this.time - this.safe);
      }
      await this.pass(10);
    }
  }

  /** Time goes by, and the disk with it. */
  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    for (const one of this.waiting.filter(({ until }) => until <= this.time)) {
      this.waiting.splice(this.waiting.indexOf(one), 1);
      one.done();
    }
    await this.quiet();
  }

  /** What can be written now is: the disk is left at rest, or where it takes its time. */
  private async quiet(): Promise<void> {
    while (this.recorder.isWriting && this.waiting.length === 0) await new Promise(setImmediate);
  }
}

describe('What a kill can lose', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'recorder-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is what was set, however long a busy machine once took to copy', async () => {
    const kept = new Kept(folder, { interval: 1 }, { copy: (n) => (n === 1 ? 2000 : 1) });
    await kept.train(3100);
    kept.worst = 0;
    await kept.train(6000);
    assert.ok(kept.worst <= 1010, `${kept.worst} ms`);
    await kept.recorder.close();
  });

  it('is what was set where writing takes a part of that', async () => {
    const kept = new Kept(folder, { interval: 1 }, { write: 300 });
    await kept.train(3000);
    kept.worst = 0;
    await kept.train(6000);
    assert.ok(kept.worst <= 1020, `${kept.worst} ms`);
    assert.ok(kept.count <= 14, `${kept.count} checkpoints`);
  });

  it('is twice the time of writing where the disk needs longer than was set', async () => {
    const kept = new Kept(folder, { interval: 0.1 }, { write: 500 });
    await kept.train(3000);
    kept.worst = 0;
    await kept.train(6000);
    assert.ok(kept.worst <= 1040, `${kept.worst} ms`);
  });

  it('is what was set where the weights of every epoch are kept as well', async () => {
    const kept = new Kept(folder, { interval: 0.5, everyEpochs: 1 });
    await kept.train(2500);
    assert.ok(kept.worst <= 550, `${kept.worst} ms`);
    await kept.recorder.close();
  });

  it('with nothing set is a twentieth of the time for copies, by what they cost where nothing came between', async () => {
    const kept = new Kept(folder, { interval: 0 }, { copy: (n) => (n === 2 ? 5000 : 10) });
    await kept.train(12_000);
    // 5 s for one copy that was interrupted; 10 ms of copying in each 200 for the others.
    assert.ok(kept.count >= 30 && kept.count <= 36, `${kept.count} checkpoints`);
    await kept.recorder.close();
  });

  it('is nothing at a pause, even where an older checkpoint is just being written', async () => {
    const kept = new Kept(folder, { interval: 1 }, { write: 300 });
    await kept.train(1100);
    const { step } = kept.trainer;
    kept.recorder.rest();
    for (let i = 0; i < 4; i++) await kept.pass(300);
    assert.equal(kept.recorder.kept.checkpoint?.step, step);
  });

  it('is less where the weights of an epoch are newer than the last checkpoint: a run goes on from the newest', async () => {
    const kept = new Kept(folder, { interval: 1000, everyEpochs: 2 });
    await kept.train(100);
    kept.recorder.rest();
    await kept.train(1000);
    const { directory, trainer } = kept;
    await kept.recorder.close();
    const last = JSON.parse((await readCheckpoint(directory, 'last')).metadata.get('counters')!) as { epoch: number };
    const taken = await takeRun(directory);
    const { epoch } = taken.checkpoint!.counters;
    assert.ok(epoch > last.epoch + 3, `${last.epoch}, ${epoch}`);
    assert.ok(trainer.epoch - epoch <= 2, `${epoch}, ${trainer.epoch}`);
    putWhereItGoesOn(trainerOf(), taken);
    await taken.cancel();
  });
});
