import assert from 'node:assert/strict';
import { DataCache } from '../../../src/data/cache';
import type { DataIo } from '../../../src/data/source';
import { filesOf, modelWith, refuses } from './support';

/** Files whose stamp is their version, and what was read of them. */
function watched(files: Record<string, string>) {
  const read: string[] = [];
  const io: DataIo = {
    ...filesOf(files),
    openFile: (path) => {
      read.push(path);
      return filesOf(files).openFile(path);
    },
    stamp: (path) => (path in files ? Promise.resolve(files[path]) : Promise.reject(new Error('gone'))),
  };
  return { io, read, files };
}

const data = { source: 'csv', path: 't.csv', target: 'y', split: { train: 2 } };

describe('the data that was loaded last', () => {
  it('is given again while neither its section nor its file changed', async () => {
    const { io, read, files } = watched({ 't.csv': 'a,y\n1,p\n2,q\n' });
    const cache = new DataCache();
    const first = await cache.load(modelWith(data), io, '/here');
    assert.equal(await cache.load(modelWith(data, { batchSize: 2 }), io, '/here'), first, 'another section changed');
    assert.equal(read.length, 1);
    assert.notEqual(await cache.load(modelWith({ ...data, seed: 2 }), io, '/here'), first);
    assert.equal(read.length, 2, 'the section changed');
    files['t.csv'] = 'a,y\n3,p\n4,q\n';
    const later = await cache.load(modelWith({ ...data, seed: 2 }), io, '/here');
    assert.equal(read.length, 3, 'the file changed');
    assert.notEqual(await cache.load(modelWith({ ...data, seed: 2 }), io, '/there'), later, 'another folder');
  });

  it('is not held where it could not be loaded, or nobody can tell whether it changed', async () => {
    const { io, files } = watched({ 't.csv': 'a,y\n1,p\n2,q\n' });
    const cache = new DataCache();
    await cache.load(modelWith(data), io, '/here');
    const good = files['t.csv'];
    files['t.csv'] = 'a,y\n1\n';
    await refuses(cache.load(modelWith(data), io, '/here'), 'ragged-row', ['data', 'path']);
    files['t.csv'] = good;
    await cache.load(modelWith(data), io, '/here');
    const blind = { ...io, stamp: undefined };
    const once = await cache.load(modelWith(data), blind, '/here');
    assert.notEqual(await cache.load(modelWith(data), blind, '/here'), once);
  });
});
