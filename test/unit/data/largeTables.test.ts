import assert from 'node:assert/strict';
import { loadData } from '../../../src/data/load';
import { filesOf, loadCsv, modelWith, refuses } from './support';

/** A table too large to be held in float64: 40 columns, of which some are hard to hold in float32. */
const rows = 20_000;
const secondsAt = (row: number): number => 1_700_000_000 + ((row * 7919) % 86_400);
const text = [
  `${Array.from({ length: 37 }, (_, c) => `c${c}`).join()},seconds,colour,gap,y`,
  ...Array.from({ length: rows }, (_, row) =>
    [
      ...Array.from({ length: 37 }, (_, c) => (((row + 1) * (c + 3) * 7919) % 10_007) / 100),
      secondsAt(row),
      ['red', 'green', 'blue'][row % 3],
      row % 5 === 0 ? '' : row % 11,
      row % 2 ? 'yes' : 'no',
    ].join(),
  ),
].join('\n');
const data = { categories: ['colour'], missing: 'mean', missingFlag: true, split: { train: 0.6, validation: 0.2 } };

describe('a large table', () => {
  it('is held once and gives what a small one gives, to a rounding of float32', async () => {
    const { dataset, preprocessing, stored } = await loadCsv(text, { ...data, scale: 'standardize' });
    const { train, validation, test, inputNames } = dataset;
    assert.equal(inputNames.length, 37 + 1 + 3 + 2);
    assert.deepEqual([train.count, validation.count, test.count], [12_000, 4000, 0]);
    assert.ok(!train.levels && !validation.levels);
    assert.equal(train.inputs.buffer, validation.inputs.buffer, 'one memory');
    assert.equal(stored.inputs.type, 'columns');
    const width = inputNames.length;
    for (const part of [train, validation]) {
      part.rows.forEach((row, i) => {
        const at = i * width;
        const expect = (column: number, value: number): void => {
          const { mean, deviation } = preprocessing;
          const wanted = (value - mean[column]) / deviation[column];
          assert.ok(Math.abs(part.inputs[at + column] - wanted) < 1e-5, `row ${row}, ${inputNames[column]}`);
        };
        expect(5, (((row + 1) * 8 * 7919) % 10_007) / 100);
        // In float32 alone seconds since 1970 are told apart by 128 of them.
        expect(37, secondsAt(row));
        assert.deepEqual(
          [...part.inputs.subarray(at + 38, at + 41)],
          ['blue', 'green', 'red'].map((name) => Number(name === ['red', 'green', 'blue'][row % 3])),
        );
        assert.equal(part.inputs[at + 42], Number(row % 5 === 0), 'the mark of a gap');
        if (row % 5 === 0) assert.ok(Math.abs(part.inputs[at + 41]) < 1e-5, 'filled with the mean');
        else expect(41, row % 11);
        assert.equal(part.targets[2 * i + 1], row % 2);
      });
    }
  });

  it('says in which line a number is too far away for float32', async () => {
    const lines = text.split('\n');
    lines[19_000] = lines[19_000].replace(/^[^,]+/, '1e300');
    await refuses(loadCsv(lines.join('\n'), data), 'value-too-large', ['data', 'path'], 'line 19001', '"c0"', '1e300');
  });

  it('is refused before it is read where it would take more than the limit, with the figure', async () => {
    const model = modelWith({ source: 'csv', path: 't.csv', target: 'y', ...data });
    const read: number[] = [];
    const files = filesOf({ 't.csv': text });
    const limit = 1_000_000;
    const io = { ...files, limit, progress: ({ done }: { done: number }) => void read.push(done) };
    await refuses(
      loadData(model, io),
      'data-too-large',
      ['data', 'path'],
      't.csv',
      'MiB',
      '"dropoutStudio.memoryLimit"',
    );
    assert.deepEqual(read, [], 'after the first piece');
    await loadData(model, { ...io, limit: 10_000_000 });
    assert.equal(read.at(-1), text.length);
    assert.ok(read.length > 2, 'told of piece by piece');
  });
});

describe('how a table of text is written', () => {
  const split = { train: 3 };
  const raw = { scale: 'none', split };

  it('may have decimal commas, no header, or tabs by the ending of its name', async () => {
    const commas = await loadCsv('a;b;y\n1,5;2;p\n-3,25e1;,5;q\n"4";5;q\n', {
      ...raw,
      delimiter: 'semicolon',
      decimal: 'comma',
    });
    const { inputs, rows: order } = commas.dataset.train;
    order.forEach((row, i) =>
      assert.deepEqual(
        [...inputs.subarray(2 * i, 2 * i + 2)],
        [
          [1.5, 2],
          [-32.5, 0.5],
          [4, 5],
        ][row],
      ),
    );
    const bare = await loadCsv('1,2,p\n3,4,q\n5,6,q\n', { ...raw, header: false, target: 'column3' });
    assert.deepEqual(bare.dataset.inputNames, ['column1', 'column2']);
    const tabs = modelWith({ source: 'csv', path: 't.TSV', target: 'y', ...raw });
    const { dataset } = await loadData(tabs, filesOf({ 't.TSV': 'a\tb\ty\n1\t2\tp\n3\t4\tq\n5\t6\tq\n' }));
    assert.deepEqual(dataset.inputNames, ['a', 'b']);
  });

  it('is refused with the remedy for what its cells look like', async () => {
    const bad = (cell: string, more = {}) =>
      loadCsv(`a;b;y\n1;2;p\n${cell};2;q\n`, { delimiter: 'semicolon', ...more });
    const at = ['data', 'path'];
    await refuses(bad('2024-05-01'), 'not-a-number', at, 'line 3', '"a"', 'looks like a date', 'add "a" to "ignore"');
    await refuses(bad('31.12.2024 10:00'), 'not-a-number', at, 'looks like a date');
    await refuses(bad('1,5'), 'not-a-number', at, '"decimal": "comma"');
    await refuses(bad('1.234,5', { decimal: 'comma' }), 'not-a-number', at, 'thousands');
    await refuses(bad('1,234,567.8'), 'not-a-number', at, 'thousands');
    await refuses(bad("1'234"), 'not-a-number', at, 'thousands');
    await refuses(bad('1.5', { decimal: 'comma' }), 'not-a-number', at, 'are written 1,5');
  });
});

describe('a split by files', () => {
  const files = {
    't.csv': 'a,b,y\n1,1,p\n2,2,q\n3,3,p\n4,4,q\n',
    'v.csv': 'a,b,y\n5,5,p\n6,6,q\n',
    'x.csv': 'a,b,y\n7,7,q\n',
  };
  const loadSplit = (split: object, more = {}) =>
    loadData(
      modelWith({ source: 'csv', path: 't.csv', target: 'y', scale: 'none', split: { ...split } }),
      filesOf({ ...files, ...more }),
    );
  const values = (part: { inputs: Float32Array | Uint8Array }) => [...part.inputs].filter((_, i) => i % 2 === 0);

  it('takes each part from its file, and numbers rows through them', async () => {
    const { dataset } = await loadSplit({ validationPath: 'v.csv', testPath: 'x.csv' });
    assert.deepEqual(values(dataset.train).sort(), [1, 2, 3, 4]);
    assert.deepEqual(values(dataset.validation), [5, 6]);
    assert.deepEqual(values(dataset.test), [7]);
    assert.deepEqual([[...dataset.validation.rows], [...dataset.test.rows]], [[4, 5], [6]]);
  });

  it('deals the other rows out', async () => {
    const { dataset } = await loadSplit({ train: 2, validation: 2, testPath: 'x.csv' });
    assert.deepEqual([...values(dataset.train), ...values(dataset.validation)].sort(), [1, 2, 3, 4]);
    assert.deepEqual(values(dataset.test), [7]);
    const folds = await loadSplit({ folds: 2, testPath: 'x.csv' });
    assert.deepEqual([folds.dataset.train.count, folds.dataset.validation.count, folds.dataset.test.count], [2, 2, 1]);
  });

  it('is refused where columns differ, a part is given twice, or a file is wrong, by its own name and line', async () => {
    const at = ['data', 'split', 'testPath'];
    await refuses(
      loadSplit({ train: 4, testPath: 'x.csv' }, { 'x.csv': 'a,c,y\n1,1,p\n' }),
      'columns-differ',
      at,
      '"c"',
      '"b"',
    );
    await refuses(
      loadSplit({ train: 4, testPath: 'x.csv' }, { 'x.csv': 'a,b\n1,1\n' }),
      'columns-differ',
      at,
      'missing',
    );
    await refuses(loadSplit({ train: 4, testPath: 'z.csv' }), 'file-not-found', at, '"z.csv"', 'Correct "testPath"');
    await refuses(
      loadSplit({ train: 4, testPath: 'x.csv' }, { 'x.csv': 'a,b,y\n1,1\n' }),
      'ragged-row',
      at,
      'x.csv, line 2',
    );
    await refuses(
      loadSplit({ train: 4, testPath: 'x.csv' }, { 'x.csv': 'a,b,y\nw,1,p\n' }),
      'not-a-number',
      ['data', 'path'],
      'x.csv, line 2',
    );
    await refuses(loadSplit({ train: 2, test: 1, testPath: 'x.csv' }), 'split-mixed', ['data', 'split', 'test']);
    await refuses(loadSplit({ folds: 2, validationPath: 'v.csv' }), 'split-mixed', ['data', 'split', 'folds']);
  });
});
