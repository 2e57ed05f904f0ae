import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../../src/catalogue';
import { DataCache } from '../../../src/data/cache';
import { inspectModel } from '../../../src/data/inspect';
import { loadData } from '../../../src/data/load';
import type { DataIo } from '../../../src/data/source';
import { leavesWorkspace } from '../../../src/data/workspace';
import { dataPathsOf } from '../../../src/model/dataPaths';
import type { JsonObject } from '../../../src/model/json';
import { fileIo } from '../../../src/runs/files';
import { filesOf, modelWith, refuses } from './support';

const csv = 'a,b,y\n1,2,p\n3,4,q\n5,6,p\n7,8,q\n';
const table = (path: string, split: JsonObject = { train: 4 }): JsonObject => ({
  source: 'csv',
  path,
  target: 'y',
  split,
});

const text = (data: JsonObject): string =>
  JSON.stringify({
    version: 1,
    data,
    layers: [
      { id: 'input', kind: 'input', shape: [2] },
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ],
    training: { loss: 'crossentropy' },
  });

describe('the files that a data section names', () => {
  const of = (data: JsonObject) => {
    const model = modelWith(data).data!;
    return dataPathsOf(model.params, catalogue.sources.get(model.kind)!.parameters);
  };

  it('are found wherever they stand, with their places', () => {
    assert.deepEqual(of(table('a.csv', { validationPath: 'v.csv', testPath: 't.csv' })), [
      { path: 'a.csv', at: ['data', 'path'], isFolder: false },
      { path: 'v.csv', at: ['data', 'split', 'validationPath'], isFolder: false },
      { path: 't.csv', at: ['data', 'split', 'testPath'], isFolder: false },
    ]);
    assert.deepEqual(of({ source: 'images', folder: 'p', testFolder: 'q' }), [
      { path: 'p', at: ['data', 'folder'], isFolder: true },
      { path: 'q', at: ['data', 'testFolder'], isFolder: true },
    ]);
    assert.deepEqual(of({ source: 'moons' }), []);
  });

  it('are named by every source that reads any', () => {
    const reading = [...catalogue.sources.values()].filter(({ parameters }) =>
      Object.values(parameters).some(({ type }) => type === 'path'),
    );
    assert.ok(reading.length >= 5);
    for (const { kind, example, parameters } of reading)
      assert.ok(dataPathsOf(example ?? {}, parameters).length > 0, kind);
  });
});

describe('what leaves a workspace', () => {
  const cases: readonly (readonly [string, string[], boolean])[] = [
    ['/w/a.csv', ['/w'], false],
    ['/w', ['/w'], false],
    ['/w/deep/a.csv', ['/w/'], false],
    ['/workspace/a.csv', ['/w'], true],
    ['/a.csv', ['/w'], true],
    ['/v/a.csv', ['/w', '/v'], false],
    ['/W/a.csv', ['/w'], true],
    ['/a.csv', [], true],
    ['/any/a.csv', ['/'], false],
    ['C:\\Work\\a.csv', ['c:\\work'], false],
    ['D:\\work\\a.csv', ['c:\\work'], true],
    ['\\\\server\\share\\a.csv', ['\\\\server\\share'], false],
    ['\\\\other\\share\\a.csv', ['\\\\server\\share'], true],
  ];
  for (const [path, folders, leaves] of cases)
    it(`${path} ${leaves ? 'leaves' : 'stays in'} ${folders.join(' and ') || 'none'}`, () =>
      assert.equal(leavesWorkspace(path, { folders, isTrusted: false }), leaves));
});

describe('data outside of the workspace', () => {
  let root: string;
  const io = (isTrusted: boolean): DataIo =>
    fileIo(join(root, 'w'), undefined, { folders: [join(root, 'w')], isTrusted });

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'places-')));
    await mkdir(join(root, 'w', 'data'), { recursive: true });
    await mkdir(join(root, 'pictures', 'cats'), { recursive: true });
    await writeFile(join(root, 'w', 'data', 'in.csv'), csv);
    await writeFile(join(root, 'out.csv'), csv);
    await symlink(join(root, 'out.csv'), join(root, 'w', 'link.csv'));
    await symlink(join(root, 'w', 'data', 'in.csv'), join(root, 'w', 'inside.csv'));
    await symlink(join(root, 'w', 'loop.csv'), join(root, 'w', 'loop.csv'));
    await symlink(join(root, 'w'), join(root, 'alias'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('is read where it stays inside, directly or by a link, trusted or not', async () => {
    for (const trusted of [true, false])
      for (const path of ['data/in.csv', './data/../data/in.csv', 'inside.csv', join(root, 'w', 'data', 'in.csv')])
        assert.deepEqual((await loadData(modelWith(table(path)), io(trusted))).warnings, [], path);
    const byLink = fileIo(join(root, 'alias'), undefined, { folders: [join(root, 'alias')], isTrusted: false });
    assert.deepEqual(
      (await loadData(modelWith(table('data/in.csv')), byLink)).warnings,
      [],
      'a workspace that is a link',
    );
  });

  it('is refused in a workspace that is not trusted, and says where it leads', async () => {
    const target = join(root, 'out.csv');
    for (const path of ['../out.csv', 'data/../../out.csv', target, 'link.csv'])
      await refuses(
        loadData(modelWith(table(path)), io(false)),
        'outside-workspace',
        ['data', 'path'],
        `"${path}" leads out of the workspace, to ${target}.`,
        'trust the workspace',
      );
  });

  it('is refused before anything of it is touched, whichever parameter names it, there or not', async () => {
    const touched: string[] = [];
    const real = io(false);
    const spied: DataIo = {
      ...real,
      readFile: (path) => (touched.push(path), real.readFile(path)),
      openFile: (path) => (touched.push(path), real.openFile(path)),
      listFolder: (path, within) => (touched.push(path), real.listFolder(path, within)),
    };
    const refusedAt = (data: JsonObject, ...at: string[]): Promise<void> =>
      refuses(loadData(modelWith(data), spied), 'outside-workspace', ['data', ...at]);
    await refusedAt(table('data/in.csv', { testPath: '../out.csv' }), 'split', 'testPath');
    await refusedAt(table('../no/such.csv'), 'path');
    await refusedAt({ source: 'images', folder: '../pictures' }, 'folder');
    assert.deepEqual(touched, []);
  });

  it('is read in a trusted one, with a warning at its place', async () => {
    const { warnings } = await loadData(modelWith(table('link.csv')), io(true));
    assert.deepEqual(
      warnings.map(({ code, path }) => [code, path]),
      [['outside-workspace', ['data', 'path']]],
    );
    assert.ok(warnings[0].message.includes(join(root, 'out.csv')));
    const { diagnostics } = await inspectModel(text(table('link.csv')), catalogue, io(true));
    assert.ok(diagnostics.some(({ code, severity }) => code === 'outside-workspace' && severity === 'warning'));
    const refused = await inspectModel(text(table('link.csv')), catalogue, io(false));
    assert.ok(refused.diagnostics.some(({ code, severity }) => code === 'outside-workspace' && severity === 'error'));
  });

  it('is of no concern where nobody works in a workspace', async () => {
    const { warnings } = await loadData(modelWith(table('../out.csv')), fileIo(join(root, 'w')));
    assert.deepEqual(warnings, []);
  });

  it('is looked at anew once the workspace is trusted', async () => {
    const cache = new DataCache();
    await refuses(cache.load(modelWith(table('../out.csv')), io(false), root), 'outside-workspace', ['data', 'path']);
    assert.equal((await cache.load(modelWith(table('../out.csv')), io(true), root)).warnings.length, 1);
    await refuses(cache.load(modelWith(table('../out.csv')), io(false), root), 'outside-workspace', ['data', 'path']);
  });

  it('says of a link that leads back to itself what it is', async () => {
    for (const trusted of [true, false])
      await refuses(
        loadData(modelWith(table('loop.csv')), io(trusted)),
        'file-unreadable',
        ['data', 'path'],
        'leads back to itself',
      );
  });

  it('says of a folder in the place of a file, and of a file in the place of a folder, what it is', async () => {
    await refuses(loadData(modelWith(table('data')), io(true)), 'file-unreadable', ['data', 'path'], 'is a folder');
    await refuses(
      loadData(modelWith({ source: 'images', folder: 'data/in.csv' }), io(true)),
      'file-unreadable',
      ['data', 'folder'],
      'Name a folder',
    );
  });

  it('says of what may not be read that it may not, and what to do', async () => {
    const denied = () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
    const locked: DataIo = { ...filesOf({}), readFile: denied, openFile: denied, listFolder: denied };
    const sections: readonly (readonly [JsonObject, string])[] = [
      [table('a.csv'), 'path'],
      [{ source: 'jsonl', path: 'a.jsonl', target: 'y' }, 'path'],
      [{ source: 'images', folder: 'p' }, 'folder'],
      [{ source: 'idx', images: 'i', labels: 'l' }, 'images'],
    ];
    for (const [data, at] of sections)
      await refuses(
        loadData(modelWith(data), locked),
        'file-unreadable',
        ['data', at],
        'you have no permission. Ask for it',
      );
  });
});
