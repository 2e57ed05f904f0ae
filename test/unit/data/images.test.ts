import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadData, type LoadedData } from '../../../src/data/load';
import { fileIo } from '../../../src/runs/files';
import type { JsonObject } from '../../../src/model/json';
import index from '../../fixtures/formats/pictures.json';
import { filesOf, labelsOf, modelWith, refuses } from './support';

const all = new Uint8Array(readFileSync('test/fixtures/formats/pictures.bin'));
const pictures = index as Record<string, { at: number; length: number; rgb?: number[]; grey?: number[] }>;
const file = (name: string): Uint8Array => all.slice(pictures[name].at, pictures[name].at + pictures[name].length);
const cats = { 'p/cats/1.png': file('png rgb'), 'p/cats/2.jpg': file('jpeg') };
const dogs = { 'p/dogs/1.png': file('png grey'), 'p/dogs/2.PNG': file('png of every filter') };

const load = (files: Record<string, Uint8Array | string>, data: JsonObject = {}): Promise<LoadedData> =>
  loadData(modelWith({ source: 'images', folder: 'p', split: { train: 4 }, ...data }), filesOf(files));

describe('images', () => {
  it('reads a folder a class, PNG and JPEG, in colour', async () => {
    const { dataset } = await load({ ...dogs, ...cats, 'p/.hidden': 'x', 'p/cats/Thumbs.db': 'x', 'p/notes.txt': 'x' });
    assert.equal(dataset.title, 'p');
    assert.deepEqual(dataset.inputShape, [7, 11, 3]);
    assert.deepEqual(dataset.target, { type: 'classes', names: ['cats', 'dogs'] });
    const { train } = dataset;
    assert.ok(train.inputs instanceof Uint8Array);
    const of = (row: number): number[] => {
      const at = train.rows.indexOf(row);
      return Array.from(train.inputs.subarray(231 * at, 231 * at + 231));
    };
    assert.deepEqual(of(0), pictures['png rgb'].rgb);
    assert.deepEqual(of(2), pictures['png grey'].rgb);
    assert.deepEqual(of(3), pictures['png rgb'].rgb);
    assert.deepEqual(
      labelsOf(train.targets, 2),
      [...train.rows].map((row) => Number(row >= 2)),
    );
  });

  it('reads them grey where told', async () => {
    const { dataset } = await load({ ...dogs, ...cats }, { colours: 'grey' });
    assert.deepEqual(dataset.inputShape, [7, 11, 1]);
    const at = dataset.train.rows.indexOf(0);
    // So few that a table of what bytes stand for would be larger than numbers are.
    assert.deepEqual(
      Array.from(dataset.train.inputs.subarray(77 * at, 77 * at + 77)),
      pictures['png rgb'].grey!.map((v) => Math.fround(v / 255)),
    );
  });

  it('takes a test part of its own, of some or all classes', async () => {
    const files = { ...dogs, ...cats, 't/dogs/9.png': file('png rgb') };
    const { dataset } = await load(files, { testFolder: 't' });
    assert.deepEqual([dataset.train.count, dataset.test.count], [4, 1]);
    assert.deepEqual(labelsOf(dataset.test.targets, 2), [1]);
    await refuses(
      load({ ...files, 't/birds/1.png': file('png rgb') }, { testFolder: 't' }),
      'unknown-class',
      ['data', 'testFolder'],
      '"birds"',
    );
  });

  it('refuses pictures of two sizes, naming the first two that differ', () =>
    refuses(
      load({ ...cats, ...dogs, 'p/dogs/0.png': file('png interlaced 3 x 5') }),
      'sizes-differ',
      ['data', 'folder'],
      '"p/cats/1.png" has 11 x 7',
      '"p/dogs/0.png" 3 x 5',
      'resize',
    ));

  it('refuses a folder that is no folder of classes', async () => {
    await refuses(load({}), 'file-not-found', ['data', 'folder'], '"p"', 'Correct "folder"');
    await refuses(load(cats), 'one-class', ['data', 'folder'], 'one folder "cats"');
    await refuses(load({ ...cats, ...dogs, 'p/3.png': file('png rgb') }), 'no-class', ['data', 'folder'], '"3.png"');
    await refuses(load({ ...cats, 'p/dogs/old/1.png': file('png rgb') }), 'nested-folder', ['data', 'folder'], '"old"');
    await refuses(load({ ...cats, 'p/dogs/.x': 'x' }), 'empty-file', ['data', 'folder'], '"p/dogs" has no pictures');
    await refuses(
      load({ ...cats, ...dogs, 'p/dogs/x.gif': 'GIF89a' }),
      'file-damaged',
      ['data', 'folder'],
      'x.gif',
      'neither PNG nor JPEG',
    );
    await refuses(
      load({ ...cats, ...dogs, 'p/dogs/x.png': file('transparent') }),
      'file-damaged',
      ['data', 'folder'],
      'x.png',
      'transparent',
    );
  });

  describe('on disk', () => {
    // Windows lets only some people make links.
    const onlyWithLinks = process.platform === 'win32' ? it.skip : it;
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'images-'));
      for (const [path, bytes] of Object.entries({ ...cats, ...dogs })) {
        await mkdir(join(folder, path, '..'), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      await mkdir(join(folder, 'other'));
      await writeFile(join(folder, 'other', '1.png'), file('png rgb'));
    });
    afterEach(() => rm(folder, { recursive: true }));
    const fromDisk = (): Promise<LoadedData> =>
      loadData(modelWith({ source: 'images', folder: 'p', split: { train: 4 } }), fileIo(folder));

    onlyWithLinks('reads files, and links that stay in the folder', async () => {
      assert.equal((await fromDisk()).dataset.train.count, 4);
      await symlink('../cats/1.png', join(folder, 'p/dogs/3.png'));
      await symlink('dogs', join(folder, 'p/wolves'));
      assert.deepEqual((await fromDisk()).dataset.target.names, ['cats', 'dogs', 'wolves']);
    });

    for (const [what, target, place, text] of [
      ['a file out of the folder', '../../other/1.png', 'p/dogs/3.png', 'leads out of'],
      ['a folder out of it', '../other', 'p/wolves', 'leads out of'],
      ['the folder itself', '.', 'p/wolves', 'lies in'],
      ['a folder above it', '../..', 'p/wolves', 'leads out of'],
      ['itself', 'wolves', 'p/wolves', 'ELOOP'],
      ['nothing', 'gone', 'p/wolves', 'leads nowhere'],
    ] as const)
      onlyWithLinks(`refuses a link to ${what}`, async () => {
        await symlink(target, join(folder, place));
        await refuses(fromDisk(), 'file-unreadable', ['data', 'folder'], text);
      });
  });
});
