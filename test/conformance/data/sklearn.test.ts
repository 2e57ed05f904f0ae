import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { catalogue } from '../../../src/catalogue';
import { loadData } from '../../../src/data/load';
import { analyze } from '../../../src/model/analyze';
import type { JsonObject } from '../../../src/model/json';
import { filesOf } from '../../unit/data/support';

/** Made by scripts/peers/sklearn_fixture.py. */
interface Fixture {
  readonly moons: { readonly inputs: number[][]; readonly labels: number[] };
  readonly circles: { readonly inputs: number[][]; readonly labels: number[] };
  readonly standardized: { readonly mean: number[]; readonly deviation: number[]; readonly rest: number[][] };
}

describe('data against scikit-learn', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = JSON.parse(await readFile('test/fixtures/data/sklearn.json', 'utf8')) as Fixture;
  });

  const load = (data: JsonObject, text = '') => {
    const { model } = analyze(
      JSON.stringify({ version: 1, data, layers: [{ id: 'input', kind: 'input', shape: [2] }] }),
      catalogue,
    );
    assert.ok(model);
    return loadData(model, filesOf({ w: text }));
  };
  /** Float32 against float64. */
  const near = (a: number, b: number, what: string) =>
    assert.ok(Math.abs(a - b) <= 2e-7 * Math.max(1, Math.abs(b)), `${what}: ${a}, not ${b}`);

  for (const source of ['moons', 'circles'] as const) {
    it(`${source}: the same points with the same labels`, async () => {
      const { dataset } = await load({ source, samples: 9, noise: 0, split: { train: 9 } });
      dataset.train.rows.forEach((row, i) => {
        const { inputs, labels } = fixture[source];
        near(dataset.train.inputs[2 * i], inputs[row][0], `x of row ${row}`);
        near(dataset.train.inputs[2 * i + 1], inputs[row][1], `y of row ${row}`);
        assert.equal(dataset.train.targets[2 * i + labels[row]], 1);
      });
    });
  }

  it('standardize: the mean and deviation of the training rows, and what they make of the others', async () => {
    const lines = (await readFile('examples/data/wine.csv', 'utf8')).trimEnd().split('\n');
    const text = lines.map((line, i) => `${i === 0 ? 'part' : i % 2 === 1 ? 'train' : 'test'},${line}`).join('\n');
    const { dataset, preprocessing } = await load(
      { source: 'csv', path: 'w', target: 'class', split: { column: 'part' } },
      text,
    );
    const { mean, deviation, rest } = fixture.standardized;
    mean.forEach((m, c) => assert.ok(Math.abs(preprocessing.mean[c] - m) <= 1e-12 * m));
    deviation.forEach((d, c) => assert.ok(Math.abs(preprocessing.deviation[c] - d) <= 1e-12 * d));
    rest.flat().forEach((x, i) => near(dataset.test.inputs[i], x, `value ${i}`));
  });
});
