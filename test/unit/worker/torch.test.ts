import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TorchOptions } from '../../../src/model/torchOptions';
import type { LoadRequest, Tick, WorkerApi } from '../../../src/protocol/training';
import type { Handlers } from '../../../src/protocol/rpc';
import { openRun } from '../../../src/runs/open';
import { workerApi } from '../../../src/worker/api';
import { honest, isAlive, putFakePython } from '../../harness/fakePython';

const model = (training: object = {}, more: object = {}): string =>
  JSON.stringify({
    version: 1,
    name: 'moons',
    data: { source: 'moons', samples: 120, noise: 0.2, seed: 1, split: { train: 80, validation: 20, test: 20 } },
    layers: [
      { id: 'input', kind: 'input', shape: [2] },
      { id: 'hidden', kind: 'dense', units: 8, activation: 'relu' },
      { id: 'drop', kind: 'dropout', rate: 0.5 },
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ],
    training: { loss: 'crossentropy', optimizer: 'adam', batchSize: 8, epochs: 3, seed: 7, ...training },
    ...more,
  });

describe('A session whose steps PyTorch makes', function () {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  let worker: Handlers<WorkerApi>;
  let ticks: Tick[];
  let folder: string;
  let said: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dropout-studio-'));
    [ticks, said] = [[], []];
    worker = workerApi({
      tick: (tick) => void ticks.push(tick),
      kept: () => undefined,
      loading: () => undefined,
      crashed: (error) => assert.fail(error),
      helper: resolve('dist/helper.js'),
      warn: ({ message }) => void said.push(message),
      now: () => performance.now(),
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    });
  });
  afterEach(async () => {
    await worker.close();
    await rm(folder, { recursive: true });
  });
  const load = async (
    answer?: string,
    more: Partial<Omit<LoadRequest, 'torch'>> & { torch?: Partial<TorchOptions> } = {},
  ) => {
    const python = await putFakePython(join(folder, 'python'), answer);
    const keep = { folder: join(folder, 'runs'), name: 'm', file: 'm.netjson', interval: 0, everyEpochs: 0 };
    return worker.load({ run: 'r', text: model(), folder, keep, ...more, torch: { python, ...more.torch } });
  };
  const until = async <T>(what: string, ask: () => T | undefined | false): Promise<T> => {
    for (const end = Date.now() + 20_000; ; await pause(5)) {
      const answer = ask();
      if (answer) return answer;
      assert.ok(Date.now() < end, `Waited for ${what}.`);
    }
  };
  const untilState = (...states: Tick['state'][]): Promise<Tick> =>
    until(states.join(' or '), () => [...ticks].reverse().find(({ state }) => states.includes(state)));
  const runFolder = async (): Promise<string> => join(folder, 'runs', (await readdir(join(folder, 'runs')))[0]);

  it('tells the losses of every step, measures each epoch, and keeps the run with the program', async () => {
    const loaded = await load();
    assert.deepEqual(loaded.backend, { name: 'torchrun', torch: '9.9', processes: 1 });
    await worker.run();
    const { end } = await untilState('finished');
    assert.equal(end?.reason, 'finished');
    assert.deepEqual(
      ticks.flatMap(({ epochs }) => epochs).map(({ epoch, step }) => [epoch, step]),
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
    );
    assert.equal(ticks.flatMap(({ losses }) => [...losses]).length, 30);
    await worker.close();
    const directory = await runFolder();
    const { info } = await openRun(directory);
    assert.deepEqual(info?.backend, { name: 'torchrun', torch: '9.9', processes: 1 });
    assert.equal(info?.reason, 'finished');
    const backend = { torch: '9.9', processes: 1 };
    assert.deepEqual((await worker.listRuns(join(folder, 'runs')))[0].backend, backend);
    const shown = await worker.showRun({ run: 's', directory });
    assert.deepEqual([shown.backend, shown.loaded?.backend], [backend, undefined]);
    assert.deepEqual((await readdir(join(directory, 'torchrun'))).sort(), [
      'masks.py',
      'model.py',
      'norms.py',
      'tensors.py',
      'train.py',
    ]);
  });

  it('shows masks, and pauses, steps and goes on as a run of the engine', async () => {
    await load(`setTimeout(() => { ${honest} }, 5);`, { text: model({ epochs: 100_000 }) });
    await worker.watch({ visible: true, sample: 'auto', frozen: false });
    await worker.run();
    const pictured = await until('a picture', () => ticks.find(({ sight }) => sight));
    assert.equal(pictured.sight!.layers.find(({ id }) => id === 'drop')!.mask!.bits.length, 1);
    await worker.pause();
    const paused = ticks.at(-1)!;
    assert.equal(paused.state, 'paused');
    assert.equal(paused.sight!.step, paused.step - 1);
    await worker.step();
    assert.equal(ticks.at(-1)!.step, paused.step + 1);
    assert.deepEqual([...ticks.at(-1)!.losses], [1]);
    await worker.change({ layer: 'drop', parameter: 'rate', to: 0.25 });
    await worker.run();
    await worker.change({ parameter: 'optimizer.learningRate', to: 0.5 });
    await until('both changes', () => ticks.flatMap(({ changes }) => changes).length === 2);
    await worker.stop();
    assert.equal(ticks.at(-1)!.end?.reason, 'stopped');
  });

  it('tells the program of what was changed by hand', async () => {
    await load(`require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'orders'))}, line + '\\n'); ${honest}`);
    await worker.step();
    await worker.change({ layer: 'drop', parameter: 'rate', to: 0.25 });
    await worker.change({ parameter: 'optimizer.learningRate', to: 0.5 });
    await worker.step();
    const orders = (await readFile(join(folder, 'orders'), 'utf8')).trim().split('\n');
    assert.deepEqual(
      orders.map((line) => JSON.parse(line) as Record<string, unknown>).map((o) => [o.step, o.rates, o.learningRates]),
      [
        [0, { drop: 0.5 }, [0.001]],
        [1, { drop: 0.25 }, [0.5]],
      ],
    );
  });

  it('says that a program died, hung or printed garbage, and keeps the run up to there', async () => {
    const cases: [string, RegExp, TorchOptions['patience']?][] = [
      ["console.error('RuntimeError: no room'); process.exit(1);", /It ended \(exit code 1\)\. RuntimeError: no room/],
      [
        'setInterval(() => {}, 1000);',
        /It has said nothing for 1 second, and was ended\. If its steps take that long/,
        1,
      ],
      ["for (let i = 0; i < 2000; i++) console.log('rubbish');", /printed more than 1000 lines that are no records/],
      ['tell([1, 2, 3, 4, 5, 6, 7]);', /told of 7 steps of epoch 2; \d+ of epoch 2 were asked for/],
      [
        "require('node:fs').writeFileSync('state.safetensors', 'x'); tell(order.learningRates.map(() => 1));",
        /wrote cannot be read/,
      ],
    ];
    for (const [answer, words, patience] of cases) {
      ticks = [];
      await rm(join(folder, 'runs'), { recursive: true, force: true });
      await load(`if (order.epoch > 1) { ${answer} } else { ${honest} }`, { torch: { patience } });
      await worker.run();
      const { problem } = await untilState('failed');
      assert.match(problem!, words);
      await worker.close();
      const { info, metrics, checkpoints } = await openRun(await runFolder());
      assert.deepEqual([info?.reason, metrics.length, checkpoints.includes('last')], [undefined, 1, true], answer);
    }
  });

  it('goes on with such a run where it was', async () => {
    await load(`if (order.epoch > 1) process.exit(1); else { ${honest} }`);
    await worker.run();
    await untilState('failed');
    await worker.close();
    ticks = [];
    const python = await putFakePython(join(folder, 'python'));
    const request = { run: 'again', directory: await runFolder(), interval: 0, everyEpochs: 0 };
    await assert.rejects(async () => worker.loadRun(request), /made with PyTorch/);
    const resumed = await worker.loadRun({ ...request, torch: { python } });
    assert.deepEqual([resumed.step, resumed.epoch, resumed.backend?.torch], [10, 2, '9.9']);
    await worker.run();
    assert.equal((await untilState('finished')).step, 30);
  });

  it('leaves no process behind: when it ends, is stopped, or is left', async () => {
    const pids = join(folder, 'pids');
    const noting = `require('node:fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');`;
    const slow = `${noting} setTimeout(() => { ${honest} }, 50);`;
    await load(`${noting} ${honest}`);
    await worker.run();
    await untilState('finished');
    for (const end of ['stop', 'close'] as const) {
      ticks = [];
      await load(slow, { text: model({ epochs: 100_000 }) });
      await worker.run();
      await until('a step', () => ticks.find(({ step }) => step > 0));
      await worker[end]();
    }
    const all = new Set((await readFile(pids, 'utf8')).trim().split('\n').map(Number));
    assert.equal(all.size, 3);
    await until('all processes to end', () => [...all].every((pid) => !isAlive(pid)));
  });

  it('refuses what it cannot train, before a run is made', async () => {
    const refused = async (text: string, words: RegExp, torch: Partial<TorchOptions> = {}): Promise<void> => {
      await assert.rejects(async () => load(undefined, { text, torch }), words);
      assert.ok(!(await readdir(folder)).includes('runs'));
    };
    await refused(model(), /There is no Python "\/nowhere": install Python 3 with PyTorch/, { python: '/nowhere' });
    await refused(model({ optimizer: 'nadam' }), /whose NAdam is another: 2\.0 is the oldest for it/, {
      python: await putFakePython(join(folder, 'old'), undefined, '1.13.1'),
    });
  });

  it('trains a twin in the engine', async () => {
    const loaded = await load(undefined, { twin: true });
    assert.equal(loaded.backend, undefined);
  });
});
