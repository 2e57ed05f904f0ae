import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFusedAvailable } from '../../../src/engine/kernels/wasm/machine';
import { readSafetensors } from '../../../src/formats/safetensors';
import type { Json, JsonObject } from '../../../src/model/json';
import { openRun } from '../../../src/runs/open';
import { json, model, workplace } from './support';

/** The class of numbers that a model gets which asks for none. */
const usual = isFusedAvailable() ? 'fused' : 'strict';

describe('netjson train', () => {
  const { run, at, put } = workplace();

  it('--json: start, an epoch for each evaluation, end; and the run on disk', async () => {
    await put(model());
    const { code, out, err } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r']);
    assert.deepEqual([code, err], [0, '']);
    const events = json(out);
    assert.deepEqual(
      events.map((e) => e.event),
      ['start', 'epoch', 'epoch', 'epoch', 'epoch', 'end'],
    );
    assert.deepEqual(events[0], {
      event: 'start',
      runDir: at('r'),
      seed: 7,
      parameters: 32,
      numerics: usual,
      threads: 1,
    });
    const epoch = events[2] as unknown as Record<'train' | 'trainDropoutOff' | 'validation', Record<string, number>>;
    assert.deepEqual(Object.keys(epoch), ['event', 'epoch', 'step', 'train', 'trainDropoutOff', 'validation']);
    assert.deepEqual([events[2].epoch, events[2].step], [2, 8]);
    assert.deepEqual(Object.keys(epoch.train), ['loss']);
    for (const part of [epoch.trainDropoutOff, epoch.validation]) {
      assert.ok(part.loss > 0 && part.accuracy >= 0 && part.accuracy <= 1);
    }
    const end = events[5] as unknown as { best: { epoch: number }; test: { loss: number; accuracy: number } };
    assert.deepEqual(Object.keys(end), ['event', 'runDir', 'reason', 'best', 'test', 'confusion', 'verdict']);
    assert.equal(events[5].reason, 'finished');
    assert.ok(end.best.epoch >= 1 && end.best.epoch <= 4 && end.test.accuracy >= 0);

    const { info, metrics, modelText } = await openRun(at('r'));
    assert.ok(info);
    assert.equal(modelText, await readFile(at('m.netjson'), 'utf8'));
    assert.deepEqual([info.reason, info.epochs, info.seeds], ['finished', 4, { training: 7, data: 1 }]);
    assert.deepEqual(info.test, end.test);
    assert.equal(info.confusion?.part, 'test');
    assert.deepEqual(info.confusion, events[5].confusion);
    assert.equal(metrics.length, 4);
    const best = readSafetensors(await readFile(at('r', 'checkpoints', 'best.safetensors')));
    assert.deepEqual([...best.tensors.keys()].sort(), ['hidden/bias', 'hidden/kernel', 'output/bias', 'output/kernel']);
    assert.equal(best.metadata.get('epoch'), String(end.best.epoch));
  });

  it('ends with the verdict, in words and in figures', async () => {
    await put(model());
    const { code, out } = await run(['train', 'm.netjson', '--json', '--epochs', '60']);
    assert.equal(code, 0);
    const { kind, since, text } = json(out).at(-1)!.verdict as Record<string, unknown>;
    assert.ok(typeof kind === 'string' && kind !== 'tooEarly' && kind !== 'failed', String(kind));
    assert.ok(typeof since === 'number' && since >= 5 && since <= 60, String(since));
    const lines = (await run(['train', 'm.netjson', '--epochs', '60'])).out.trim().split('\n');
    assert.equal(lines.at(-1), `verdict: ${text as string}`);
  });

  it('makes runs/<name>-<date>-<time> beside the model, and never overwrites a run', async () => {
    await put(model());
    for (let i = 0; i < 2; i++) assert.equal((await run(['train', 'm.netjson', '--epochs', '1'])).code, 0);
    const runs = await readdir(at('runs'));
    assert.equal(runs.length, 2);
    assert.match(runs[0], /^m-\d{8}-\d{6}$/);
    const again = await run(['train', 'm.netjson', '--run-dir', join('runs', runs[0])]);
    assert.deepEqual([again.code, again.out], [2, '']);
    assert.match(again.err, /never overwritten/);
  });

  it('is the same for the same seed; --seed and --epochs override the model', async () => {
    await put(model());
    const losses = async (name: string, ...args: string[]) => {
      const { out } = await run(['train', 'm.netjson', '--json', '--run-dir', name, ...args]);
      return json(out).filter((e) => e.event === 'epoch');
    };
    const [a, b, c] = [
      await losses('a'),
      await losses('b', '--seed', '7'),
      await losses('c', '--seed', '8', '--epochs', '2'),
    ];
    assert.deepEqual(a, b);
    assert.equal(c.length, 2);
    assert.notDeepEqual(a[0], c[0]);
    assert.deepEqual((await openRun(at('c'))).info!.seeds, { training: 8, data: 1 });
  });

  it('does without validation and test where the split has none', async () => {
    await put(model({ data: { source: 'moons', samples: 40, split: { train: 0.5 } } }));
    const events = json((await run(['train', 'm.netjson', '--json', '--run-dir', 'r'])).out);
    assert.equal('validation' in events[1], false);
    assert.deepEqual(Object.keys(events[5]), ['event', 'runDir', 'reason', 'verdict']);
    assert.deepEqual(await readdir(at('r', 'checkpoints')), ['last.safetensors']);
  });

  it('trains on numbers, with rmse', async () => {
    await put(
      model({
        data: { source: 'csv', path: 'd.csv', target: 'y', split: { train: 20, validation: 10 } },
        layers: [
          { id: 'input', kind: 'input', shape: [1] },
          { id: 'output', kind: 'dense', units: 1 },
        ],
        training: { loss: 'meanSquaredError', epochs: 2 },
      }),
    );
    await writeFile(at('d.csv'), ['a,y', ...Array.from({ length: 30 }, (_, i) => `${i},${i / 7}`)].join('\n'));
    const [, epoch] = json((await run(['train', 'm.netjson', '--json'])).out) as unknown as {
      validation: { rmse: number };
    }[];
    assert.ok(epoch.validation.rmse > 0);
  });

  it('refuses a model that cannot be trained, before any directory is made', async () => {
    const wrong: [JsonObject, RegExp][] = [
      [{ data: undefined as unknown as Json }, /error: .*"data".*\[no-data\]/],
      [{ training: undefined as unknown as Json }, /error: .*"training".*\[no-training\]/],
      [{ data: { source: 'moons', samples: 4, split: { train: 400 } } }, /\[split-too-large\]/],
      [{ layers: [] }, /\[no-layers\]/],
    ];
    for (const [change, message] of wrong) {
      await put(model(change));
      const { code, out, err } = await run(['train', 'm.netjson', '--json']);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, message);
    }
    assert.deepEqual(await readdir(at()), ['m.netjson']);
  });

  it('ends with 1 and the reason where the loss leaves the numbers, keeping no such weights', async () => {
    await put(
      model({
        data: { source: 'csv', path: 'd.csv', target: 'y', scale: 'none', split: { train: 20 } },
        layers: [
          { id: 'input', kind: 'input', shape: [1] },
          { id: 'output', kind: 'dense', units: 1 },
        ],
        training: { loss: 'meanSquaredError', optimizer: { kind: 'sgd', learningRate: 10 }, epochs: 50 },
      }),
    );
    await writeFile(at('d.csv'), ['a,y', ...Array.from({ length: 20 }, (_, i) => `${i * 1e6},${i / 7}`)].join('\n'));
    const { code, out, err } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r']);
    assert.equal(code, 1);
    assert.equal(json(out).at(-1)?.reason, 'nan');
    assert.match(err, /netjson: The loss is no longer a finite number/);
    assert.equal((await openRun(at('r'))).info!.reason, 'nan');
    assert.deepEqual(await readdir(at('r', 'checkpoints')), []);
  });

  it('says on how many threads it trains, and on which kernels; a small network on one', async () => {
    await put(model());
    const { code, out, err } = await run(['train', 'm.netjson', '--threads', '4', '--epochs', '1']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, new RegExp(`^1 thread, ${usual} kernels$`, 'm'));
  });

  it('goes on on one thread where helpers cannot be had, and says so', async () => {
    const wide = { id: 'hidden', kind: 'dense', units: 9000, activation: 'relu' };
    const { layers } = model() as { layers: JsonObject[] };
    await put(model({ layers: layers.map((layer) => (layer.id === 'hidden' ? wide : layer)) }));
    const { code, out, err } = await run(['train', 'm.netjson', '--threads', '2', '--epochs', '1'], {
      helper: at('none.js'),
    });
    assert.equal(code, 0);
    assert.match(err, /^netjson: Training goes on on one thread: 2 threads could not be had: Cannot find module/m);
    assert.match(out, /^1 thread, /m);
  });

  it('keeps the class of its numbers, in the run and in the checkpoint', async () => {
    await put(model({ training: { ...(model().training as JsonObject), numerics: 'strict' } }));
    const { out } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r']);
    assert.equal(json(out)[0].numerics, 'strict');
    assert.equal((await openRun(at('r'))).info!.numerics, 'strict');
    const { metadata } = readSafetensors(await readFile(at('r', 'checkpoints', 'last.safetensors')));
    assert.equal((JSON.parse(metadata.get('counters')!) as JsonObject).numerics, 'strict');
  });

  it('prints a line for each evaluation into a pipe, and a bar on a terminal', async () => {
    await put(model());
    const piped = await run(['train', 'm.netjson']);
    assert.equal(piped.out.match(/^epoch \d\/4 {2}train, dropout on: loss/gm)?.length, 4);
    assert.match(piped.out, /\nbest: epoch \d, validation loss [\d.]+\ntest: loss [\d.]+ accuracy [\d.]+%\n$/);
    assert.doesNotMatch(piped.out, /\r/);
    const terminal = await run(['train', 'm.netjson'], { isTTY: true });
    assert.match(terminal.out, /\r\x1b\[K\[[#.]{20}\] epoch 1\/4/);
    for (const drawn of terminal.out.matchAll(/\x1b\[K(\[[^\r\n]*)/g)) assert.ok(drawn[1].length < 60);
  });
});
