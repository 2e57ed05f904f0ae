import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import type { EpochRecord } from '../../../src/engine/records';
import type { JsonObject } from '../../../src/model/json';
import { EventFile } from '../../../src/runs/eventFile';
import { openRun } from '../../../src/runs/open';
import { readEvents } from '../formats/tensorboardSupport';
import { model, workplace } from './support';

describe('netjson train --tensorboard', () => {
  const { run, at, put } = workplace();
  const filesOf = async (directory: string): Promise<string[]> =>
    (await readdir(at(directory))).filter((name) => name.includes('.tfevents.')).sort();
  const eventsOf = async (directory: string, n = 0) =>
    readEvents(Uint8Array.from(await readFile(at(directory, (await filesOf(directory))[n]))));
  const column = (log: readonly EpochRecord[], of: (epoch: EpochRecord) => number): [number, number][] =>
    log.map((epoch) => [epoch.step, Math.fround(of(epoch))]);

  it('writes an event file beside the run, with every number of its epochs', async () => {
    await put(model());
    const { code, err } = await run(['train', 'm.netjson', '--run-dir', 'r', '--tensorboard']);
    assert.equal(code, 0, err);
    assert.equal((await filesOf('r')).length, 1);
    const { version, times, scalars } = await eventsOf('r');
    assert.equal(version, 'brain.Event:2');
    assert.ok(times.length === 5 && times.every((time) => time > 1.6e9));
    const { metrics } = await openRun(at('r'));
    assert.equal(metrics.length, 4);
    assert.deepEqual(Object.fromEntries(scalars), {
      'loss/train': column(metrics, (e) => e.train.loss),
      'loss/train_dropout_off': column(metrics, (e) => e.trainDropoutOff.loss),
      'accuracy/train_dropout_off': column(metrics, (e) => e.trainDropoutOff.accuracy!),
      'loss/validation': column(metrics, (e) => e.validation!.loss),
      'accuracy/validation': column(metrics, (e) => e.validation!.accuracy!),
      learning_rate: column(metrics, () => 0.01),
    });
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 's'])).code, 0);
    assert.deepEqual(await filesOf('s'), []);
  });

  it('has rates that follow a schedule, and all epochs again where a run is gone on with', async () => {
    const training = model().training as JsonObject;
    const layers = (model().layers as JsonObject[]).map((layer) =>
      layer.kind === 'dropout' ? { ...layer, rate: { schedule: 'linear', from: 0.5, to: 0.1, epochs: 6 } } : layer,
    );
    await put({ ...model(), layers, training: { ...training, epochs: 8, schedule: { kind: 'exponential' } } });
    const first = await run(['train', 'm.netjson', '--run-dir', 'r', '--json'], { stopAt: '"epoch":3' });
    assert.equal(first.code, 130, first.err);
    assert.equal((await run(['train', '--resume', 'r', '--tensorboard'])).code, 0);
    const { scalars } = await eventsOf('r');
    const { metrics } = await openRun(at('r'));
    assert.equal(metrics.length, 8);
    assert.deepEqual(
      scalars.get('learning_rate'),
      column(metrics, (e) => e.learningRate!),
    );
    assert.deepEqual(
      scalars.get('dropout_rate/drop'),
      column(metrics, (e) => e.rates!.drop),
    );
    assert.ok(metrics[0].learningRate !== metrics[7].learningRate && metrics[0].rates!.drop !== metrics[7].rates!.drop);
  });

  it('has the learning rate as it was changed by hand, of before too', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'r']);
    const { metrics } = await openRun(at('r'));
    const [one, two, three, four] = metrics;
    const change = (step: number, to: number) =>
      ({ step, epoch: 1, parameter: 'optimizer.learningRate', from: 0, to }) as const;
    const file = new EventFile(
      at('r'),
      { before: [one, two], changes: [change(one.step, 0.5), change(three.step, 0.25)], learningRate: 0.01 },
      assert.fail,
    );
    // Another way is taken: the change that was to be made again behind it is not.
    file.change(change(two.step, 0.125));
    file.add(three);
    file.add(four);
    await file.close();
    const { scalars } = readEvents(Uint8Array.from(await readFile(file.file)));
    const rates = scalars.get('learning_rate')!.map(([, rate]) => rate);
    assert.deepEqual(rates, [Math.fround(0.01), 0.5, 0.125, 0.125]);
  });
});
