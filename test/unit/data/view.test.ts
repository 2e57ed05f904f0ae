import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { catalogue } from '../../../src/catalogue';
import { dataViewOf } from '../../../src/data/view';
import { loadData } from '../../../src/data/load';
import { inputAt } from '../../../src/engine/dataset';
import { compile } from '../../../src/engine/network';
import { TrainingSamples } from '../../../src/engine/trainingSamples';
import { analyze } from '../../../src/model/analyze';
import type { CategoryColumn, DataView, NumberColumn } from '../../../src/model/dataView';
import type { JsonObject } from '../../../src/model/json';
import type { Model } from '../../../src/model/model';
import { fileIo } from '../../../src/runs/files';
import { filesOf, modelWith, refuses } from './support';

const viewCsv = (text: string, data: JsonObject = {}): Promise<DataView> =>
  dataViewOf(modelWith({ source: 'csv', path: 't.csv', target: 'y', ...data }), filesOf({ 't.csv': text }));
const exampleOf = async (name: string, change: (data: JsonObject) => JsonObject = (d) => d): Promise<Model> => {
  const { model } = analyze(await readFile(`examples/${name}.netjson`, 'utf8'), catalogue);
  return { ...model!, data: { ...model!.data!, params: change(model!.data!.params) } };
};
const examples = fileIo('examples');

const table = `a,colour,y
1,red,no
2,blue,yes
3,red,no
10,,yes
?,blue,no
6,red,yes
`;
const byHand = { categories: ['colour'], missing: 'mean', split: { train: 4, validation: 2, stratify: false } };

describe('The view of a table', () => {
  it('shows the rows as the file has them, and the part each is in', async () => {
    const view = await viewCsv(table, byHand);
    const { first } = view.tables!.given;
    assert.deepEqual([...first.rows], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual([...first.cells], [1, 1, 2, 0, 3, 1, 10, NaN, NaN, 0, 6, 1]);
    assert.deepEqual([...first.targets], [0, 1, 0, 1, 0, 1]);
    assert.deepEqual([...first.trained], [...first.targets]);
    assert.equal(first.parts.filter((p) => p === 0).length, 4);
    assert.equal(first.parts.filter((p) => p === 1).length, 2);
    assert.deepEqual([view.rows, view.parts], [6, { train: 4, validation: 2, test: 0 }]);
  });

  it('measures a column over the training rows alone', async () => {
    const view = await viewCsv(table, byHand);
    const [a, colour] = view.tables!.given.columns as [NumberColumn, CategoryColumn];
    const { first } = view.tables!.given;
    const train = [...first.parts.keys()].filter((row) => first.parts[row] === 0);
    const values = train.map((row) => first.cells[2 * row]).filter((v) => !Number.isNaN(v));
    const mean = values.reduce((x, y) => x + y, 0) / values.length;
    assert.equal(a.mean, mean);
    assert.equal(a.deviation, Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length));
    assert.deepEqual([a.min, a.max, a.distinct], [Math.min(...values), Math.max(...values), values.length]);
    assert.equal(a.missing, train.length - values.length);
    assert.equal(a.missingInAll, 1);
    assert.equal(colour.missingInAll, 1);
    assert.deepEqual(colour.names, ['blue', 'red']);
    assert.equal(
      colour.counts.train.reduce((x, y) => x + y, 0),
      4 - colour.missing,
    );
  });

  it('has the quartiles of NumPy, and counts every row once in its histogram', async () => {
    // numpy.quantile([1, 2, 4, 8, 16, 32], [0.25, 0.5, 0.75])
    const rows = [1, 2, 4, 8, 16, 32].map((v, i) => `${v},${i % 2 ? 'no' : 'yes'}`);
    const view = await viewCsv(`a,y\n${rows.join('\n')}\n`, { split: { train: 6 } });
    const [a] = view.tables!.given.columns as [NumberColumn];
    assert.deepEqual(a.quartiles, [2.5, 6, 14]);
    assert.deepEqual([a.histogram.low, a.histogram.high], [1, 32]);
    assert.deepEqual([a.histogram.counts.train.at(0), a.histogram.counts.train.at(-1)], [2, 1]);
    assert.equal(
      a.histogram.counts.train.reduce((x, y) => x + y, 0),
      6,
    );
    assert.deepEqual(a.histogram.counts.test, new Array<number>(24).fill(0));
  });

  it('survives a column of one value, and one of gaps alone', async () => {
    const view = await viewCsv('a,b,y\n5,,no\n5,,yes\n5,1,no\n', { missing: 'mean', split: { column: 'part' } }).catch(
      () => viewCsv('a,y\n5,no\n5,yes\n5,no\n5,yes\n', { split: { train: 4 } }),
    );
    const [a] = view.tables!.given.columns as [NumberColumn];
    assert.deepEqual([a.min, a.max, a.deviation, a.distinct], [5, 5, 0, 1]);
    assert.equal(a.histogram.counts.train[0], 4);
  });

  it('shows the same rows as the network gets them', async () => {
    const model = await exampleOf('wine');
    const view = await dataViewOf(model, examples);
    const { dataset } = await loadData(model, examples);
    const { columns, first } = view.tables!.network;
    assert.deepEqual(
      columns.map((c) => c.name),
      dataset.inputNames,
    );
    const position = 5;
    const row = dataset.train.rows[position];
    const width = columns.length;
    assert.deepEqual(
      [...first.cells.subarray(row * width, (row + 1) * width)],
      columns.map((_, c) => inputAt(dataset.train, position * width + c)),
    );
    for (const column of columns as NumberColumn[]) {
      assert.ok(Math.abs(column.mean) < 1e-6);
      assert.ok(Math.abs(column.deviation - 1) < 1e-6);
    }
  });

  it('counts each class in each part, and tells which training labels were drawn anew', async () => {
    const model = await exampleOf('digits');
    const view = await dataViewOf(model, examples);
    const { dataset, noisy } = await loadData(model, examples);
    assert.equal(view.target.type, 'classes');
    if (view.target.type !== 'classes') return;
    assert.equal(view.target.name, 'digit');
    for (const part of ['train', 'validation', 'test'] as const)
      assert.equal(
        view.target.counts[part].reduce((x, y) => x + y, 0),
        dataset[part].count,
      );
    const { spread } = view.tables!.given;
    assert.equal(view.noise!.drawn, noisy.length);
    assert.ok(view.noise!.wrong <= 30 && view.noise!.wrong > 20);
    const changed = [...spread.rows.keys()].filter((i) => spread.targets[i] !== spread.trained[i]);
    assert.ok(changed.length > 0 && changed.every((i) => spread.parts[i] === 0));
    assert.equal(spread.rows.length, 1500);
    assert.deepEqual([spread.rows[0], spread.rows.at(-1)], [0, Math.floor((1499 * 1797) / 1500)]);
  });

  it('shows a target of numbers as a column', async () => {
    const view = await dataViewOf(await exampleOf('diabetes'), examples);
    assert.equal(view.target.type, 'numbers');
    if (view.target.type !== 'numbers') return;
    const [{ name, mean, min, max }] = view.target.columns;
    assert.equal(name, 'progression');
    assert.ok(mean > 140 && mean < 165 && min >= 25 && max <= 346);
  });

  it('stays small for wide and long tables, and says how much there is besides', async () => {
    const header = [...Array.from({ length: 100 }, (_, c) => `c${c}`), 'y'].join(',');
    const rows = Array.from({ length: 4000 }, (_, r) => [...Array<number>(100).fill(r), r % 2].join(','));
    const view = await viewCsv(`${header}\n${rows.join('\n')}\n`, { split: { train: 3000, test: 500 } });
    const { given, network } = view.tables!;
    for (const { columns, more, first, spread } of [given, network]) {
      assert.deepEqual([columns.length, more], [64, 36]);
      assert.deepEqual([first.rows.length, spread.rows.length], [500, 1500]);
      assert.equal(first.cells.length, 500 * 64);
    }
    assert.deepEqual([(given.columns[0] as NumberColumn).distinct, given.columns[0].isMore], [1000, true]);
    const none = [...given.spread.parts.keys()].filter((i) => given.spread.parts[i] === 3);
    assert.ok(none.length > 100);
    assert.ok(Number.isNaN(network.spread.cells[none[0] * 64]));
    assert.ok(!Number.isNaN(given.spread.cells[none[0] * 64]));
  });

  it('is refused as loading is', async () => {
    await refuses(viewCsv('a,y\n1,no\nx,yes\n'), 'not-a-number', ['data', 'path'], 'line 3');
  });
});

describe('The view of pictures', () => {
  it('shows training pictures class by class, and marks labels drawn anew', async () => {
    const model = await exampleOf('digits');
    const { sheet, target } = await dataViewOf(model, examples);
    const { dataset } = await loadData(model, examples);
    assert.ok(sheet && target.type === 'classes');
    assert.deepEqual([sheet.height, sheet.width, sheet.channels, sheet.reduced], [8, 8, 1, 1]);
    assert.deepEqual(
      [...sheet.targets],
      [...sheet.targets].sort((a, b) => a - b),
    );
    assert.equal(sheet.pixels.length, sheet.rows.length * 64);
    sheet.rows.forEach((row, i) => {
      const position = dataset.train.rows.indexOf(row);
      assert.ok(position >= 0);
      for (const at of [0, 20, 63])
        assert.equal(sheet.pixels[i * 64 + at], Math.round(255 * inputAt(dataset.train, position * 64 + at)));
      assert.equal(dataset.train.targets[position * 10 + sheet.targets[i]], 1);
    });
    assert.ok([...sheet.targets.keys()].some((i) => sheet.targets[i] !== sheet.given[i]));
    assert.deepEqual(sheet.draws, []);
  });

  it('augments them as training would', async () => {
    const augment = [{ kind: 'shift', by: 2, axis: 'both' }];
    const model = await exampleOf('digits', (data) => ({ ...data, augment }));
    const { sheet } = await dataViewOf(model, examples);
    const { dataset } = await loadData(model, examples);
    assert.equal(sheet!.draws.length, 4);
    const network = compile(model);
    const samples = new TrainingSamples(network, dataset);
    for (const step of [0, 3])
      for (const sample of [0, 1, 17]) {
        samples.put(dataset.train.rows.indexOf(sheet!.rows[sample]), 0, step, sample);
        const wanted = [...network.input.subarray(0, 64)].map((v) => Math.round(255 * v));
        assert.deepEqual([...sheet!.draws[step].subarray(sample * 64, (sample + 1) * 64)], wanted);
      }
    assert.notDeepEqual(sheet!.draws[0], sheet!.draws[1]);
  });

  it('makes large pictures smaller, each pixel the mean of those it stands for', async () => {
    const side = 100;
    const pixels = Array.from({ length: side * side }, (_, i) => (i % side) + Math.floor(i / side));
    const header = [...pixels.keys(), 'y'].join(',');
    const text = [header, [...pixels, 0].join(','), [...pixels, 1].join(',')].join('\n');
    const base = modelWith(
      { source: 'csv', path: 't.csv', target: 'y', targetType: 'class', scale: 'none', split: { train: 2 } },
      { inputs: side * side },
    );
    const [input, ...rest] = base.layers;
    const model = { ...base, layers: [{ ...input, params: { ...input.params, image: [side, side] } }, ...rest] };
    const { sheet } = await dataViewOf(model, filesOf({ 't.csv': text }));
    assert.deepEqual([sheet!.height, sheet!.width, sheet!.reduced], [50, 50, 2]);
    // The mean of 0, 1, 1 and 2, of 0 to 198.
    assert.equal(sheet!.pixels[0], Math.round(255 / 198));
    assert.equal(sheet!.pixels.length, 2 * 50 * 50);
  });

  it('is absent where samples are none', async () => {
    assert.equal((await dataViewOf(await exampleOf('wine'), examples)).sheet, undefined);
    assert.equal((await dataViewOf(await exampleOf('moons'), examples)).sheet, undefined);
  });
});
