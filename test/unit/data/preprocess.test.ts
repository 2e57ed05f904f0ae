import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readNewSamples } from '../../../src/data/newSamples';
import type { StoredPreprocessing } from '../../../src/data/preprocess';
import type { LoadedData } from '../../../src/data/load';
import { ModelError } from '../../../src/model/diagnostics';
import { Random } from '../../../src/engine/rng/philox';
import type { JsonObject } from '../../../src/model/json';
import { loadCsv } from './support';

const encoder = new TextEncoder();
/** As a run directory keeps it. */
const kept = ({ stored }: LoadedData): StoredPreprocessing => JSON.parse(JSON.stringify(stored)) as StoredPreprocessing;
const apply = (text: string, stored: StoredPreprocessing, unknown: 'refuse' | 'none' = 'refuse', name = 'new.csv') =>
  readNewSamples(encoder.encode(text), name, stored, { unknown });

/** A table with everything: gaps, categories, a constant, large and small numbers. */
function messy(rows: number): string {
  const random = new Random(3, 'messy');
  const number = (scale: number): string => (random.uniform() < 0.1 ? '' : String(scale * random.normal()));
  const lines = Array.from({ length: rows }, (_, i) =>
    [
      `id${i}`,
      number(1e9),
      number(1e-7),
      random.uniform() < 0.1 ? '?' : ['red', 'green', 'blue', '"a, b"'][random.below(4)],
      7,
      Math.abs(random.normal() * 1000),
      ['yes', 'no'][random.below(2)],
    ].join(','),
  );
  return ['id,large,small,colour,constant,amount,y', ...lines].join('\n');
}

describe('stored preprocessing', () => {
  const text = messy(200);
  const base: JsonObject = {
    ignore: ['id'],
    categories: ['colour'],
    split: { train: 0.6, validation: 0.2, test: 0.2 },
  };
  const settings: JsonObject[] = ['standardize', 'minMax', 'robust', 'divide', 'none'].flatMap((scale) =>
    ['mean', 'median', 'mostFrequent'].map((missing, i) => ({
      scale,
      missing,
      missingFlag: i > 0,
      ...(scale === 'divide' && { divisor: 3 }),
    })),
  );
  settings.push({ scale: 'log', missing: 'median', ignore: ['id', 'large', 'small'] });

  for (const setting of settings)
    it(`gives the very bits the network was trained on: ${JSON.stringify(setting)}`, async () => {
      const data = await loadCsv(text, { ...base, ...setting });
      const { samples, ignored } = apply(text, kept(data));
      const width = data.dataset.inputShape[0];
      assert.equal(samples.inputs.length, 200 * width);
      assert.ok(ignored.includes('id') && ignored.includes('y'));
      for (const part of [data.dataset.train, data.dataset.validation, data.dataset.test])
        part.rows.forEach((row, i) => {
          const given = part.inputs.subarray(i * width, (i + 1) * width);
          assert.deepEqual(samples.inputs.subarray(row * width, (row + 1) * width), given);
        });
    });

  it('gives them for tables without gaps and categories too', async () => {
    for (const file of ['wine.csv', 'diabetes.csv']) {
      const own = readFileSync(resolve('examples/data', file), 'utf8');
      const target = own.slice(0, own.indexOf('\n')).trim().split(',').at(-1)!;
      const data = await loadCsv(own, { target });
      const { samples } = apply(own, kept(data));
      const { train, inputShape } = data.dataset;
      train.rows.forEach((row, i) =>
        assert.deepEqual(
          samples.inputs.subarray(row * inputShape[0], (row + 1) * inputShape[0]),
          train.inputs.subarray(i * inputShape[0], (i + 1) * inputShape[0]),
        ),
      );
    }
  });

  const small = 'age,colour,y\n20,red,0\n40,blue,1\n60,red,0\n';
  const trained = (data: JsonObject = {}) =>
    loadCsv(small, { categories: ['colour'], scale: 'none', split: { train: 3 }, ...data }).then(kept);

  it('takes columns in any order, and leaves others out', async () => {
    const stored = await trained();
    const { samples, ignored } = apply('colour,extra,age\nblue,x,5\nred,y,6\n', stored);
    assert.deepEqual([...samples.inputs], [5, 1, 0, 6, 0, 1]);
    assert.deepEqual(ignored, ['extra']);
    const one = await loadCsv('x,y\n1,0\n2,1\n3,0\n', { split: { train: 3 }, scale: 'none' });
    assert.deepEqual([...apply('x\n8\n', kept(one)).samples.inputs], [8], 'a single column is enough');
  });

  it('reads JSON Lines as well, and whatever the delimiter is', async () => {
    const stored = await trained({ missing: 'median' });
    const lines = '{"age": 5, "colour": "blue"}\n\n{"colour": null, "age": 6.5}\n{"colour": "red"}\n';
    assert.deepEqual([...apply(lines, stored, 'refuse', 'new.jsonl').samples.inputs], [5, 1, 0, 6.5, 0, 0, 40, 0, 1]);
    assert.deepEqual([...apply('age;colour\n5;blue\n', stored).samples.inputs], [5, 1, 0]);
  });

  it('keeps what stands for a gap even where training had none', async () => {
    const stored = await trained({ missing: 'median', missingFlag: true });
    assert.deepEqual([...apply('age,colour\n?,\n', stored).samples.inputs], [40, 0, 0]);
  });

  it('refuses, with the line, what training would have refused', async () => {
    const stored = await trained();
    const refuses = (csv: string, ...texts: string[]): void =>
      assert.throws(
        () => apply(csv, stored),
        (e: unknown) => e instanceof ModelError && texts.every((t) => e.message.includes(t)),
      );
    refuses('colour,height\nred,5\n', '"age"', 'any order');
    refuses('age,colour\n1,red\n,red\n', 'line 3', '"age"', 'no value');
    refuses('age,colour\n1,red\nold,red\n', 'line 3', '"age"', 'should be a number', '"old"');
    refuses('age,colour\n1,\n', 'line 2', '"colour"', 'no value');
    refuses('age,colour\n1e300,red\n', 'line 2', '"age"', 'float32');
    refuses('age,colour\n1,green\n', 'line 2', '"green"', 'never saw', '"blue" and "red"');
  });

  it('takes an unseen category as none of its values where that is asked for, and counts it', async () => {
    const stored = await trained();
    const { samples, unseen } = apply('age,colour\n1,green\n2,red\n3,green\n4,grey\n', stored, 'none');
    assert.deepEqual([...samples.inputs], [1, 0, 0, 2, 0, 1, 3, 0, 0, 4, 0, 0]);
    assert.deepEqual([...unseen], [['colour', { values: new Set(['green', 'grey']), rows: 3 }]]);
  });

  it('says what targets are: names of classes, or units of numbers', async () => {
    assert.deepEqual((await trained()).target, { type: 'classes', names: ['0', '1'], columns: ['y'] });
    const numbers = await trained({ target: ['age', 'y'], scaleTarget: 'standardize', categories: ['colour'] });
    const { target } = numbers;
    assert.ok(target.type === 'numbers' && target.scale);
    assert.deepEqual(target.columns, ['age', 'y']);
    assert.equal(target.scale[0].offset, 40);
  });
});
