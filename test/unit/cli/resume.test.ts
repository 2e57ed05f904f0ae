import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../../src/model/json';
import { readRun } from '../../../src/runs/store';
import { json, model, workplace } from './support';

describe('netjson: an interrupted run', () => {
  const { run, at, put } = workplace();

  const long = () => model({ training: { ...(model().training as JsonObject), epochs: 12 } });
  const tensors = (name: string) => readFile(at(name, 'checkpoints', 'last.safetensors'));

  it('writes a checkpoint, says "stopped", and exits with 130', async () => {
    await put(long());
    const { code, out } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r'], { stopAt: '"epoch":3' });
    assert.equal(code, 130);
    const events = json(out);
    assert.deepEqual([events.at(-1)?.event, events.at(-1)?.reason], ['end', 'stopped']);
    assert.equal((await readRun(at('r'))).info.reason, 'stopped');
    assert.ok((await tensors('r')).length > 0);
  });

  it('goes on with --resume to the very bits of a run that was never interrupted', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--json', '--run-dir', 'whole']);
    await run(['train', 'm.netjson', '--json', '--run-dir', 'parts'], { stopAt: '"epoch":3' });
    await run(['train', '--resume', 'parts', '--json'], { stopAt: '"epoch":7' });
    const { code, out } = await run(['train', '--resume', 'parts', '--json']);
    assert.equal(code, 0);
    assert.deepEqual(await tensors('parts'), await tensors('whole'));
    const [parts, whole] = [await readRun(at('parts')), await readRun(at('whole'))];
    assert.deepEqual(parts.metrics, whole.metrics);
    assert.deepEqual(
      [parts.info.reason, parts.info.best, parts.info.test],
      ['finished', whole.info.best, whole.info.test],
    );
    assert.equal(parts.info.resumed?.length, 2);
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
    assert.equal(data.code, 2);
    assert.match(data.err, /data of the run .* has changed/);
    await writeFile(at('d.csv'), text('q'));
    await writeFile(at('r', 'model.netjson'), JSON.stringify(long()));
    assert.match((await run(['train', '--resume', 'r'])).err, /changed after the run/);
  });

  it('takes out metrics that the checkpoint does not know of, and refuses a damaged one', async () => {
    await put(long());
    await run(['train', 'm.netjson', '--run-dir', 'r', '--json'], { stopAt: '"epoch":3' });
    const { metrics } = await readRun(at('r'));
    await writeFile(
      at('r', 'metrics.jsonl'),
      [...metrics, { epoch: 9 }].map((m) => `${JSON.stringify(m)}\n`).join('') + '{"epo',
    );
    assert.equal((await run(['train', '--resume', 'r'])).code, 0);
    assert.deepEqual(
      (await readRun(at('r'))).metrics.map((m) => (m as { epoch: number }).epoch),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    );

    const file = at('r', 'checkpoints', 'last.safetensors');
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    const damaged = await run(['train', '--resume', 'r', '--epochs', '20']);
    assert.equal(damaged.code, 1);
    assert.match(damaged.err, /netjson: .*header/);
  });
});
