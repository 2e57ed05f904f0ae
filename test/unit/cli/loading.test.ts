import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { loading } from '../../../src/cli/loading';
import { type DataIo, LoadCancelled } from '../../../src/data/source';
import { type LoadProgress, progressWords, shareOf } from '../../../src/model/loadProgress';
import { filesOf } from '../data/support';
import { model, workplace } from './support';

describe('how far data has come, in words', () => {
  it('says the file, what is read of all of it, and rows', () => {
    const csv: LoadProgress = { path: 'data/big.csv', done: 1536, total: 3072, unit: 'bytes', rows: 1200 };
    assert.equal(progressWords(csv), 'big.csv: 1.5 KiB of 3.0 KiB, 1,200 rows');
    assert.equal(shareOf(csv), 0.5);
    assert.equal(
      progressWords({ path: 'pictures/', done: 1, total: 2000, unit: 'files' }),
      'pictures: 1 of 2,000 files',
    );
    assert.equal(shareOf({ path: 'empty', done: 0, total: 0, unit: 'bytes' }), 0);
  });
});

describe('data that is read on the terminal', () => {
  const progress: LoadProgress = { path: 'a.csv', done: 1, total: 2, unit: 'bytes', rows: 5 };
  /** Reads two pieces, at a clock that goes on by so many milliseconds a look. */
  async function read(isTTY: boolean, step: number, interrupt = new AbortController()): Promise<string> {
    let err = '';
    let now = 0;
    const stderr = { isTTY, columns: 30, write: (text: string) => (err += text) };
    const load = (io: DataIo): Promise<void> => {
      io.progress?.(progress);
      io.progress?.({ ...progress, done: 2 });
      return Promise.resolve();
    };
    await loading({ stderr, interrupt: interrupt.signal }, filesOf({}), load, () => (now += step)).catch(
      (error: unknown) => {
        if (!(error instanceof LoadCancelled)) throw error;
        err += 'cancelled';
      },
    );
    return err;
  }

  it('draws over one line no longer than the terminal, and leaves none', async () => {
    assert.equal(
      await read(true, 1000),
      '\r\x1b[KReading a.csv: 1 B of 2 B, 5 \r\x1b[KReading a.csv: 2 B of 2 B, 5 \r\x1b[K',
    );
  });

  it('is silent where it is quick, or nobody sits there', async () => {
    assert.equal(await read(true, 1), '');
    assert.equal(await read(false, 1000), '');
  });

  it('ends once it is interrupted', async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    assert.equal(await read(true, 1000, interrupt), 'cancelled');
  });
});

describe('netjson, interrupted while it reads data', () => {
  const { run, at, put } = workplace();
  const csv = `a,b,y\n${'1,2,p\n3,4,q\n'.repeat(50)}`;
  const data = { source: 'csv', path: 't.csv', target: 'y', split: { train: 0.8, validation: 0.2 } };

  for (const command of ['train', 'check'])
    it(`${command} ends with 130 and leaves nothing behind`, async () => {
      await put(csv, 't.csv');
      await put(model({ data }));
      const before = await readdir(at());
      const { code, out, err } = await run([command, 'm.netjson'], { interrupted: true });
      assert.equal(code, 130);
      assert.match(err, /interrupted while reading data; nothing was written/);
      assert.equal(out, '');
      assert.deepEqual(await readdir(at()), before);
    });
});
