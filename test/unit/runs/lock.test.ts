import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunLock, holderOf } from '../../../src/runs/lock';
import { startOf } from '../../../src/runs/processes';

describe('A lock on a run', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'lock-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A lock file as some process leaves it behind. */
  const leave = async (pid: number, start: string | null, host = hostname()): Promise<string> => {
    const path = join(folder, `run.lock.${pid}`);
    await writeFile(path, JSON.stringify({ pid, host, start, since: '2026-01-01T00:00:00.000Z' }));
    return path;
  };
  /** A process of its own, which waits. */
  const another = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });

  it('is had by one alone, and free again once it is let go of', async () => {
    const lock = await RunLock.take(folder);
    await assert.rejects(RunLock.take(folder), /is being written by this process, since/);
    assert.equal((await holderOf(folder))?.pid, process.pid);
    await lock.release();
    assert.equal(await holderOf(folder), undefined);
    await (await RunLock.take(folder)).release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is had by one at most of many that come at once', async () => {
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.take(folder)));
    const held = taken.flatMap((t) => (t.status === 'fulfilled' ? [t.value] : []));
    assert.ok(held.length <= 1, String(held.length));
    for (const lock of held) await lock.release();
  });

  it('of another process holds while that lives, and not once it was killed', async () => {
    const child = another();
    await leave(child.pid!, (await startOf(child.pid!)) ?? null);
    await assert.rejects(RunLock.take(folder), new RegExp(`by process ${child.pid}, since`));
    const gone = new Promise((done) => child.on('exit', done));
    child.kill('SIGKILL');
    await gone;
    await (await RunLock.take(folder)).release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('does not hold where the number was given to another process since', async function () {
    if ((await startOf(process.pid)) === undefined) this.skip();
    const child = another();
    await leave(child.pid!, 'an earlier one');
    await (await RunLock.take(folder)).release();
    child.kill('SIGKILL');
  });

  it('that a power cut left empty holds nobody up', async () => {
    await writeFile(join(folder, 'run.lock.empty'), '');
    await (await RunLock.take(folder)).release();
  });

  it('of another machine holds while its file is touched, whatever the clocks say', async () => {
    const path = await leave(1, null, 'another-machine');
    const beat = 40;
    let time = Date.UTC(1999, 0, 1) / 1000;
    const timer = setInterval(() => void utimes(path, time, ++time).catch(() => undefined), beat);
    try {
      await assert.rejects(RunLock.take(folder, { beat }), /process 1 on another-machine/);
    } finally {
      clearInterval(timer);
    }
    await new Promise((done) => setTimeout(done, 2 * beat));
    await (await RunLock.take(folder, { beat })).release();
  });

  it('is lost where its file is gone: whoever had it finds out', async () => {
    const lock = await RunLock.take(folder);
    assert.equal(await lock.isHeld(), true);
    await rm(lock.path);
    assert.equal(await lock.isHeld(), false);
    await lock.release();
  });
});
