import assert from 'node:assert/strict';
import { parseJsonLines } from '../../../src/data/jsonLines';
import { loadData } from '../../../src/data/load';
import { ModelError } from '../../../src/model/diagnostics';
import { Random } from '../../../src/engine/rng/philox';
import type { JsonObject } from '../../../src/model/json';
import type { DataIo } from '../../../src/data/source';
import { fileOf, filesOf, labelsOf, loadCsv, modelWith, refuses } from './support';

const loadLines = (text: string | Uint8Array, data: JsonObject = {}) =>
  loadData(
    modelWith({ source: 'jsonl', path: 'd.jsonl', target: 'y', scale: 'none', ...data }),
    filesOf({ 'd.jsonl': text }),
  );

describe('json lines', () => {
  const lines = [
    { x: 1.5, colour: 'red', y: 'a' },
    { y: 'b', colour: 'blue', x: -2e-3 },
    { x: 3, y: 'a', extra: true, colour: null },
    { x: 12345.678901234567, colour: 'red', y: 'b', extra: false },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const split = { train: 4 };

  it('are read as the same table in CSV would be', async () => {
    const data = { categories: ['colour'], missing: 'mean', missingFlag: true, scale: 'standardize', split };
    const csv = 'x,colour,y,extra\n1.5,red,a,\n-2e-3,blue,b,\n3,,a,1\n12345.678901234567,red,b,0\n';
    const [own, other] = [await loadLines(text, data), await loadCsv(csv, data)];
    assert.deepEqual({ ...own.dataset, title: '' }, { ...other.dataset, title: '' });
    assert.equal(own.dataset.title, 'd.jsonl');
  });

  it('take keys in any order, blank lines, CRLF, a byte order mark and no newline at the end', async () => {
    const { dataset } = await loadLines(`\ufeff{"x":1,"y":0}\r\n\r\n{"y":1,"x":2}\r\n  {"x" : 3 , "y" : 1}`, {
      split: { train: 3 },
    });
    const { rows, inputs, targets } = dataset.train;
    assert.deepEqual([...rows].map((row, i) => [row, inputs[i]]).sort(), [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    assert.deepEqual(
      labelsOf(targets, 2),
      [...rows].map((row) => [0, 1, 1][row]),
    );
  });

  it('are read in pieces, with parts in files of their own, whose keys may be others', async () => {
    const io = filesOf({ 'd.jsonl': text, 'v.jsonl': '{"y":"a","x":7,"late":5}\n' });
    // Three bytes at a time: no line comes whole.
    const pieces: DataIo = { ...io, openFile: async (path) => fileOf(await io.readFile(path), 3) };
    const data = {
      source: 'jsonl',
      path: 'd.jsonl',
      target: 'y',
      scale: 'none',
      missing: 'mean',
      categories: ['colour'],
      ignore: ['late'],
    };
    const model = modelWith({ ...data, split: { validationPath: 'v.jsonl' } });
    const [own, whole] = [await loadData(model, pieces), await loadData(model, io)];
    assert.deepEqual(own.dataset, whole.dataset);
    assert.deepEqual(own.dataset.inputNames, ['x', 'colour=blue', 'colour=red', 'extra']);
    assert.deepEqual([own.dataset.train.count, own.dataset.validation.count], [4, 1]);
    assert.equal(own.dataset.validation.inputs[0], 7);
    const small = modelWith({ ...data, ignore: [], split });
    await refuses(loadData(small, { ...pieces, limit: 40 }), 'data-too-large', ['data', 'path'], 'd.jsonl');
  });

  it('are refused with line and column where they are no JSON, and told of NaN', async () => {
    const at = ['data', 'path'];
    const bad = (line: string) => loadLines(`{"x":1,"y":0}\n\n${line}\n`);
    await refuses(bad('{"x":1,"y":}'), 'json-syntax', at, 'd.jsonl, line 3, column 12');
    await refuses(bad('{"x":NaN,"y":1}'), 'json-syntax', at, 'line 3, column 6', 'write null');
    await refuses(bad("{'x':1}"), 'json-syntax', at, 'line 3, column 2');
    await refuses(bad('{"x":1,"y":1'), 'json-syntax', at, 'line 3, column 13');
    await refuses(bad('[1,2]'), 'json-lines', at, 'line 3', '[1,2]');
    await refuses(loadLines('[\n{"x":1}\n]'), 'json-syntax', at, 'line 1');
    await refuses(loadLines('\n\n'), 'empty-file', at, 'd.jsonl is empty');
    await refuses(loadLines('{}\n{}\n'), 'empty-file', at, 'd.jsonl is empty');
    await refuses(
      loadLines(Uint8Array.of(...new TextEncoder().encode('{"x":1}\n{"x":"'), 0xff)),
      'not-utf8',
      at,
      'line 2',
    );
  });

  it('are refused where a value cannot be learned from, as cells of CSV are', async () => {
    await refuses(loadLines('{"x":"red","y":0}\n{"x":1,"y":1}\n'), 'not-a-number', ['data', 'path'], 'line 1', '"red"');
    await refuses(loadLines('{"x":[1],"y":0}\n{"x":1,"y":1}\n'), 'not-a-number', ['data', 'path'], 'line 1', '[1]');
    await refuses(loadLines('{"x":2,"y":0}\n{"y":1}\n'), 'missing-value', ['data', 'path'], 'line 2', '"x"');
    await refuses(loadLines('{"x":2,"y":0}\n{"x":1}\n'), 'missing-value', ['data', 'target'], 'line 2', '"y"');
    await refuses(loadLines('{"x":2,"z":0}\n'), 'unknown-column', ['data', 'target'], '"y"');
  });

  it('give a table or a ModelError, whatever bytes are in the file', () => {
    const bytes = new TextEncoder().encode(text);
    const random = new Random(11, 'mutations');
    for (let i = 0; i < 10_000; i++) {
      const changed = bytes.slice(0, random.below(4) === 0 ? random.below(bytes.length) : bytes.length);
      for (let n = 1 + random.below(4); n > 0 && changed.length > 0; n--)
        changed[random.below(changed.length)] = random.below(256);
      try {
        parseJsonLines(changed, 'd.jsonl', (header) => (cells) => assert.equal(cells.length, header.length));
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
      }
    }
  });
});
