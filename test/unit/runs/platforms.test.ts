import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isUnforced, patiently } from '../../../src/runs/disk';
import { RunLock, holderOf } from '../../../src/runs/lock';
import { ENDED, isProcess, startIn, startOf } from '../../../src/runs/processes';
import { newRunDirectory } from '../../../src/runs/store';

describe('What systems do otherwise', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'platforms-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const failing = (times: number, code: string): { work: () => Promise<string>; tries: () => number } => {
    let tries = 0;
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown becomes a rejection
    const work = async (): Promise<string> => {
      if (++tries <= times) throw Object.assign(new Error(code), { code });
      return 'done';
    };
    return { work, tries: () => tries };
  };

  it('on Windows, a file that a scanner has open is asked for again, for a moment', async () => {
    const scanned = failing(3, 'EPERM');
    assert.equal(await patiently(scanned.work, 'win32'), 'done');
    assert.equal(scanned.tries(), 4);
    const held = failing(Infinity, 'EBUSY');
    await assert.rejects(patiently(held.work, 'win32'), { code: 'EBUSY' });
    assert.ok(held.tries() > 4);
    const full = failing(1, 'ENOSPC');
    await assert.rejects(patiently(full.work, 'win32'), { code: 'ENOSPC' });
    assert.equal(full.tries(), 1, 'what does not pass is told at once');
  });

  it('elsewhere it is told at once', async () => {
    for (const platform of ['linux', 'darwin'] as const) {
      const refused = failing(1, 'EACCES');
      await assert.rejects(patiently(refused.work, platform), { code: 'EACCES' });
      assert.equal(refused.tries(), 1);
    }
  });

  it('a disk that cannot force a folder is not one that fails', () => {
    const error = (code: string): Error => Object.assign(new Error(code), { code });
    for (const code of ['EINVAL', 'ENOTSUP', 'EISDIR']) assert.ok(isUnforced(error(code)), code);
    for (const code of ['EIO', 'ENOSPC', 'EACCES']) assert.ok(!isUnforced(error(code)), code);
  });

  it('a run’s folder has a name that every system can have', async () => {
    const now = new Date(2025, 0, 2, 3, 4, 5);
    const named = async (name: string): Promise<string> =>
      basename(await newRunDirectory(folder, name, now)).replace('-20250102-030405', '');
    assert.equal(await named('con'), 'run-con');
    assert.equal(await named('Aux.v2'), 'run-Aux.v2');
    assert.equal(await named('lpt1'), 'run-lpt1');
    assert.equal(await named('console'), 'console');
    assert.equal(await named('ends in dots...'), 'ends-in-dots');
    assert.equal(await named('a<b>c:d"e|f?g*h\\i'), 'a-b-c-d-e-f-g-h-i');
    // As one character and as two it is the same name to a person.
    assert.equal(await named('Mu\u0308nchen'), 'M\u00fcnchen');
    assert.equal(await named('हिन्दी'), 'हिन्दी');
    assert.equal(await named('x'.repeat(300)), 'x'.repeat(80));
    assert.equal(await named('名'.repeat(100)), '名'.repeat(26));
  });

  it('the start of a process is told in the same words, whatever it does', () => {
    assert.equal(startIn('Ss+  Tue Nov 25 07:38:01 2025    \n', 'darwin'), 'Tue Nov 25 07:38:01 2025');
    assert.equal(startIn('R+   Tue Nov 25 07:38:01 2025\n', 'darwin'), 'Tue Nov 25 07:38:01 2025');
    assert.equal(startIn('Z+   Tue Nov 25 07:38:01 2025\n', 'darwin'), ENDED);
    assert.equal(startIn('133769590812345678\r\n', 'win32'), '133769590812345678');
    assert.equal(startIn('\r\n', 'win32'), undefined);
  });

  it('a process that has ended, and whose number is still taken, writes nothing', async function () {
    if (process.platform !== 'linux') this.skip();
    // A shell becomes another program, which asks after no child.
    const parent: ChildProcess = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const pid = Number(await new Promise((done) => parent.stdout!.once('data', done)));
      while ((await startOf(pid)) !== ENDED) await new Promise((done) => setTimeout(done, 5));
      assert.ok(isProcess(pid), 'its number is still taken');
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('a copy of a run that is being written is written by nobody', async () => {
    const lock = await RunLock.take(join(folder));
    const copy = await mkdtemp(join(tmpdir(), 'copy-'));
    try {
      await cp(folder, copy, { recursive: true });
      assert.ok(await holderOf(folder), 'the run itself is');
      assert.equal(await holderOf(copy, { beat: 20 }), undefined);
      assert.deepEqual(await readdir(copy), [], 'and the copy of its lock is gone');
      assert.equal(await lock.isHeld(), true);
      // One that nobody has touched for long needs not be watched.
      await cp(folder, copy, { recursive: true });
      const [name] = await readdir(copy);
      await utimes(join(copy, name), 1e9, 1e9);
      assert.equal(await holderOf(copy, { beat: 3e6 }), undefined);
    } finally {
      await lock.release();
      await rm(copy, { recursive: true });
    }
  });

  it('a run that is reached through a link is the same run', async function () {
    if (process.platform === 'win32') this.skip();
    const link = `${folder}-link`;
    await symlink(folder, link);
    const lock = await RunLock.take(link);
    try {
      await assert.rejects(RunLock.take(folder), /is being written by this process/);
    } finally {
      await lock.release();
      await rm(link);
    }
  });
});
