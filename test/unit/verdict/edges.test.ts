import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../../src/model/json';
import { json, model, workplace } from '../cli/support';

describe('The verdict on unusual data', () => {
  const { run, at, put } = workplace();

  const numbers: readonly JsonObject[] = [
    { id: 'input', kind: 'input', shape: [2] },
    { id: 'hidden', kind: 'dense', units: 16, activation: 'relu' },
    { id: 'output', kind: 'dense', units: 1, activation: 'linear' },
  ];
  const moons = (samples: number, split: JsonObject): JsonObject => ({ source: 'moons', samples, noise: 0.2, split });
  const training = (more: JsonObject = {}): JsonObject => ({
    ...(model().training as JsonObject),
    epochs: 60,
    optimizer: { kind: 'adam', learningRate: 0.02 },
    ...more,
  });

  /** What is said of it, wherever: without a figure that is none. */
  async function verdictOf(sections: JsonObject): Promise<JsonObject> {
    await put(model({ training: training(), ...sections }));
    const { code, out, err } = await run(['train', 'm.netjson', '--run-dir', 'r', '--json']);
    assert.equal(code, 0, err);
    const verdict = json(out).at(-1)!.verdict as JsonObject;
    const shown = (await run(['runs', 'show', 'r'])).out;
    for (const text of [JSON.stringify(verdict), shown])
      assert.doesNotMatch(text, /NaN|null|undefined|Infinity|\u221e/);
    return verdict;
  }

  it('of numbers that are all the same: there is nothing to learn, and no failure', async () => {
    await writeFile(at('c.csv'), `a,b,y\n${Array.from({ length: 60 }, (_, i) => `${i},${i % 7},3.5`).join('\n')}\n`);
    const data = { source: 'csv', path: 'c.csv', target: 'y', targetType: 'number' };
    const said = await verdictOf({ data, layers: [...numbers], training: training({ loss: 'meanSquaredError' }) });
    assert.deepEqual([said.kind, said.failure], ['nothingToLearn', undefined]);
  });

  it('of a dozen samples, and of four', async () => {
    await verdictOf({ data: moons(12, { train: 8, validation: 2, test: 2 }) });
    await run(['runs', 'delete', 'r', '--permanent']);
    await verdictOf({ data: moons(4, { train: 2, validation: 1, test: 1 }) });
  });

  it('without validation is close to nothing that only validation tells', async () => {
    for (const epochs of [12, 25, 40, 60, 90]) {
      const { kind, closeTo } = await verdictOf({
        data: moons(10, { train: 10, validation: 0, test: 0 }),
        training: training({ epochs }),
      }).finally(() => run(['runs', 'delete', 'r', '--permanent']));
      assert.ok(kind !== 'rightFit' && kind !== 'overfitting', JSON.stringify(kind));
      assert.ok(closeTo === undefined || !['rightFit', 'overfitting', 'notValidated'].includes(closeTo as string));
    }
  });

  it('of absolute errors, and after a single epoch', async () => {
    const data = { source: 'plane', samples: 200, noise: 0.3 };
    await verdictOf({ data, layers: [...numbers], training: training({ loss: 'meanAbsoluteError' }) });
    await run(['runs', 'delete', 'r', '--permanent']);
    const { kind } = await verdictOf({
      data: moons(60, { train: 30, validation: 20, test: 10 }),
      training: training({ epochs: 1 }),
    });
    assert.equal(kind, 'tooEarly');
  });
});
