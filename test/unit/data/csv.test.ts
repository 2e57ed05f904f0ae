import assert from 'node:assert/strict';
import type { ModelError } from '../../../src/model/diagnostics';
import type { JsonObject } from '../../../src/model/json';
import { filesOf, labelsOf, loadCsv, modelWith, refuses, rows } from './support';
import { loadData } from '../../../src/data/load';
import { sources } from '../../../src/data/sources/index';
import { inDataUnits } from '../../../webview/look/units';

const good = rows(10, (i) => `${i},${i * i},${i % 2 ? 'red' : 'blue'}`);
const raw = { scale: 'none', split: { train: 10 } };

describe('csv', () => {
  it('reads inputs, classes in the order of their names, and the row each sample was', async () => {
    const { dataset, warnings } = await loadCsv(good, raw);
    assert.equal(dataset.title, 't.csv');
    assert.deepEqual(dataset.inputShape, [2]);
    assert.deepEqual(dataset.inputNames, ['a', 'b']);
    assert.deepEqual(dataset.target, { type: 'classes', names: ['blue', 'red'] });
    assert.deepEqual(warnings, []);
    const labels = labelsOf(dataset.train.targets, 2);
    dataset.train.rows.forEach((row, i) => {
      assert.deepEqual([...dataset.train.inputs.subarray(2 * i, 2 * i + 2)], [row, row * row]);
      assert.equal(labels[i], row % 2);
    });
  });

  it('takes quotes, blanks around cells, CRLF, a byte order mark, blank lines and a last line without an end', async () => {
    const text = '\ufeff"a, b", c ,y\r\n 1 ,"2",\"x \"\"1\"\"\"\r\n\r\n-3.5e1,.25,z\r\n4,5,z';
    const { dataset } = await loadCsv(text, { scale: 'none', split: { train: 3, stratify: false } });
    assert.deepEqual(dataset.inputNames, ['a, b', 'c']);
    assert.deepEqual(dataset.target.names, ['x "1"', 'z']);
    const second = dataset.train.rows.indexOf(1);
    assert.deepEqual([...dataset.train.inputs.subarray(2 * second, 2 * second + 2)], [-35, 0.25]);
  });

  it('splits at semicolons and tabs where told', async () => {
    for (const [delimiter, mark] of [
      ['semicolon', ';'],
      ['tab', '\t'],
    ] as const) {
      const { dataset } = await loadCsv(good.replaceAll(',', mark), { ...raw, delimiter });
      assert.deepEqual(dataset.inputNames, ['a', 'b']);
    }
  });

  it('leaves ignored columns out', async () => {
    const text = rows(4, (i) => `name${i},${i},${i % 2}`, 'id,b,y');
    const { dataset } = await loadCsv(text, { ignore: ['id'], scale: 'none', split: { train: 4 } });
    assert.deepEqual(dataset.inputNames, ['b']);
  });

  it('divides where told', async () => {
    const { dataset, preprocessing } = await loadCsv(good, { scale: 'divide', divisor: 16, split: { train: 10 } });
    assert.equal(preprocessing.scale, 'divide');
    dataset.train.rows.forEach((row, i) => assert.equal(dataset.train.inputs[2 * i], row / 16));
  });

  describe('targetType', () => {
    const typeOf = async (make: (i: number) => string, data = {}) =>
      (
        await loadCsv(
          rows(50, (i) => `1,${i},${make(i)}`),
          { split: { train: 50 }, scale: 'none', ...data },
        )
      ).dataset.target;

    it('auto: few whole numbers are classes, in the order of their value; 1.0 and 1 are one class', async () => {
      const target = await typeOf((i) => (i === 0 ? '1.0' : String((i % 12) + 1)));
      assert.deepEqual(target, { type: 'classes', names: Array.from({ length: 12 }, (_, i) => String(i + 1)) });
    });
    it('auto: more than 20 whole numbers, or any broken one, are amounts', async () => {
      assert.equal((await typeOf((i) => String(i % 21))).type, 'numbers');
      assert.equal((await typeOf((i) => String(i % 20))).type, 'classes');
      assert.equal((await typeOf((i) => (i === 49 ? '0.5' : String(i % 2)))).type, 'numbers');
    });
    it('class and number override it', async () => {
      assert.equal((await typeOf((i) => String(i), { targetType: 'class' })).type, 'classes');
      assert.equal((await typeOf((i) => String(i % 2), { targetType: 'number' })).type, 'numbers');
    });
    it('gives number targets as they are', async () => {
      const { dataset } = await loadCsv(
        rows(30, (i) => `1,${i},${i * 1000.5}`),
        { scale: 'none', split: { train: 20, test: 10 } },
      );
      assert.deepEqual(dataset.target, { type: 'numbers', names: ['y'] });
      dataset.test.rows.forEach((row, i) => assert.equal(dataset.test.targets[i], Math.fround(row * 1000.5)));
    });
    it('refuses a word among numbers, naming line, column, word and remedy', () =>
      refuses(
        typeOf((i) => (i === 7 ? 'many' : String(i)), { targetType: 'number' }),
        'not-a-number',
        ['data', 'target'],
        'line 9',
        '"y"',
        '"many"',
        '"targetType": "class"',
      ));
  });

  describe('refuses', () => {
    it('a missing file, naming the path and the remedy', async () => {
      const model = modelWith({ source: 'csv', path: 'data/wine.csv', target: 'y' });
      await refuses(
        loadData(model, filesOf({})),
        'file-not-found',
        ['data', 'path'],
        '"data/wine.csv"',
        "the model's folder",
        'Correct "path"',
      );
    });
    it('a file that cannot be read', () =>
      refuses(
        loadData(modelWith({ source: 'csv', path: 'x', target: 'y' }), {
          ...filesOf({}),
          openFile: () => Promise.reject(Object.assign(new Error('x is a folder.'), { code: 'EISDIR' })),
        }),
        'file-unreadable',
        ['data', 'path'],
        'it is a folder. Name a file in it. x is a folder.',
      ));
    it('an empty file', () => refuses(loadCsv(' \n\n'), 'empty-file', ['data', 'path'], 't.csv is empty'));
    it('a header without rows', () => refuses(loadCsv('a,b,y\n'), 'empty-file', ['data', 'path'], 'no line after'));
    it('a file without a header', () =>
      refuses(loadCsv('1,2,3\n4,5,6\n'), 'no-header', ['data', 'path'], 'line 1', 'names'));
    it('bytes that are not UTF-8', () =>
      refuses(loadCsv(Uint8Array.of(0x61, 0xff, 0x0a)), 'not-utf8', ['data', 'path'], 'UTF-8'));
    it('an open quote', () =>
      refuses(
        loadCsv('a,b,y\n1,"2,3\n4,5,6\n'),
        'csv-syntax',
        ['data', 'path'],
        't.csv, line 2, column 2',
        'never closed',
      ));
    it('duplicate column names', () =>
      refuses(loadCsv('a,b,a,y\n1,2,3,4\n'), 'duplicate-column', ['data', 'path'], 'columns 1 and 3', '"a"'));
    it('a column without a name', () =>
      refuses(loadCsv('a,,y\n1,2,3\n'), 'empty-header', ['data', 'path'], 'column 2'));
    it('rows with a cell too many or too few, by the line of the file', async () => {
      await refuses(
        loadCsv('a,b,y\n1,2,x\n\n1,2,3,x\n'),
        'ragged-row',
        ['data', 'path'],
        'line 4',
        '3 cells expected',
        'found 4',
      );
      await refuses(loadCsv('a,b,y\n1,2\n'), 'ragged-row', ['data', 'path'], 'line 2', 'found 2');
    });
    it('another delimiter, saying which', () =>
      refuses(loadCsv('a;b;y\n1;2;3\n'), 'delimiter', ['data', 'delimiter'], '"delimiter": "semicolon"'));
    it('a single column', () => refuses(loadCsv('y\n1\n'), 'one-column', ['data', 'path'], '"y"'));
    it('an unknown target, with a guess', () =>
      refuses(
        loadCsv(good.replace('y', 'colour'), { target: 'color' }),
        'unknown-column',
        ['data', 'target'],
        '"color"',
        'Did you mean "colour"?',
      ));
    it('an unknown target with nothing near: the columns there are', () =>
      refuses(loadCsv(good, { target: 'zzzzzz' }), 'unknown-column', ['data', 'target'], '"a", "b", "y"'));
    it('an unknown column in ignore, at its place in the list', () =>
      refuses(loadCsv(good, { ignore: ['a', 'q'] }), 'unknown-column', ['data', 'ignore', 1], '"q"'));
    it('the target in ignore', () =>
      refuses(loadCsv(good, { ignore: ['y'] }), 'target-ignored', ['data', 'ignore'], '"y"'));
    it('everything ignored', () => refuses(loadCsv(good, { ignore: ['a', 'b'] }), 'no-inputs', ['data', 'ignore']));
    it('a word in a numeric column: column, line, word, remedy', () =>
      refuses(
        loadCsv('a,b,y\n1,2,x\n3,tall,z\n'),
        'not-a-number',
        ['data', 'path'],
        'line 3',
        '"b"',
        '"tall"',
        'add "b" to "ignore"',
      ));
    it('numbers no other program would take for one', async () => {
      for (const word of ['0x10', 'Infinity', '1,5', '1e999', '1 2', '--1'])
        await refuses(loadCsv(`a,b,y\n1,"${word}",x\n`), 'not-a-number', ['data', 'path'], word);
    });
    it('a missing input, however it is written', async () => {
      for (const nothing of ['', 'NA', 'NaN', '?', 'null'])
        await refuses(
          loadCsv(`a,b,y\n1,2,x\n1,${nothing},z\n`),
          'missing-value',
          ['data', 'path'],
          'line 3',
          '"b"',
          `found "${nothing}"`,
        );
    });
    it('a missing target', () =>
      refuses(loadCsv('a,b,y\n1,2,x\n1,2,\n'), 'missing-value', ['data', 'target'], 'line 3', '"y"'));
    it('a single class', () =>
      refuses(loadCsv(rows(5, () => '1,2,x')), 'one-class', ['data', 'target'], '"x" in all 5 rows'));
    it('divide without a divisor, and a divisor without divide', async () => {
      await refuses(loadCsv(good, { scale: 'divide' }), 'missing', ['data', 'scale'], '"divisor"');
      await refuses(loadCsv(good, { divisor: 2 }), 'unused-parameter', ['data', 'divisor'], '"scale": "divide"');
    });
    it('values that float32 cannot hold', async () => {
      await refuses(
        loadCsv(
          rows(4, (i) => `1e300,${i},${i % 2}`),
          { scale: 'none' },
        ),
        'value-too-large',
        ['data', 'scale'],
        '"a"',
        'float32',
      );
      await refuses(
        loadCsv(
          rows(4, (i) => `1,${i},${i}.5e300`),
          { scale: 'none', targetType: 'number' },
        ),
        'value-too-large',
        ['data', 'target'],
        'float32',
      );
    });
  });

  describe('scale', () => {
    const values = [3, -0.5, 8, 100, 2, 5];
    const text = rows(6, (i) => `${values[i]},${i % 2},7`, 'a,y,same');
    const scaled = async (scale: string) => {
      const { dataset } = await loadCsv(text, { scale, split: { train: 5, test: 1, stratify: false } });
      const inputs = new Map<number, readonly number[]>();
      for (const part of [dataset.train, dataset.test])
        part.rows.forEach((row, i) => inputs.set(row, [...part.inputs.subarray(2 * i, 2 * i + 2)]));
      const train = [...dataset.train.rows].map((row) => values[row]);
      return { inputs, train };
    };
    const near = (a: number, b: number) =>
      assert.ok(Math.abs(a - b) < 1e-5 * Math.max(1, Math.abs(b)), `${a}, not ${b}`);

    it('can be undone: pictures show inputs in the data’s own units', async () => {
      for (const scale of ['standardize', 'minMax', 'robust', 'log']) {
        const { dataset } = await loadCsv(text, { scale, split: { train: 5, test: 1, stratify: false } });
        const { train, inputScales } = dataset;
        train.rows.forEach((row, i) => {
          near(inDataUnits(train.inputs[2 * i], inputScales![0]), values[row]);
          near(inDataUnits(train.inputs[2 * i + 1], inputScales![1]), 7);
        });
      }
      const { dataset } = await loadCsv(text, { scale: 'none', split: { train: 5, test: 1, stratify: false } });
      assert.equal(dataset.inputScales, undefined);
      assert.equal(inDataUnits(0.3, undefined), 0.3);
    });
    it('minMax: 0 to 1 over the training rows; a constant column is only moved', async () => {
      const { inputs, train } = await scaled('minMax');
      const [low, high] = [Math.min(...train), Math.max(...train)];
      for (const [row, [a, same]] of inputs) {
        near(a, (values[row] - low) / (high - low));
        assert.equal(same, 0);
      }
    });
    it('robust: by median and quartiles, as NumPy has them', async () => {
      const { inputs, train } = await scaled('robust');
      // Of five values the quartiles are the second and the fourth.
      const sorted = [...train].sort((a, b) => a - b);
      for (const [row, [a]] of inputs) near(a, (values[row] - sorted[2]) / (sorted[3] - sorted[1]));
    });
    it('log: ln(1 + x), then mean 0 and deviation 1; refused where there is none', async () => {
      const { inputs, train } = await scaled('log');
      const logs = train.map((x) => Math.log(1 + x));
      const mean = logs.reduce((a, b) => a + b) / 5;
      const deviation = Math.sqrt(logs.reduce((s, x) => s + (x - mean) ** 2, 0) / 5);
      for (const [row, [a]] of inputs) near(a, (Math.log(1 + values[row]) - mean) / deviation);
      await refuses(
        loadCsv(text.replace('-0.5', '-1'), { scale: 'log' }),
        'log-of-negative',
        ['data', 'scale'],
        '"a"',
        '-1',
        'row 2',
      );
    });
  });

  it('is one of the sources, each with an example that checks', () => {
    assert.deepEqual(
      [...sources.keys()],
      [
        'moons',
        'circles',
        'spiral',
        'xor',
        'gaussians',
        'checkerboard',
        'sine',
        'plane',
        'csv',
        'jsonl',
        'parquet',
        'idx',
        'npy',
        'images',
      ],
    );
    for (const { kind, example } of sources.values()) modelWith({ source: kind, ...example });
  });

  it('gives a column of words the fix that its words ask for, and a column of dates the one that ignores it', async () => {
    const titles = async (cell: (i: number) => string, data: JsonObject = {}): Promise<(string | undefined)[]> => {
      const text = `a,c,y\n${Array.from({ length: 40 }, (_, i) => `${i},${cell(i)},${i % 2}`).join('\n')}\n`;
      const error = await loadCsv(text, data).then(
        () => assert.fail(),
        (e: unknown) => e as ModelError,
      );
      assert.ok(error.message.includes('line 2: column "c"'), error.message);
      for (const fix of error.fixes ?? []) {
        const { path, value } = fix.operation as { path: string[]; value: string[] };
        assert.ok(value.includes('c'), JSON.stringify(value));
        // Done, it is the end of it.
        const { dataset } = await loadCsv(text, { ...data, [path[1]]: value });
        assert.equal(dataset.inputNames.includes('c'), false);
      }
      return (error.fixes ?? []).map(({ title }) => title);
    };
    const categories = 'Treat "c" as categories';
    assert.deepEqual(await titles((i) => ['red', 'green', 'blue'][i % 3]), [categories, 'Ignore "c"']);
    assert.deepEqual(await titles((i) => (i === 5 ? '' : ['red', 'blue'][i % 2]), { missing: 'mean' }), [
      categories,
      'Ignore "c"',
    ]);
    assert.deepEqual(await titles((i) => `id${i}`), ['Ignore "c"', categories]);
    assert.deepEqual(await titles((i) => `2026-11-${10 + (i % 20)}`), ['Ignore "c"']);
  });
});
