import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cli } from '../../../src/cli/cli';

describe('examples', () => {
  const folder = resolve('examples');
  const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    let [out, err] = ['', ''];
    const code = await cli(args, {
      cwd: folder,
      helper: resolve('dist/helper.js'),
      interrupt: new AbortController().signal,
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
    });
    return { code, out, err };
  };

  it('each checks against its data without a warning', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.netjson'));
    assert.ok(files.length >= 5, files.join());
    const { code, err } = await run('check', ...files);
    assert.deepEqual([code, err], [0, '']);
  });

  it('breast cancer is right for at least 95 of 100 test patients', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'examples-'));
    try {
      const { out } = await run('train', 'breast-cancer.netjson', '--json', '--run-dir', join(temporary, 'run'));
      const end = JSON.parse(out.trimEnd().split('\n').at(-1)!) as { test: { accuracy: number } };
      assert.ok(end.test.accuracy >= 0.95, String(end.test.accuracy));
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }).timeout(20_000);
});
