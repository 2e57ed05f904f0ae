import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { type BenchTools, bench } from '../../../src/cli/bench';
import { cli } from '../../../src/cli/cli';
import { operationsOf, productOf, rateOf, timeSteps, trainerOf } from '../../../src/cli/benchSteps';
import { randomData, workload, workloads } from '../../../src/cli/benchWorkloads';
import { reference } from '../../../src/engine/kernels/reference';
import type { KernelSet } from '../../../src/engine/kernels/set';
import { analyze } from '../../../src/model/analyze';
import { json } from './support';

/** Small enough that its steps cost nothing. */
const tiny = workload(
  't',
  'tiny',
  [2],
  [
    { id: 'drop', kind: 'dropout', rate: 0.5 },
    { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
  ],
  { kind: 'sgd' },
  4,
);

/** Without threads: what is tested is what is told. */
const chosen = (kernels: KernelSet, threads = 1): Partial<BenchTools> => ({
  choose: () => Promise.resolve({ kernels, threads, release: () => Promise.resolve() }),
});

/** A clock that goes on by a millisecond whenever it is read: what is measured is not how fast this machine is. */
const clock = () => {
  let time = 0;
  return () => time++;
};

describe('netjson bench', () => {
  async function run(args: string[], tools: Partial<BenchTools> = {}, abort = false) {
    let [out, err] = ['', ''];
    const interrupt = new AbortController();
    if (abort) interrupt.abort();
    const io = {
      cwd: '.',
      helper: 'unused',
      interrupt: interrupt.signal,
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
    };
    const code = await bench(args, io, {
      now: clock(),
      seconds: 0.001,
      workloads: [tiny],
      ...chosen(reference),
      ...tools,
    });
    return { code, out, err };
  }

  it('tells steps a second, the rate of a matrix product, and what an epoch takes', async () => {
    const { code, out, err } = await run([]);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^kernel set: reference$/m);
    assert.match(out, /^ {2}t {2}tiny +6 +4 +1 +[\d.,]+$/m);
    assert.match(out, /^matrix product 128 x 1024 x 1024, one thread: [\d.,]+ GFLOP\/s$/m);
    assert.match(out, /^ {2}a network like t, 60,000 samples: one epoch takes about [\d.]+(s|m)/m);
  });

  it('--json: start, a line for each network, the product; the same figures', async () => {
    const { code, out, err } = await run(['--json']);
    assert.deepEqual([code, err], [0, '']);
    const [start, network, product] = json(out);
    assert.deepEqual(Object.keys(start), ['event', 'version', 'cpu', 'cores', 'node', 'kernels']);
    assert.deepEqual([start.event, start.kernels], ['start', 'reference']);
    assert.deepEqual([network.event, network.workload, network.parameters, network.batchSize], ['workload', 't', 6, 4]);
    // One step: a millisecond of the clock's; an evaluation likewise, of 8 samples.
    assert.deepEqual([network.stepsPerSecond, network.epochSeconds], [1000, 15 + 7.5]);
    assert.deepEqual([product.event, product.gflops], ['product', 268]);
  });

  it('--kernels: what a set has kernels for, and what runs on the reference path', async () => {
    const kernels = { ...reference, coverage: new Set(['layer:dense', 'activation:relu', 'loss:huber']) };
    const { code, out } = await run(['--kernels'], chosen(kernels));
    assert.equal(code, 0);
    const [own, rest] = out.split('on the reference path');
    assert.match(own, /kernel set: reference[^]*layers +dense\n +activations +relu\n +losses +huber\n/);
    assert.doesNotMatch(own, /conv2d|optimizers/);
    assert.match(rest, /layers +input, activation, conv1d[^]*optimizers +adam, /);
    assert.doesNotMatch(rest, /layers +[^]*\bdense\b/);
    for (const line of out.split('\n')) assert.ok(line.length <= 86, line);

    const [line] = json((await run(['--kernels', '--json'])).out) as unknown as {
      covered: string[];
      reference: string[];
    }[];
    assert.deepEqual(line.covered, []);
    const kinds = (['layers', 'losses', 'optimizers'] as const).flatMap((name) => [...catalogue[name].keys()]);
    for (const kind of kinds)
      assert.ok(
        line.reference.some((name) => name.endsWith(`:${kind}`)),
        kind,
      );
  });

  it('ends with 130 where it is interrupted, and tells what it has', async () => {
    const { code, out } = await run(['--json'], {}, true);
    assert.equal(code, 130);
    assert.deepEqual(
      json(out).map((e) => e.event),
      ['start', 'workload'],
    );
  });

  it('asks for the threads it is told, tells how many work, and sends them home', async () => {
    const asked: (number | undefined)[] = [];
    let released = 0;
    const choose: BenchTools['choose'] = ({ threads, model }) => {
      asked.push(threads);
      const release = () => Promise.resolve(void released++);
      return Promise.resolve({ kernels: reference, threads: model ? 3 : 1, release });
    };
    const [, network] = json((await run(['--json', '--threads', '5'], { choose })).out);
    assert.deepEqual([network.threads, asked, released], [3, [undefined, 5], 1]);
  });

  it('refuses a bad command line', async () => {
    for (const [args, message] of [
      [['m.netjson'], /takes no FILE, found "m\.netjson"/],
      [['--threads', '0'], /--threads: a whole number from 1/],
      [['--kernel'], /Did you mean "--kernels"/],
    ] as const) {
      let err = '';
      const io = { cwd: '.', helper: 'unused', interrupt: new AbortController().signal };
      const code = await cli(['bench', ...args], {
        ...io,
        stdout: { write: () => assert.fail('written to standard output') },
        stderr: { write: (text) => (err += text) },
      });
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });
});

describe('what the benchmark measures', () => {
  it('has four workloads; all that they lack is data', () => {
    assert.deepEqual(
      workloads.map((w) => w.id),
      ['a', 'b', 'c', 'd'],
    );
    for (const { id, model } of workloads)
      assert.deepEqual(
        analyze(JSON.stringify(model), catalogue).diagnostics.map((d) => d.code),
        ['no-data'],
        id,
      );
  });

  it('times whole steps, and leaves out the evaluations between epochs', () => {
    const trainer = trainerOf(tiny, randomData(tiny, 12, 4), reference);
    // Two readings of the clock for each epoch that steps fall into: 2 steps of the first, 3 and 2 of the next two.
    assert.equal(timeSteps(trainer, 2, clock()), 0.001);
    assert.equal(timeSteps(trainer, 6, clock()), 0.003);
    assert.deepEqual([trainer.step, trainer.epoch], [8, 3]);
  });

  it('tells a rate from as many times as it takes', () => {
    const asked: number[] = [];
    const rate = rateOf((times) => {
      asked.push(times);
      return times / 10;
    }, 1);
    assert.deepEqual(asked, [1, 1, 2, 4, 8]);
    assert.ok(Math.abs(rate - 10) < 1e-9);
    assert.equal(
      rateOf(() => 4, 1),
      0.25,
    );
  });

  it('runs all three products of a dense layer', () => {
    let called: string[] = [];
    const note = (name: string) => () => void called.push(name);
    const kernels = {
      ...reference,
      affine: note('AB'),
      affineWeightGradient: note('ATB'),
      affineInputGradient: note('ABT'),
    };
    for (const form of ['AB', 'ATB', 'ABT'] as const) {
      called = [];
      assert.equal(productOf(kernels, { form, m: 2, n: 3, depth: 4 }, clock())(2), 0.001);
      assert.deepEqual(called, [form, form]);
    }
    assert.equal(operationsOf({ form: 'AB', m: 2, n: 3, depth: 4 }), 48);
  });
});
