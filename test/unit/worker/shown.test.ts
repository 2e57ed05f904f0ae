import assert from 'node:assert/strict';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dropoutMask } from '../../../src/engine/rng/philox';
import type { JsonObject } from '../../../src/model/json';
import type { Tick } from '../../../src/protocol/training';
import { importNetwork } from '../../../src/exchange/import';
import { openRun, readCheckpoint } from '../../../src/runs/open';
import { writeSafetensors } from '../../../src/formats/safetensors';
import { weightsOf } from '../../../src/runs/checkpoint';
import { model, workplace } from '../cli/support';
import { type Events, readEvents } from '../formats/tensorboardSupport';
import { workerAtWork } from './atWork';

describe('A stored run in the worker', () => {
  const { run, at, put } = workplace();
  let ticks: Tick[];
  let worker: ReturnType<typeof workerAtWork>['worker'];
  let leave: () => Promise<void>;

  beforeEach(() => {
    ticks = [];
    ({ worker, leave } = workerAtWork(ticks));
  });
  afterEach(() => leave());

  const epochs = (n: number, more: JsonObject = {}) =>
    model({ training: { ...(model().training as JsonObject), epochs: n }, ...more });
  const show = (directory: string, checkpoint?: string) =>
    worker.showRun({ run: 'shown', directory: at(directory), ...(checkpoint && { checkpoint }) });
  const ended = async (): Promise<Tick> => {
    while (!ticks.at(-1)?.end) await new Promise((resolve) => setImmediate(resolve));
    return ticks.at(-1)!;
  };
  const trainedFrom = async (directory: string, checkpoint = 'best', keep = true) => {
    const text = await readFile(at('m.netjson'), 'utf8');
    return worker.load({
      run: 'new',
      text,
      folder: at(),
      initial: { directory: at(directory), checkpoint },
      ...(keep && { keep: { folder: at('new'), name: 'm', file: 'm.netjson', interval: 5, everyEpochs: 0 } }),
    });
  };

  it('is shown as it ended: curves, weights, masks of the step that would come, answers and confusion', async () => {
    await put(epochs(6));
    await run(['train', 'm.netjson', '--run-dir', 'a']);
    const before = await readFile(at('a', 'run.json'), 'utf8');
    const stored = await openRun(at('a'));
    const shown = await show('a');
    assert.deepEqual(shown.history, stored.metrics);
    assert.deepEqual(
      [shown.state, shown.epoch, shown.epochs, shown.step, shown.missing, shown.weights],
      ['finished', 6, 6, stored.metrics.at(-1)!.step, undefined, { checkpoint: 'last', epoch: 6 }],
    );
    assert.deepEqual(shown.end!.test, stored.info!.test);
    assert.deepEqual(shown.problems, []);
    await worker.watch({ visible: true, sample: 3, frozen: false });
    const { sight, state } = ticks.at(-1)!;
    assert.equal(state, 'finished');
    assert.equal(sight!.step, shown.step);
    const dropping = sight!.layers.find(({ mask }) => mask)!;
    const { rate, units, bits } = dropping.mask!;
    const wanted = dropoutMask({
      seed: stored.info!.seeds.training,
      layer: dropping.id,
      step: shown.step,
      sample: 3,
      rate,
      units,
    });
    for (let unit = 0; unit < units; unit++) assert.equal((bits[unit >> 3] >> (unit & 7)) & 1, wanted[unit]);
    const confusion = await worker.examine({ lens: 'confusion', ask: { part: 'test' } }, 'me', 'soon');
    assert.deepEqual((confusion as { counts: unknown }).counts, stored.info!.confusion!.counts);
    await worker.examine({ lens: 'inside', ask: {} }, 'me', 'soon');
    // It is there to be looked at.
    await assert.rejects(Promise.resolve(worker.run()), /has ended/);
    await assert.rejects(Promise.resolve(worker.step()), /has ended/);
    await worker.close();
    assert.equal(await readFile(at('a', 'run.json'), 'utf8'), before);
  });

  it('is shown with its best weights, which measure as they did then', async () => {
    await put(epochs(12));
    await run(['train', 'm.netjson', '--run-dir', 'a']);
    const { info, metrics } = await openRun(at('a'));
    const { best } = info!;
    const shown = await show('a', 'best');
    assert.deepEqual(shown.weights, { checkpoint: 'best', epoch: best!.epoch });
    assert.deepEqual(shown.checkpoints, ['best', 'last']);
    const worst = await worker.examine({ lens: 'confusion', ask: { part: 'validation' } }, 'me', 'soon');
    const { counts } = worst as { counts: readonly (readonly number[])[] };
    const right = counts.reduce((sum, row, i) => sum + row[i], 0);
    const all = counts.flat().reduce((sum, n) => sum + n, 0);
    assert.equal(right / all, metrics.find(({ epoch }) => epoch === best!.epoch)!.validation!.accuracy);
    await assert.rejects(Promise.resolve(show('a', 'epoch-000099')), /epoch-000099/);
  });

  it('that was interrupted is shown as stopped, and nobody is kept from going on with it', async () => {
    await put(epochs(40));
    await run(['train', 'm.netjson', '--run-dir', 'a', '--json'], { stopAt: '"epoch":3' });
    const shown = await show('a');
    assert.deepEqual([shown.state, shown.end?.reason, shown.missing], ['stopped', 'stopped', undefined]);
    assert.equal((await run(['train', '--resume', 'a'])).code, 0);
  });

  it('tells its curves where its data is gone, and says so where it is another', async () => {
    const rows = (n: number) => ['a,b,y', ...Array.from({ length: n }, (_, i) => `${i},${i % 7},${i % 3 ? 'p' : 'q'}`)];
    await writeFile(at('d.csv'), rows(40).join('\n'));
    await put(epochs(4, { data: { source: 'csv', path: 'd.csv', target: 'y' } }));
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'a'])).code, 0);
    await writeFile(at('d.csv'), rows(60).join('\n'));
    const other = await show('a');
    assert.equal(other.loaded!.data.train + other.loaded!.data.validation + other.loaded!.data.test, 60);
    assert.match(other.problems.at(-1)!, /data has changed/);
    await rm(at('d.csv'));
    const gone = await show('a');
    assert.equal(gone.history.length, 4);
    assert.match(gone.missing!, /d\.csv/);
    assert.equal(gone.loaded, undefined);
    await assert.rejects(Promise.resolve(show('none')), /There is no folder/);
  });

  it('gives its weights to a new run, which keeps them and begins with them, again after a crash too', async () => {
    await put(epochs(6));
    await run(['train', 'm.netjson', '--run-dir', 'a']);
    const first = weightsOf(await readCheckpoint(at('a'), 'best'));
    await trainedFrom('a');
    // Looked at before it is trained.
    await worker.watch({ visible: true, sample: 0, frozen: false });
    assert.equal(ticks.at(-1)!.sight!.step, 0);
    await assert.rejects(readdir(at('new')), /ENOENT/);
    await worker.run();
    await ended();
    await worker.close();
    const [name] = await readdir(at('new'));
    const whole = await openRun(at('new', name));
    const { best } = (await openRun(at('a'))).info!;
    const { sha256, ...from } = whole.info!.initial!;
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(from, { run: 'a', checkpoint: 'best', epoch: best!.epoch });
    assert.deepEqual((await readCheckpoint(at('new', name), 'initial')).tensors, first.tensors);
    assert.notDeepEqual(whole.metrics, (await openRun(at('a'))).metrics);
    const last = await readCheckpoint(at('new', name), 'last');
    // As a crash before the first checkpoint leaves it.
    const info = JSON.parse(await readFile(at('new', name, 'run.json'), 'utf8')) as JsonObject;
    for (const key of ['reason', 'ended', 'best', 'test', 'confusion', 'last', 'seconds', 'kept'])
      delete (info as Record<string, unknown>)[key];
    await writeFile(at('new', name, 'run.json'), JSON.stringify(info));
    await writeFile(at('new', name, 'metrics.jsonl'), '');
    for (const file of ['last', 'best']) await rm(at('new', name, 'checkpoints', `${file}.safetensors`));
    await rm(at('a'), { recursive: true });
    assert.equal((await run(['train', '--resume', join('new', name)])).code, 0);
    assert.deepEqual((await openRun(at('new', name))).metrics, whole.metrics);
    assert.deepEqual((await readCheckpoint(at('new', name), 'last')).tensors, last.tensors);
    await writeFile(at('new', name, 'run.json'), JSON.stringify(info));
    for (const file of ['last', 'best', 'initial']) await rm(at('new', name, 'checkpoints', `${file}.safetensors`));
    const { code, err } = await run(['train', '--resume', join('new', name)]);
    assert.notEqual(code, 0);
    assert.match(err, /There is no checkpoint .*initial\.safetensors/);
  });

  it('writes an event file of TensorBoard where that is asked for, when it is gone on with too', async () => {
    await put(epochs(20000));
    const keep = { folder: at('new'), name: 'm', file: 'm.netjson', interval: 0.01, everyEpochs: 0, tensorboard: true };
    await worker.load({ run: 'new', text: JSON.stringify(epochs(20000)), folder: at(), keep });
    await worker.run();
    while (ticks.flatMap((tick) => tick.epochs).length < 3) await new Promise((resolve) => setImmediate(resolve));
    await worker.close();
    const [name] = await readdir(at('new'));
    const read = async () => {
      const files = (await readdir(at('new', name))).filter((file) => file.includes('.tfevents.')).sort();
      return Promise.all(files.map(async (file) => readEvents(Uint8Array.from(await readFile(at('new', name, file))))));
    };
    const steps = (await openRun(at('new', name))).metrics.map(({ step }) => step);
    const stepsOf = (events: Events): number[] => events.scalars.get('loss/train')!.map(([step]) => step);
    assert.deepEqual((await read()).map(stepsOf), [steps]);
    await worker.loadRun({
      run: 'again',
      directory: at('new', name),
      interval: 0.01,
      everyEpochs: 0,
      tensorboard: true,
    });
    await worker.run();
    while (ticks.at(-1)!.epoch < steps.length + 3) await new Promise((resolve) => setImmediate(resolve));
    await worker.close();
    const all = (await openRun(at('new', name))).metrics.map(({ step }) => step);
    assert.deepEqual((await read()).map(stepsOf), [steps, all]);
  });

  it('that is not trained after its weights were restored leaves nothing behind', async () => {
    await put(epochs(3));
    await run(['train', 'm.netjson', '--run-dir', 'a']);
    await trainedFrom('a');
    await worker.stop();
    await worker.close();
    await assert.rejects(readdir(at('new')), /ENOENT/);
  });

  it('whose weights do not fit is refused with what does not', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'a']);
    const layers = structuredClone(model().layers as JsonObject[]);
    const wide = layers.map((layer) => (layer.id === 'hidden' ? { ...layer, id: 'wide', units: 5 } : layer));
    await put({ ...model(), layers: wide });
    await assert.rejects(trainedFrom('a'), (error: Error) => {
      assert.match(error.message, /^The weights of a do not fit this model: /);
      assert.match(error.message, /"wide\/kernel" should be of shape \[\d+, 5\], found none/);
      assert.match(error.message, /"hidden\/kernel" is of no layer here/);
      return true;
    });
    await assert.rejects(trainedFrom('a', 'epoch-000007'), /has no checkpoint "epoch-000007"; it has best, last/);
  });

  it('that was imported is shown and gives its weights as one that was trained here', async () => {
    await put(epochs(3));
    await run(['train', 'm.netjson', '--run-dir', 'a']);
    const { tensors } = weightsOf(await readCheckpoint(at('a'), 'last'));
    await writeFile(at('w.safetensors'), writeSafetensors({ tensors, metadata: new Map() }));
    const { run: directory = '' } = await importNetwork({ from: at('w.safetensors'), model: at('m.netjson') });
    const shown = await worker.showRun({ run: 'shown', directory });
    assert.equal(shown.missing, undefined);
    assert.deepEqual([shown.state, shown.problems, shown.weights?.checkpoint], ['finished', [], 'best']);
    const confused = async () => {
      const answer = await worker.examine({ lens: 'confusion', ask: { part: 'test' } }, 'me', 'soon');
      return (answer as { counts: unknown }).counts;
    };
    const theirs = await confused();
    await show('a');
    assert.deepEqual(await confused(), theirs);
    await worker.load({
      run: 'new',
      text: JSON.stringify(epochs(3)),
      folder: at(),
      initial: { directory, checkpoint: 'best' },
    });
    await worker.run();
    assert.equal((await ended()).state, 'finished');
  });
});
