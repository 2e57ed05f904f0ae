import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { RunsComparison } from '../../../src/comparison/compare';
import type { EndRecord } from '../../../src/engine/records';
import { model, workplace } from './support';

describe('netjson runs compare', () => {
  const { run, at, put } = workplace();
  const train = async (name: string, ...more: string[]): Promise<void> => {
    assert.equal((await run(['train', 'm.netjson', '--run-dir', name, ...more])).code, 0);
  };
  const compared = async (...names: string[]): Promise<RunsComparison> => {
    const { out, err } = await run(['runs', 'compare', ...names, '--json']);
    assert.ok(out, err);
    return JSON.parse(out) as RunsComparison;
  };
  const testLoss = async (name: string): Promise<number> =>
    (JSON.parse(await readFile(at(name, 'run.json'), 'utf8')) as Required<EndRecord>).test.loss;

  it('gives mean and spread of runs that differ by their seed alone', async () => {
    await put(model());
    for (const seed of [1, 2, 3]) await train(`s${seed}`, '--seed', String(seed));
    await train('again', '--seed', '1');
    await train('longer', '--seed', '9', '--epochs', '6');
    const { figures, repeats, differences } = await compared('s1', 's2', 's3', 'again', 'longer');
    const losses = await Promise.all(['s1', 's2', 's3'].map(testLoss));
    const at0 = figures.findIndex((f) => f.id === 'test.loss');
    assert.deepEqual(figures[at0].values.slice(0, 3), losses);
    // The same seed twice is one run, and another number of epochs is no repeat.
    assert.deepEqual(
      repeats.map((r) => r.runs),
      [[0, 1, 2]],
    );
    const mean = (losses[0] + losses[1] + losses[2]) / 3;
    const sd = Math.sqrt(losses.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 2);
    const found = repeats[0].statistics[at0]!;
    assert.equal(found.n, 3);
    assert.ok(Math.abs(found.mean - mean) < 1e-12 && Math.abs(found.sd - sd) < 1e-12);
    assert.deepEqual(
      differences.map((d) => [d.what, d.values]),
      [
        ['training seed', ['1', '2', '3', '1', '9']],
        ['epochs', ['4', '4', '4', '4', '6']],
      ],
    );
  });

  it('ends training with --seeds, by mean and spread', async () => {
    await put(model());
    const { code, out, err } = await run(['train', 'm.netjson', '--seeds', '3', '--seed', '5']);
    assert.equal(code, 0, err);
    assert.match(out, /run 3 of 3, seed 7\n/);
    assert.match(out, /mean ± sd of A, B, C\n[^]*training seed {2}5 {2}6 {2}7\n/);
    const dirs = [...out.matchAll(/^run: (.*)$/gm)].map(([, dir]) => dir);
    const { repeats } = await compared(...dirs);
    assert.deepEqual(repeats[0].runs, [0, 1, 2]);
    const stopped = await run(['train', 'm.netjson', '--seeds', '3'], { stopAt: 'seed 8' });
    assert.equal(stopped.code, 130);
    assert.doesNotMatch(stopped.out, /seed 9|mean/);
    assert.equal((await run(['train', 'm.netjson', '--seeds', '2', '--run-dir', 'r'])).code, 2);
  });

  it('tells how models, data and training differ, of each run', async () => {
    await put(model());
    await train('a');
    const { layers, training } = model() as { layers: object[]; training: object };
    const [input, hidden, drop, output] = layers;
    await put(
      model({
        layers: [input, hidden, { ...drop, rate: 0.2 }, output] as never,
        training: { ...training, optimizer: { kind: 'adam', learningRate: 0.05 } } as never,
      }),
    );
    await train('b');
    await put(
      model({
        data: { source: 'moons', samples: 80, split: { train: 50, validation: 20, test: 10 } },
        layers: [input, hidden, output] as never,
      }),
    );
    await train('c');
    const { differences, repeats } = await compared('a', 'b', 'c');
    assert.deepEqual(repeats, []);
    const rows = Object.fromEntries(differences.map((d) => [`${d.of} ${d.layer ?? ''} ${d.what}`, d.values]));
    assert.deepEqual(rows['model drop rate'], ['0.5', '0.2', '0.5']);
    assert.deepEqual(rows['model drop layer'], ['dropout', 'dropout', 'no such layer']);
    assert.deepEqual(rows['training  optimizer.learningRate'], ['0.01', '0.05', '0.01']);
    assert.deepEqual(rows['data  samples'], ['60', '60', '80']);
    const [a, b, c] = rows['data  samples (SHA-256)'];
    assert.ok(a === b && b !== c);
  });

  it('writes CSV with all digits, Markdown, and a table', async () => {
    await put(model());
    for (const seed of [1, 2]) await train(`s${seed}`, '--seed', String(seed));
    const csv = (await run(['runs', 'compare', 's1', 's2', '--csv'])).out.split('\n');
    assert.equal(csv[0], 'of,what,s1,s2,mean of s1 s2,sd of s1 s2');
    const [, , first, second, mean] = csv.find((line) => line.startsWith('figure,test.loss,'))!.split(',');
    assert.equal(Number(first), await testLoss('s1'));
    assert.equal(Number(mean), (Number(first) + Number(second)) / 2);
    assert.ok(csv.includes('seeds,training seed,1,2,,'));
    const markdown = (await run(['runs', 'compare', 's1', 's2', '--markdown'])).out;
    assert.match(markdown, /^- A: s1, finished, seed 1: Too early to judge, it ended too soon\n- B: s2/);
    assert.match(markdown, /\| {2}\| A \| B \| mean ± sd of A, B \|\n\| --- \| ---: \| ---: \| ---: \|\n/);
    assert.match(markdown, /\| Validation loss, best \| \d\.\d{4} \| \d\.\d{4} \| \d\.\d{4} ± /);
    const { out, code } = await run(['runs', 'compare', 's1', 's2']);
    assert.equal(code, 0);
    assert.match(
      out,
      /A {2}s1 {3}finished {2}1 {5}Too early to judge, it ended too soon\n[^]*Epochs made +4 +4 +4 ± 0\n[^]*differs +A +B\n +training seed {2}1 {2}2/,
    );
  });

  it('compares what is whole of a run, and says what is not', async () => {
    await put(model());
    await train('a');
    await train('b', '--seed', '3');
    await writeFile(at('b', 'model.netjson'), '{}');
    const { code, out, err } = await run(['runs', 'compare', 'a', 'b', '--json']);
    assert.equal(code, 1);
    assert.match(err, /b: model\.netjson: It was changed after the run/);
    const { repeats, differences } = JSON.parse(out) as RunsComparison;
    assert.deepEqual([repeats, differences.length], [[], 1]);
    await writeFile(at('b', 'run.json'), '{');
    assert.match((await run(['runs', 'compare', 'a', 'b'])).err, /b cannot be compared\. run\.json: It is damaged/);
    assert.match((await run(['runs', 'compare', 'a'])).err, /two RUN_DIR or more, found 1/);
    assert.match((await run(['runs', 'compare', 'a', './a'])).err, /named twice/);
    assert.match((await run(['runs', 'compare', 'a', 'b', '--csv', '--json'])).err, /--csv and --json exclude/);
  });
});
