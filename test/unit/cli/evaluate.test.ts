import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { JsonObject } from '../../../src/model/json';
import { json, model, workplace } from './support';

describe('netjson evaluate', () => {
  const { run, at, put } = workplace();
  const infoOf = async (name: string): Promise<JsonObject> =>
    JSON.parse(await readFile(at(name, 'run.json'), 'utf8')) as JsonObject;

  it('measures the run as it measured itself, on each part and by each checkpoint', async () => {
    await put(model());
    await run(['train', 'm.netjson', '--run-dir', 'r', '--epochs', '12', '--keep-epochs', '5']);
    const info = await infoOf('r');
    const last = json((await run(['evaluate', 'r', '--checkpoint', 'last', '--json'])).out)[0];
    assert.deepEqual(last, { split: 'test', samples: 10, checkpoint: 'last', metrics: info.test });
    const log = (await readFile(at('r', 'metrics.jsonl'), 'utf8'))
      .split('\n')
      .filter((line) => line.includes('"epoch"'))
      .map((line) => JSON.parse(line) as JsonObject);
    const best = json((await run(['evaluate', 'r', '--split', 'validation', '--json'])).out)[0];
    const at5 = json(
      (await run(['evaluate', 'r', '--split', 'train', '--checkpoint', 'epoch-000005', '--json'])).out,
    )[0];
    assert.deepEqual(best.metrics, log[(info.best as { epoch: number }).epoch - 1].validation);
    assert.equal(best.checkpoint, 'best');
    assert.deepEqual(at5.metrics, log[4].trainDropoutOff);
    const { out, code } = await run(['evaluate', 'r', '--mc', '20']);
    assert.equal(code, 0);
    assert.match(out, /10 test samples, best weights, dropout off\n {2}loss +\d/);
    assert.match(out, /mean of 20 passes with dropout on\n {2}accuracy +\d[^]*negative log likelihood +\d/);
  });

  it('gives the Monte Carlo figures of numbers, in the unit of the data', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => `${i % 13},${100 * (i % 13) + ((i * 7) % 11)}`);
    await writeFile(at('d.csv'), `x,y\n${rows.join('\n')}\n`);
    await put(
      model({
        data: {
          source: 'csv',
          path: 'd.csv',
          target: 'y',
          scaleTarget: 'standardize',
          split: { train: 0.6, validation: 0.2, test: 0.2 },
        },
        layers: [
          { id: 'input', kind: 'input', shape: [1] },
          { id: 'hidden', kind: 'dense', units: 16, activation: 'tanh' },
          { id: 'drop', kind: 'dropout', rate: 0.1 },
          { id: 'output', kind: 'dense', units: 1 },
        ],
        training: {
          loss: 'meanSquaredError',
          optimizer: { kind: 'adam', learningRate: 0.02 },
          batchSize: 8,
          epochs: 60,
        },
      }),
    );
    assert.equal((await run(['train', 'm.netjson', '--run-dir', 'r'])).code, 0);
    const [{ mc, metrics }] = json((await run(['evaluate', 'r', '--mc', '50', '--json'])).out);
    const { passes, rmse, logLikelihood, noise, noiseFrom } = mc as Record<string, number> & { noise: number[] };
    assert.equal(passes, 50);
    assert.equal(noiseFrom, 'validation');
    // Targets spread over hundreds: errors of tens, in the unit of the file, and a density to match.
    assert.ok(rmse > 1 && rmse < 400 && Math.abs(rmse - (metrics as { rmse: number }).rmse) < 100, String(rmse));
    assert.ok(noise.length === 1 && noise[0] > 0.1 && noise[0] < 400, String(noise));
    assert.ok(logLikelihood < 0 && logLikelihood > -10, String(logLikelihood));
    assert.match(
      (await run(['evaluate', 'r', '--mc', '5'])).out,
      /log likelihood +-\d[^]*noise \(by validation samples\)/,
    );
  });

  it('says what of the data has changed, and what that means', async () => {
    const csv = (more: string): string =>
      `a,b,c\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 5},${i % 2 ? 'x' : 'y'}`).join('\n')}\n${more}`;
    await writeFile(at('d.csv'), csv(''));
    await put(model({ data: { source: 'csv', path: 'd.csv', target: 'c' } }));
    await run(['train', 'm.netjson', '--run-dir', 'r']);
    await writeFile(at('d.csv'), csv('7,7,x\n'));
    const { out, err, code } = await run(['evaluate', 'r', '--split', 'train', '--json']);
    assert.equal(code, 0);
    assert.equal(json(out)[0].dataChanged, true);
    assert.match(err, /data is not what the run was made with\. d\.csv was .*\. It is split anew/);
  });

  it('refuses what it cannot measure', async () => {
    await put(model({ data: { source: 'moons', samples: 40, split: { train: 30, validation: 10, test: 0 } } }));
    await run(['train', 'm.netjson', '--run-dir', 'r']);
    const err = async (...args: string[]): Promise<string> => {
      const answer = await run(['evaluate', ...args]);
      assert.equal(answer.code, 2);
      return answer.err;
    };
    assert.match(await err('r'), /no test samples. It has some for --split validation or train/);
    assert.match(await err('r', '--split', 'all'), /"test", "validation" or "train" expected, found "all"/);
    assert.match(await err('r', '--checkpoint', 'first'), /no checkpoint "first". It has best, last/);
    assert.match(await err('nowhere'), /There is no folder/);
    assert.match(await err(), /one RUN_DIR, found none/);
  });
});
