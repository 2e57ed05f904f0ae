import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { changesOf, rememberFiles } from '../../../src/runs/dataFiles';
import { filesOf } from '../data/support';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('data files of a run', () => {
  const reading = async (files: Record<string, string>) => {
    const remembered = rememberFiles(filesOf(files));
    for (const path of Object.keys(files)) await remembered.io.readFile(path);
    return remembered.files();
  };

  it('are remembered with size and SHA-256 as they are read, once each', async () => {
    const { io, files } = rememberFiles(filesOf({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'z' }));
    assert.equal(new TextDecoder().decode(await io.readFile('a.csv')), 'x,y\n1,2\n');
    await io.readFile('a.csv');
    await assert.rejects(io.readFile('none.csv'));
    assert.deepEqual(files(), [{ path: 'a.csv', size: 8, sha256: digest('x,y\n1,2\n') }]);
  });

  it('of very many are kept a folder each, whatever the order they were read in', async () => {
    const names = Array.from({ length: 1001 }, (_, i) => `p/${i % 2 ? 'cat' : 'dog'}/${i}.png`);
    const all = Object.fromEntries(names.map((name) => [name, name]));
    const files = await reading(all);
    assert.deepEqual(
      files.map(({ path, files: n }) => [path, n]),
      [
        ['p/dog', 501],
        ['p/cat', 500],
      ],
    );
    const reversed = await reading(Object.fromEntries(Object.entries(all).reverse()));
    assert.deepEqual(changesOf(files, reversed), []);
    const other = await reading({ ...all, 'p/cat/1.png': 'P/cat/1.png' });
    assert.deepEqual(changesOf(files, other).length, 1);
    assert.match(changesOf(files, other)[0], /^p\/cat has other content/);
    const more = await reading({ ...all, 'p/cat/x.png': '' });
    assert.deepEqual(changesOf(files, more), ['p/cat had 500 files, and has 501 files.']);
  });

  it('tell what changed: content, size, what is no longer read, and what is new', async () => {
    const before = await reading({
      'a.csv': 'abc',
      'b.csv': 'abc',
      'c.csv': 'abc',
      'd.csv': 'x'.repeat(2000),
      'e.csv': '',
    });
    const now = await reading({
      'a.csv': 'abd',
      'b.csv': 'abcd',
      'c.csv': 'abc',
      'd.csv': 'x'.repeat(5000),
      'f.csv': '',
    });
    assert.deepEqual(changesOf(before, now), [
      'a.csv has other content of the same 3 B.',
      'b.csv was 3 B and is 4 B.',
      'd.csv was 2.0 KiB and is 4.9 KiB.',
      'e.csv was read then and is not now.',
      'f.csv was not read then and is now.',
    ]);
    assert.deepEqual(changesOf(undefined, now), [], 'of older runs nothing is known');
  });
});
