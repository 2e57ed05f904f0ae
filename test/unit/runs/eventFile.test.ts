import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../../src/engine/network';
import type { Kept } from '../../../src/engine/records';
import { Trainer } from '../../../src/engine/trainer';
import { openRun } from '../../../src/runs/open';
import { Recorder } from '../../../src/runs/recorder';
import { RunDirectory, describeRun } from '../../../src/runs/store';
import { dense, input, modelOf, xorData } from '../engine/support';

describe('An event file of TensorBoard that cannot be written', () => {
  let folder: string;
  const { now } = Date;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'events-'));
    const time = now();
    Date.now = () => time;
  });
  afterEach(async () => {
    Date.now = now;
    await rm(folder, { recursive: true, force: true });
  });

  it('is told of once, and the run is kept', async () => {
    const model = modelOf([input(2), dense('o', 2, { activation: 'softmax' })], { batchSize: 10, epochs: 3 });
    const trainer = new Trainer(compile(model), xorData(30));
    const directory = join(folder, 'r');
    const told: Kept[] = [];
    const recorder = new Recorder({
      trainer,
      events: {},
      seconds: () => 0,
      told: (kept) => told.push(kept),
      open: async () => {
        const run = { name: 'r', modelText: '{}', modelFolder: folder, seeds: { training: 7, data: 1 } };
        const made = await RunDirectory.create(directory, { ...run, ...describeRun(trainer) });
        // A folder stands where the file would be.
        const second = Date.now() / 1000;
        const fraction = String(Math.floor((second % 1) * 1000)).padStart(3, '0');
        const name = `events.out.tfevents.${Math.floor(second)}.${hostname()}.${process.pid}.${fraction}`;
        await mkdir(join(directory, name));
        return made;
      },
    });
    while (!trainer.end) recorder.record(trainer.advance());
    await recorder.finish();
    await recorder.close();
    const warnings = told.flatMap(({ warning }) => warning ?? []);
    assert.match(warnings[0], /^The event file of TensorBoard cannot be written: EISDIR.*Training goes on\.$/);
    assert.deepEqual(new Set(warnings).size, 1);
    assert.ok(told.every(({ problem }) => problem === undefined));
    const { metrics, info } = await openRun(directory);
    assert.equal(metrics.length, 3);
    assert.equal(info?.reason, 'finished');
  });
});
