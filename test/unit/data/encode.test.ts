import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/model/json';
import { loadCsv, refuses } from './support';

const text = `age,colour,y
20,red,0
,blue,1
40,red,0
30,,1
30,green,0
90,blue,1
?,green,1
`;
/** The first five rows train, in the order of the file. */
const parts = `age,colour,part,y
${text
  .trim()
  .split('\n')
  .slice(1)
  .map((line, i) => line.replace(/,(\d)$/, `,${i < 5 ? 'train' : 'test'},$1`))
  .join('\n')}
`;
const read = async (data: JsonObject) => {
  const { dataset, preprocessing } = await loadCsv(parts, {
    categories: ['colour'],
    missing: 'median',
    scale: 'none',
    split: { column: 'part' },
    ...data,
  });
  const width = dataset.inputShape[0];
  const rows = [dataset.train, dataset.test].flatMap(({ count, inputs }) =>
    Array.from({ length: count }, (_, i) => [...inputs.subarray(i * width, (i + 1) * width)]),
  );
  return { names: dataset.inputNames, rows, preprocessing };
};

describe('categories and missing values', () => {
  it('make an input of each value, in the order of their letters, and none of a missing one', async () => {
    const { names, rows } = await read({});
    assert.deepEqual(names, ['age', 'colour=blue', 'colour=green', 'colour=red']);
    assert.deepEqual(
      rows.map((r) => r.slice(1).join('')),
      ['001', '100', '001', '000', '010', '100', '010'],
    );
  });

  it('are filled by what the training rows know alone', async () => {
    const ages = async (missing: string) => (await read({ missing })).rows.map(([age]) => age);
    assert.deepEqual(await ages('median'), [20, 30, 40, 30, 30, 90, 30]);
    assert.deepEqual(await ages('mean'), [20, 30, 40, 30, 30, 90, 30]);
    assert.deepEqual(await ages('mostFrequent'), [20, 30, 40, 30, 30, 90, 30]);
    const even = parts.replace('40,red', '60,red').replace('30,,', '25,,');
    const filled = async (missing: string) =>
      (
        await loadCsv(even, {
          ignore: ['colour'],
          missing,
          scale: 'none',
          split: { column: 'part' },
        })
      ).dataset.train.inputs[1];
    assert.equal(await filled('median'), 27.5);
    assert.equal(await filled('mean'), 33.75);
    assert.equal(await filled('mostFrequent'), 20, 'of values that are as frequent the smallest');
  });

  it('are marked where that is asked for, in columns that have gaps in training', async () => {
    const { names, rows } = await read({ missingFlag: true });
    assert.deepEqual(names, ['age', 'age missing', 'colour=blue', 'colour=green', 'colour=red']);
    assert.deepEqual(
      rows.map((r) => r[1]),
      [0, 1, 0, 0, 0, 0, 1],
    );
  });

  it('are not scaled, and numbers beside them are', async () => {
    const { rows } = await read({ scale: 'standardize', missingFlag: true });
    const ages = [20, 30, 40, 30, 30];
    const deviation = Math.sqrt(ages.reduce((s, a) => s + (a - 30) ** 2, 0) / 5);
    rows.forEach((r, i) => {
      assert.ok(r.slice(1).every((x) => x === 0 || x === 1));
      assert.ok(Math.abs(r[0] - ([...ages, 90, 30][i] - 30) / deviation) < 1e-6);
    });
  });

  it('of numbers stand in the order of the numbers', async () => {
    const { dataset } = await loadCsv('size,y\n10,a\n9,b\n100,a\n9,b\n', { categories: ['size'], scale: 'none' });
    assert.deepEqual(dataset.inputNames, ['size=9', 'size=10', 'size=100']);
  });

  it('are refused unless that was said, with the remedy', async () => {
    const at = ['data', 'path'];
    await refuses(
      loadCsv(text, { categories: ['colour'] }),
      'missing-value',
      at,
      'line 3',
      '"age"',
      '"missing": "median"',
    );
    await refuses(loadCsv(text, { missing: 'mean' }), 'not-a-number', at, 'line 2', 'to "categories"');
    await refuses(
      loadCsv(text, { categories: ['color'] }),
      'unknown-column',
      ['data', 'categories', 0],
      'Did you mean "colour"?',
    );
    await refuses(loadCsv(text, { categories: ['y'] }), 'not-an-input', ['data', 'categories', 0], 'it is the target');
    const ids = ['id,y', ...Array.from({ length: 300 }, (_, i) => `p${i},${i % 2}`)].join('\n');
    await refuses(loadCsv(ids, { categories: ['id'] }), 'many-categories', ['data', 'categories'], 'line 258', '256');
    const empty = 'a,b,y\n,1,0\n,2,1\n,3,0\n,4,1\n';
    await refuses(loadCsv(empty, { missing: 'mean' }), 'missing-value', ['data', 'missing'], '"a"', 'no value in any');
  });
});
