import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../../src/model/json';
import { fromCheckpoint } from '../../../src/runs/checkpoint';
import { openRun, readCheckpoint } from '../../../src/runs/open';
import { json, model, workplace } from './support';

describe('netjson: an interrupted run', () => {
  const { run, at, put } = workplace();

  const long = () => model({ training: { ...(model().training as JsonObject), epochs: 12 } });
  /** Of the last checkpoint, with all counters: the time spent, which its metadata tells too, is never the same. */
  const tensors = async (name: string) => {
    const { counters, tensors } = fromCheckpoint(await readCheckpoint(at(name), 'last'));
    return { counters, tensors };
  };

  it('writes a checkpoint, says "stopped", and exits with 130', async () => {
    await put(long());
    const { code, out } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r'], { stopAt: '"epoch":3' });
    assert.equal(code, 130);
    const events = json(out);
    assert.deepEqual([events.at(-1)?.event, events.at(-1)?.reason], ['end', 'stopped']);
    assert.equal((await openRun(at('r'))).info!.reason, 'stopped');
    assert.ok((await tensors('r')).tensors.size > 0);
  });

  it('goes on with --resume to the very bits of a run that was never interrupted', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--json', '--run-dir', 'whole']);
    await run(['train', 'm.netjson', '--json', '--run-dir', 'parts'], { stopAt: '"epoch":3' });
    await run(['train', '--resume', 'parts', '--json'], { stopAt: '"epoch":7' });
    const { code, out } = await run(['train', '--resume', 'parts', '--json']);
    assert.equal(code, 0);
    assert.deepEqual(await tensors('parts'), await tensors('whole'));
    const [parts, whole] = [await openRun(at('parts')), await openRun(at('whole'))];
    assert.deepEqual(parts.metrics, whole.metrics);
    assert.deepEqual(
      [parts.info!.reason, parts.info!.best, parts.info!.test],
      ['finished', whole.info!.best, whole.info!.test],
    );
    assert.equal(parts.info!.resumed?.length, 2);
    assert.equal(json(out).at(-1)?.reason, 'finished');
  });

  it('goes on past its end where asked for more epochs, as if it had been asked at first', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--run-dir', 'whole', '--epochs', '9']);
    await run(['train', 'm.netjson', '--run-dir', 'parts', '--epochs', '5', '--seed', '7']);
    assert.equal((await run(['train', '--resume', 'parts'])).code, 2);
    assert.equal((await run(['train', '--resume', 'parts', '--epochs', '9'])).code, 0);
    assert.deepEqual(await tensors('parts'), await tensors('whole'));
  });

  it('refuses to go on with other data or another model', async () => {
    const text = (y: string) => ['a,y', ...Array.from({ length: 20 }, (_, i) => `${i},${i % 3 ? 'p' : y}`)].join('\n');
    await writeFile(at('d.csv'), text('q'));
    await put({
      ...long(),
      data: { source: 'csv', path: 'd.csv', target: 'y' },
      layers: [
        { id: 'input', kind: 'input', shape: [1] },
        { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
      ],
    });
    await run(['train', 'm.netjson', '--run-dir', 'r', '--json'], { stopAt: '"epoch":3' });
    await writeFile(at('d.csv'), text('q').replace('19,', '190,'));
    const data = await run(['train', '--resume', 'r']);
    assert.equal(data.code, 1);
    assert.match(data.err, /data of the run .* has changed since\. d\.csv was \d+ B and is \d+ B\./);
    await writeFile(at('d.csv'), text('p').replace('1,p', '1,q'));
    assert.match((await run(['train', '--resume', 'r'])).err, /d\.csv has other content of the same \d+ B/);
    await writeFile(at('d.csv'), text('q'));
    await writeFile(at('r', 'model.netjson'), JSON.stringify(long()));
    assert.match((await run(['train', '--resume', 'r'])).err, /changed after the run/);
  });

  it('takes out metrics that the checkpoint does not know of', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--run-dir', 'r', '--json'], { stopAt: '"epoch":3' });
    const { metrics } = await openRun(at('r'));
    const later = { ...metrics[0], epoch: 9 };
    await writeFile(
      at('r', 'metrics.jsonl'),
      [...metrics, later].map((m) => `${JSON.stringify(m)}\n`).join('') + '{"epo',
    );
    assert.equal((await run(['train', '--resume', 'r'])).code, 0);
    assert.deepEqual(
      (await openRun(at('r'))).metrics.map((m) => m.epoch),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    );
  });

  it('goes on from what is whole where the last checkpoint is not, and says so', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--run-dir', 'whole']);
    const last = at('parts', 'checkpoints', 'last.safetensors');
    await run(['train', 'm.netjson', '--run-dir', 'parts', '--json', '--keep-epochs', '2'], { stopAt: '"epoch":5' });
    const bytes = await readFile(last);
    // One bit of one weight: a safetensors file as good as any, but not the one that was written.
    bytes[bytes.length - 1] ^= 1;
    await writeFile(last, bytes);
    const altered = await run(['train', '--resume', 'parts', '--json'], { stopAt: '"epoch":7' });
    assert.match(altered.err, /last\.safetensors: It is damaged.*SHA-256/);
    assert.equal(json(altered.out).find((e) => e.event === 'epoch')?.epoch, 5);
    // Nothing is left of it: from the first step.
    await rm(at('parts', 'checkpoints'), { recursive: true });
    const anew = await run(['train', '--resume', 'parts', '--json']);
    assert.equal(json(anew.out).find((e) => e.event === 'epoch')?.epoch, 1);
    assert.deepEqual(await tensors('parts'), await tensors('whole'));
  });

  it('finds the data of a run that was moved together with its model', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--run-dir', 'runs/r', '--json'], { stopAt: '"epoch":3' });
    await mkdir(at('elsewhere'));
    await rename(at('runs'), at('elsewhere', 'runs'));
    assert.equal((await run(['train', '--resume', 'elsewhere/runs/r'])).code, 0);
  });

  it('does not go on with a run that would fail again', async () => {
    await writeFile(at('d.csv'), ['a,y', ...Array.from({ length: 20 }, (_, i) => `${i * 1e6},${i / 7}`)].join('\n'));
    await put({
      version: 1,
      data: { source: 'csv', path: 'd.csv', target: 'y', scale: 'none' },
      layers: [
        { id: 'input', kind: 'input', shape: [1] },
        { id: 'output', kind: 'dense', units: 1 },
      ],
      training: { loss: 'meanSquaredError', optimizer: { kind: 'sgd', learningRate: 10 }, epochs: 50 },
    });
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'r'])).code, 1);
    const again = await run(['train', '--resume', 'r']);
    assert.equal(again.code, 2);
    assert.match(again.err, /would fail at the same step again/);
  });

  it('begins with the weights of another where it is given them, and says so', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--run-dir', 'a']);
    await run(['train', 'm.netjson', '--run-dir', 'b', '--weights', 'a']);
    await run(['train', 'm.netjson', '--run-dir', 'c', '--weights', 'a', '--json'], { stopAt: '"epoch":5' });
    assert.equal((await run(['train', '--resume', 'c'])).code, 0);
    const [a, b] = [await openRun(at('a')), await openRun(at('b'))];
    assert.notDeepEqual(b.metrics, a.metrics);
    assert.deepEqual([b.info!.initial?.run, b.info!.initial?.epoch], ['a', a.info!.best!.epoch]);
    assert.deepEqual(await tensors('c'), await tensors('b'));
    const { out } = await run(['runs', 'compare', 'a', 'b']);
    assert.match(out, /initial weights +drawn by the seed +a, best, [0-9a-f]{12}/);
    assert.match((await run(['train', '--resume', 'a', '--weights', 'b'])).err, /leave --weights out/);
    assert.match((await run(['train', 'm.netjson', '--weights', 'none'])).err, /There is no folder/);
  });
});
