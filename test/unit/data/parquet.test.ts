import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadData } from '../../../src/data/load';
import { profileTable } from '../../../src/data/profile';
import type { Samples } from '../../../src/engine/dataset';
import type { DataIo } from '../../../src/data/source';
import type { ModelError } from '../../../src/model/diagnostics';
import type { JsonObject } from '../../../src/model/json';
import { proposeFromTable } from '../../../src/model/propose';
import { fileOf, filesOf, loadCsv, modelWith, refuses } from './support';

type Cell = number | string | null | { readonly whole: string };
interface Written {
  readonly name: string;
  readonly file: string;
  readonly columns: Readonly<Record<string, readonly Cell[]>>;
}
const { files, refused } = JSON.parse(readFileSync('test/fixtures/formats/every.parquet.json', 'utf8')) as {
  files: readonly Written[];
  refused: readonly Written[];
};
const bytesOf = ({ file }: Pick<Written, 'file'>): Uint8Array => new Uint8Array(Buffer.from(file, 'base64'));
const named = (name: string): Written => [...files, ...refused].find((f) => f.name.includes(name))!;

const load = (of: string, data: JsonObject, more: Partial<DataIo> = {}) =>
  loadData(modelWith({ source: 'parquet', path: 'd.parquet', ...data }), {
    ...filesOf({ 'd.parquet': bytesOf(named(of)) }),
    ...more,
  });

/** The same columns as CSV. */
function csvOf({ columns }: Written, names: readonly string[]): string {
  const cell = (value: Cell): string => (value === null ? '' : typeof value === 'object' ? value.whole : String(value));
  const rows = columns[names[0]].map((_, row) => names.map((name) => cell(columns[name][row])).join(','));
  return [names.join(','), ...rows, ''].join('\n');
}

describe('parquet', () => {
  const names = ['double', 'int', 'truth', 'word', 'date', 'amount'];
  const other = Object.keys(files[0].columns).filter((name) => !names.includes(name));
  const data = {
    target: 'truth',
    missing: 'median',
    categories: ['word'],
    scale: 'standardize',
    split: { time: 'amount', train: 0.6, validation: 0.2, test: 0.2 },
  };
  const some = files[0].columns;

  it('is read as the same table in CSV would be', async () => {
    const target = { ...data, target: 'small', ignore: ['date'] };
    const kept = [...names.filter((name) => name !== 'truth'), 'small'];
    const csv = await loadCsv(csvOf(files[0], kept), target);
    for (const of of ['Snappy', 'gzip', 'not packed', 'row groups']) {
      const own = await load(of, { ...target, ignore: ['date', ...other.filter((n) => n !== 'small'), 'truth'] });
      assert.deepEqual({ ...own.dataset, title: '' }, { ...csv.dataset, title: '' }, of);
      assert.equal(own.dataset.title, 'd.parquet');
    }
  });

  it('splits by moments, and reads a part from a file of its own', async () => {
    const { dataset } = await load('Snappy', {
      target: 'amount',
      ignore: Object.keys(some).filter((name) => !['double', 'amount', 'moment'].includes(name)),
      split: { time: 'moment', train: 30, validation: 10, test: 10 },
    });
    assert.deepEqual(
      [...dataset.train.rows].sort((a, b) => a - b),
      Array.from({ length: 30 }, (_, i) => i),
    );
    const two = await loadData(
      modelWith({
        source: 'parquet',
        path: 'd.parquet',
        target: 'amount',
        ignore: Object.keys(some).filter((name) => !['double', 'amount'].includes(name)),
        split: { validationPath: 't.parquet' },
      }),
      filesOf({ 'd.parquet': bytesOf(named('Snappy')), 't.parquet': bytesOf(named('gzip')) }),
    );
    assert.deepEqual([two.dataset.train.count, two.dataset.validation.count], [50, 50]);
    assert.deepEqual([...two.dataset.validation.inputs], sortedBy(two.dataset.validation.rows, two.dataset.train));
  });

  it('says row and column of what cannot be learned from, as of cells of CSV', async () => {
    const at = ['data', 'path'];
    const without = (...kept: string[]): string[] => Object.keys(some).filter((name) => !kept.includes(name));
    const bad = (...kept: string[]) => load('Snappy', { target: 'small', ignore: without('small', ...kept) });
    const gap = some.int.indexOf(null) + 1;
    await refuses(bad('int'), 'missing-value', at, `d.parquet, row ${gap}: column "int"`);
    await refuses(bad('text'), 'not-a-number', at, 'row 1: column "text"', 'row 0000');
    await refuses(bad('moment'), 'not-a-number', at, 'row 1: column "moment"', 'a date');
  });

  it('refuses columns of lists by name, with the fix that ignores them, and reads the others', async () => {
    const data = { target: 'x', targetType: 'number', ignore: ['pair', 'bytes', 'raw', 'id'] };
    const at = ['data', 'path'];
    const work = load('nested', data);
    await refuses(work, 'column-unreadable', at, 'd.parquet: Column "list": It holds lists', 'add "list" to "ignore"');
    const { fixes } = await work.then(
      () => assert.fail(),
      (error: ModelError) => error,
    );
    assert.deepEqual(fixes, [
      {
        title: 'Ignore "list"',
        operation: { type: 'setPath', path: ['data', 'ignore'], value: ['pair', 'bytes', 'raw', 'id', 'list'] },
      },
    ]);
    const { dataset } = await load('nested', { ...data, ignore: [...data.ignore, 'list'], split: { train: 3 } });
    assert.deepEqual(dataset.inputNames, ['half']);
    await refuses(load('zstd', { target: 'double' }), 'column-unreadable', at, 'ZSTD', 'compression="snappy"');
  });

  it('refuses a file that is none, one without rows, and one above the limit', async () => {
    const at = ['data', 'path'];
    const text = filesOf({ 'd.parquet': 'x,y\n1,2\n' });
    await refuses(
      load('Snappy', { target: 'y' }, { openFile: (path) => text.openFile(path) }),
      'file-damaged',
      at,
      'no Parquet file',
    );
    await refuses(load('no rows', { target: 'int' }), 'empty-file', at, 'no row');
    await refuses(load('Snappy', { target: 'int' }, { limit: 1000 }), 'data-too-large', at, 'read whole');
  });

  it('is looked through for a new network, with columns that cannot be read left out', async () => {
    const profile = await profileTable(fileOf(bytesOf(named('Snappy'))), 'd.parquet');
    const kinds = Object.fromEntries(profile.columns.map(({ name, kind }) => [name, kind]));
    assert.equal(profile.source, 'parquet');
    assert.equal(profile.rows, 50);
    assert.deepEqual(
      [kinds.double, kinds.word, kinds.date, kinds.moment, kinds.empty, kinds.truth],
      ['number', 'text', 'date', 'date', 'empty', 'number'],
    );
    const text = proposeFromTable(profile, 'd.parquet', 'small');
    assert.match(text, /"source": "parquet"/);
    const nested = await profileTable(fileOf(bytesOf(named('nested'))), 'd.parquet');
    const list = nested.columns.find(({ name }) => name === 'list')!;
    assert.equal(list.kind, 'unreadable');
    assert.match(list.why!, /lists or structures/);
  });
});

/** Inputs of the rows that another part has in its own order: both files hold the same rows. */
function sortedBy(rows: Uint32Array, of: Samples): number[] {
  const inputOf = new Map([...of.rows].map((row, i) => [row, of.inputs[i]]));
  return [...rows].map((row) => inputOf.get(row - rows.length)!);
}
