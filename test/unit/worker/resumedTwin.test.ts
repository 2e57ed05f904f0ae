import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type * as vscode from 'vscode';
import { catalogue } from '../../../src/catalogue';
import { beganWith, resumedState, withChanges } from '../../../src/host/sessionState';
import { Twin } from '../../../src/host/twin';
import { WorkerClient } from '../../../src/host/workerClient';
import type { JsonObject } from '../../../src/model/json';
import { NO_SESSION, type SessionSnapshot, type TwinSnapshot } from '../../../src/protocol/designer';
import type { ChangeRecord, EpochRecord, Tick } from '../../../src/protocol/training';
import { layers } from '../../../src/engine/layers/index';
import { compile } from '../../../src/engine/network';
import { Trainer } from '../../../src/engine/trainer';
import { twinOf } from '../../../src/model/twin';
import { inspectModel } from '../../../src/data/inspect';
import { beginWith, readInitial } from '../../../src/runs/initial';
import { fileIo } from '../../../src/runs/files';
import { kernelsFor } from '../../../src/threads/kernels';
import { model, workplace } from '../cli/support';

const EPOCHS = 8;
const BEFORE = 4;

/** A worker, and what it told of its run. */
class Working {
  readonly ticks: Tick[] = [];
  readonly client = new WorkerClient(
    resolve('dist/worker.js'),
    { tick: (tick) => void this.ticks.push(tick), kept: () => undefined, loading: () => undefined },
    (error) => assert.fail(error),
    (error) => assert.fail(error),
  );
  get epochs(): EpochRecord[] {
    return this.ticks.flatMap((tick) => tick.epochs);
  }
  async until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise((resolve) => setImmediate(resolve));
  }
  /** Lets go of its run, as a window that closes does. */
  async leave(): Promise<void> {
    await this.client.call.close();
    await this.client.terminate();
  }
}

describe('The twin of a run that is gone on with', function () {
  this.timeout(60_000);
  const { run, at, put } = workplace();
  const text = (more: JsonObject = {}): JsonObject =>
    model({ training: { ...(model().training as JsonObject), epochs: EPOCHS, ...more } });
  const learningRate = { parameter: 'optimizer.learningRate', to: 0.03 };
  const rate = { layer: 'drop', parameter: 'rate', to: 0.2 };

  /** A run of which some epochs are made, with changes by hand; left, and gone on with by another worker. */
  async function interrupted(initial?: string): Promise<string> {
    const first = new Working();
    const keep = { folder: at('runs'), name: 'm', file: 'm.netjson', interval: 0, everyEpochs: 0 };
    const weights = initial === undefined ? {} : { initial: { directory: at(initial), checkpoint: 'best' } };
    await first.client.call.load({
      run: 'first',
      text: JSON.stringify(text()),
      folder: at(),
      seed: 11,
      keep,
      ...weights,
    });
    await first.client.call.allow(2);
    await first.client.call.run();
    await first.until(() => first.epochs.length === 2);
    await first.client.call.change(learningRate);
    await first.client.call.change(rate);
    await first.client.call.allow(BEFORE);
    await first.until(() => first.epochs.length === BEFORE);
    await first.leave();
    return at('runs', (await readdir(at('runs')))[0]);
  }

  /** What the twin of a run that nothing interrupted comes to. */
  async function wanted(changes: readonly ChangeRecord[], initial?: string): Promise<EpochRecord[]> {
    const { model: read, data } = await inspectModel(JSON.stringify(text()), catalogue, fileIo(at()));
    const network = compile(twinOf(read!, layers), { kernels: kernelsFor(read!, { threads: 1 }), seed: 11 });
    const trainer = new Trainer(network, data!.dataset, { ...read!.training!, epochs: EPOCHS });
    if (initial !== undefined) beginWith(network, await readInitial(at(initial), 'best'));
    const due = changes.filter((c) => c.layer === undefined);
    const records: EpochRecord[] = [];
    while (!trainer.end) {
      while (due[0]?.step <= trainer.step) trainer.change(due.shift()!);
      const event = trainer.advance();
      if (event.type === 'epoch') records.push(event.record);
    }
    return records;
  }

  /** Goes on with a run, and has a twin beside it. */
  async function goOn(directory: string): Promise<{ twin: TwinSnapshot; session: SessionSnapshot }> {
    const working = new Working();
    const settings = { threads: 1 };
    const resumed = await working.client.call.loadRun({
      ...{ run: 'again', directory, beside: 1, interval: 0, everyEpochs: 0 },
      ...settings,
    });
    let session: SessionSnapshot = { ...NO_SESSION, ...resumedState(resumed), run: 'again', state: 'paused' };
    assert.equal(session.history.length, BEFORE);
    let told: TwinSnapshot | undefined;
    const log = { error: (message: string, error: Error) => assert.fail(`${message} ${error.message}`) };
    const twin = new Twin(
      {
        workerPath: resolve('dist/worker.js'),
        log: log as unknown as vscode.LogOutputChannel,
        allow: (epochs) => void working.client.call.allow(epochs).catch(() => undefined),
        told: (snapshot) => (told = snapshot),
      },
      beganWith('again', resumed, settings),
      session,
    );
    twin.follow(session);
    await working.client.call.run();
    let seen = 0;
    await working.until(() => {
      for (; seen < working.ticks.length; seen++) {
        const { state, step, epochs, changes, end } = working.ticks[seen];
        const history = [...session.history, ...epochs];
        session = {
          ...session,
          state,
          step,
          history,
          changes: withChanges([...session.changes], changes),
          end: end ?? session.end,
        };
        twin.follow(session);
      }
      return told?.end !== undefined;
    });
    await twin.dispose();
    await working.leave();
    return { twin: told!, session };
  }

  it('begins with the run’s own seed and first weights, and makes its changes at their steps', async () => {
    await put(text());
    const directory = await interrupted();
    const { twin, session } = await goOn(directory);
    assert.deepEqual(
      session.changes.map(({ parameter }) => parameter),
      ['optimizer.learningRate', 'rate'],
    );
    assert.equal(session.history.length, EPOCHS);
    assert.deepEqual(twin.history, await wanted(session.changes));
    assert.notDeepEqual(twin.history, session.history);
    assert.equal(twin.end!.reason, 'finished');
  });

  it('begins with the weights of another run where the run did, though that is gone', async () => {
    await put(text());
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'a', '--epochs', '2'])).code, 0);
    const directory = await interrupted('a');
    const { twin, session } = await goOn(directory);
    assert.deepEqual(twin.history, await wanted(session.changes, 'a'));
    assert.notDeepEqual(twin.history, await wanted(session.changes));
  });

  it('is of the model as it was, whatever the file says now', async () => {
    await put(text());
    const directory = await interrupted();
    await writeFile(at('m.netjson'), JSON.stringify(text({ batchSize: 30 })));
    const { twin, session } = await goOn(directory);
    assert.deepEqual(twin.history, await wanted(session.changes));
  });

  it('does not make changes again that the run does not: one by hand takes the place of those after it', () => {
    const change = (step: number, to: number): ChangeRecord => ({ ...learningRate, from: 0, epoch: 1, step, to });
    const known = [change(3, 0.1), change(9, 0.2), change(12, 0.3)];
    assert.equal(withChanges(known, []), known);
    assert.deepEqual(withChanges(known, [change(9, 0.5)]), [change(3, 0.1), change(9, 0.2), change(9, 0.5)]);
    assert.deepEqual(withChanges(known, [change(5, 0.5), change(5, 0.6)]), [known[0], change(5, 0.5), change(5, 0.6)]);
  });
});
