import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { version } from '../../../package.json';
import { readSafetensors } from '../../../src/formats/safetensors';
import { cli } from '../../../src/cli/cli';
import { readRun } from '../../../src/runs/store';
import { isFusedAvailable } from '../../../src/engine/kernels/wasm/machine';
import type { Json, JsonObject } from '../../../src/model/json';
import { json } from './support';

const bundled = resolve('dist/helper.js');
/** The class of numbers that a model gets which asks for none. */
const usual = isFusedAvailable() ? 'fused' : 'strict';

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('netjson', () => {
  let cwd: string;
  beforeEach(async () => (cwd = await mkdtemp(join(tmpdir(), 'cli-'))));
  afterEach(() => rm(cwd, { recursive: true, force: true }));

  /** @param stopAt interrupts, as Ctrl+C does, when standard output has shown this text */
  async function run(
    args: readonly string[],
    { stopAt, isTTY, helper = bundled }: { stopAt?: string; isTTY?: boolean; helper?: string } = {},
  ): Promise<Answer> {
    const interrupt = new AbortController();
    let [out, err] = ['', ''];
    const code = await cli(args, {
      cwd,
      helper,
      interrupt: interrupt.signal,
      stdout: {
        isTTY,
        columns: 60,
        write: (text) => {
          out += text;
          if (stopAt !== undefined && out.includes(stopAt)) interrupt.abort();
        },
      },
      stderr: { write: (text) => (err += text) },
    });
    return { code, out, err };
  }

  const model = (more: JsonObject = {}): JsonObject => ({
    version: 1,
    name: 'test',
    data: { source: 'moons', samples: 60, split: { train: 30, validation: 20, test: 10 } },
    layers: [
      { id: 'input', kind: 'input', shape: [2] },
      { id: 'hidden', kind: 'dense', units: 6, activation: 'relu' },
      { id: 'drop', kind: 'dropout', rate: 0.5 },
      { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
    ],
    training: {
      loss: 'crossentropy',
      optimizer: { kind: 'adam', learningRate: 0.01 },
      batchSize: 8,
      epochs: 4,
      seed: 7,
    },
    ...more,
  });
  const put = (text: string | Json, name = 'm.netjson') =>
    writeFile(join(cwd, name), typeof text === 'string' ? text : JSON.stringify(text));

  describe('the command line', () => {
    it('helps: of the whole, of each command, and its version', async () => {
      for (const args of [['--help'], ['-h'], ['check', '--help'], ['train', '-h'], ['bench', '--help']]) {
        const { code, out, err } = await run(args);
        assert.deepEqual([code, err], [0, '']);
        assert.match(out, /netjson/);
      }
      assert.deepEqual(await run(['--version']), { code: 0, out: `${version}\n`, err: '' });
      assert.match((await run(['--help'])).out, /check.*\n.*train.*\n.*bench/);
    });
    it('says what is wrong with it, with exit code 2 and nothing on standard output', async () => {
      await put(model());
      const wrong: [string[], RegExp][] = [
        [[], /netjson check|check models/],
        [['trian'], /no command "trian"\. Did you mean "train"\?/],
        [['evaluate'], /no command "evaluate"\. Commands are check, train and bench/],
        [['--jsn'], /no option "--jsn"/],
        [['check'], /at least one FILE/],
        [['check', 'm.netjson', '--jsno'], /check has no option --jsno\. Did you mean "--json"\?/],
        [['check', 'none.netjson'], /no file none\.netjson/],
        [['train'], /needs a FILE/],
        [['train', 'm.netjson', 'n.netjson'], /one FILE, found 2/],
        [['train', 'm.netjson', '--epochs'], /--epochs/],
        [['train', 'm.netjson', '--epochs', '0'], /--epochs: a whole number from 1 .* found "0"/],
        [['train', 'm.netjson', '--seed', '1.5'], /--seed/],
        [['train', 'm.netjson', '--seed=-1'], /--seed/],
        [['train', 'm.netjson', '--threads', 'many'], /--threads/],
        [['train', 'm.netjson', '--threads', '0'], /--threads: a whole number from 1 to 64 expected, found "0"/],
        [['train', 'm.netjson', '--threads', '65'], /--threads: a whole number from 1 to 64/],
        [['train', 'm.netjson', '--run-dir', ''], /--run-dir/],
        [['train', 'm.netjson', '--resume', 'r'], /leave FILE out/],
        [['train', '--resume', 'r', '--seed', '1'], /leave --seed out/],
        [['train', '--resume', 'r', '--run-dir', 'q'], /leave --run-dir out/],
        [['train', '--resume', 'r'], /is not a run/],
      ];
      for (const [args, message] of wrong) {
        const { code, out, err } = await run(args);
        assert.equal(code, 2, args.join(' '));
        assert.equal(out, '', args.join(' '));
        assert.match(err, message);
      }
      assert.deepEqual(await readdir(cwd), ['m.netjson']);
    });
  });

  describe('check', () => {
    it('prints a line for each layer, and totals', async () => {
      await put(model());
      const { code, out, err } = await run(['check', 'm.netjson']);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /hidden +dense +\[6\] +18 +640 B\n/);
      assert.match(out, /^32 parameters, 24 multiply-adds for a sample$/m);
      assert.match(
        out,
        /^2\.8 KiB of memory at batches of 8: network 1\.5 KiB, optimizer 512 B, copies 768 B; 192 B saved by sharing$/m,
      );
      assert.match(out, /moons: 30 samples train, 20 validate, 10 test/);
    });
    it('writes diagnostics as file:line:col: severity: message [code]', async () => {
      await put('{\n  "version": 1,\n  "layers": [\n    { "id": "input", "kind": "inptu", "shape": [2] }\n  ]\n}\n');
      const { code, out, err } = await run(['check', 'm.netjson']);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, /^m\.netjson:4:30: error: .*Did you mean "input"\?.* \[unknown-kind\]\n$/);
    });
    it('finds what is wrong with the data, at the value to change', async () => {
      await put(
        '{ "version": 1,\n"data": { "source": "csv", "path": "d.csv", "target": "y" },\n"layers": [{ "id": "input", "kind": "input", "shape": [2] }, { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }],\n"training": { "loss": "crossentropy" } }',
      );
      assert.match(
        (await run(['check', 'm.netjson'])).err,
        /^m\.netjson:2:36: error: The data file "d\.csv".*\[file-not-found\]/,
      );
      await writeFile(join(cwd, 'd.csv'), 'a,y\n1,p\n2,q\n3,p\n4,q\n5,r\n6,r\n');
      const { code, err } = await run(['check', 'm.netjson']);
      assert.equal(code, 1);
      const lines = err.trimEnd().split('\n');
      assert.match(lines[0], /^m\.netjson:3:\d+: error: .*"shape": \[1\]\. \[input-shape\]$/);
      assert.match(lines[1], /^m\.netjson:3:\d+: error: .*"units": 3\. \[output-units\]$/);
    });
    it('lets warnings pass', async () => {
      await put({ ...model(), training: { ...(model().training as JsonObject), batchSize: 500 } });
      const { code, err } = await run(['check', 'm.netjson']);
      assert.equal(code, 0);
      assert.match(err, /^m\.netjson:1:\d+: warning: .*\[large-batch\]\n$/);
    });
    it('--json: one object a file, on standard output alone; 1 where any is wrong', async () => {
      await put(model());
      await put('{', 'bad.netjson');
      const { code, out, err } = await run(['check', '--json', 'm.netjson', 'bad.netjson']);
      assert.deepEqual([code, err], [1, '']);
      const [good, bad] = json(out);
      assert.equal(good.ok, true);
      assert.equal(good.parameters, 32);
      assert.deepEqual((good.layers as JsonObject[])[1], {
        id: 'hidden',
        kind: 'dense',
        shape: [6],
        parameters: 18,
        multiplyAdds: 12,
        // Two tensors and their gradients in 64 bytes each, values and their gradients of 8 samples.
        memory: 4 * 64 + 2 * 8 * 6 * 4,
      });
      // Shared by what is needed only in turn: the answer's gradient, and its sum, with that of the hidden layer; in the
      // picture's network, the mask with that sum.
      assert.deepEqual(good.memory, {
        batchSize: 8,
        total: 1536 + 512 + 768,
        network: 1536,
        optimizer: 512,
        copies: 768,
        saved: 128 + 64,
      });
      assert.equal((good.data as JsonObject).train, 30);
      assert.equal(bad.ok, false);
      const [{ severity, code: problem, line, column }] = bad.diagnostics as JsonObject[];
      assert.deepEqual([severity, problem, line, typeof column], ['error', 'syntax', 1, 'number']);
    });
  });

  describe('train', () => {
    it('--json: start, an epoch for each evaluation, end; and the run on disk', async () => {
      await put(model());
      const { code, out, err } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r']);
      assert.deepEqual([code, err], [0, '']);
      const events = json(out);
      assert.deepEqual(
        events.map((e) => e.event),
        ['start', 'epoch', 'epoch', 'epoch', 'epoch', 'end'],
      );
      assert.deepEqual(events[0], {
        event: 'start',
        runDir: join(cwd, 'r'),
        parameters: 32,
        numerics: usual,
        threads: 1,
      });
      const epoch = events[2] as unknown as Record<'train' | 'trainDropoutOff' | 'validation', Record<string, number>>;
      assert.deepEqual(Object.keys(epoch), ['event', 'epoch', 'step', 'train', 'trainDropoutOff', 'validation']);
      assert.deepEqual([events[2].epoch, events[2].step], [2, 8]);
      assert.deepEqual(Object.keys(epoch.train), ['loss']);
      for (const part of [epoch.trainDropoutOff, epoch.validation]) {
        assert.ok(part.loss > 0 && part.accuracy >= 0 && part.accuracy <= 1);
      }
      const end = events[5] as unknown as { best: { epoch: number }; test: { loss: number; accuracy: number } };
      assert.deepEqual(Object.keys(end), ['event', 'runDir', 'reason', 'best', 'test', 'confusion']);
      assert.equal(events[5].reason, 'finished');
      assert.ok(end.best.epoch >= 1 && end.best.epoch <= 4 && end.test.accuracy >= 0);

      const { info, metrics, modelText } = await readRun(join(cwd, 'r'));
      assert.equal(modelText, await readFile(join(cwd, 'm.netjson'), 'utf8'));
      assert.deepEqual([info.reason, info.epochs, info.seeds], ['finished', 4, { training: 7, data: 1 }]);
      assert.deepEqual(info.test, end.test);
      assert.equal(info.confusion?.part, 'test');
      assert.deepEqual(info.confusion, events[5].confusion);
      assert.equal(metrics.length, 4);
      const best = readSafetensors(await readFile(join(cwd, 'r', 'checkpoints', 'best.safetensors')));
      assert.deepEqual([...best.tensors.keys()].sort(), [
        'hidden/bias',
        'hidden/kernel',
        'output/bias',
        'output/kernel',
      ]);
      assert.equal(best.metadata.get('epoch'), String(end.best.epoch));
    });

    it('makes runs/<name>-<date>-<time> beside the model, and never overwrites a run', async () => {
      await put(model());
      for (let i = 0; i < 2; i++) assert.equal((await run(['train', 'm.netjson', '--epochs', '1'])).code, 0);
      const runs = await readdir(join(cwd, 'runs'));
      assert.equal(runs.length, 2);
      assert.match(runs[0], /^m-\d{8}-\d{6}$/);
      const again = await run(['train', 'm.netjson', '--run-dir', join('runs', runs[0])]);
      assert.deepEqual([again.code, again.out], [2, '']);
      assert.match(again.err, /never overwritten/);
    });

    it('is the same for the same seed; --seed and --epochs override the model', async () => {
      await put(model());
      const losses = async (name: string, ...args: string[]) => {
        const { out } = await run(['train', 'm.netjson', '--json', '--run-dir', name, ...args]);
        return json(out).filter((e) => e.event === 'epoch');
      };
      const [a, b, c] = [
        await losses('a'),
        await losses('b', '--seed', '7'),
        await losses('c', '--seed', '8', '--epochs', '2'),
      ];
      assert.deepEqual(a, b);
      assert.equal(c.length, 2);
      assert.notDeepEqual(a[0], c[0]);
      assert.deepEqual((await readRun(join(cwd, 'c'))).info.seeds, { training: 8, data: 1 });
    });

    it('does without validation and test where the split has none', async () => {
      await put(model({ data: { source: 'moons', samples: 40, split: { train: 0.5 } } }));
      const events = json((await run(['train', 'm.netjson', '--json', '--run-dir', 'r'])).out);
      assert.equal('validation' in events[1], false);
      assert.deepEqual(Object.keys(events[5]), ['event', 'runDir', 'reason']);
      assert.deepEqual(await readdir(join(cwd, 'r', 'checkpoints')), ['last.safetensors']);
    });

    it('trains on numbers, with rmse', async () => {
      await put(
        model({
          data: { source: 'csv', path: 'd.csv', target: 'y', split: { train: 20, validation: 10 } },
          layers: [
            { id: 'input', kind: 'input', shape: [1] },
            { id: 'output', kind: 'dense', units: 1 },
          ],
          training: { loss: 'meanSquaredError', epochs: 2 },
        }),
      );
      await writeFile(join(cwd, 'd.csv'), ['a,y', ...Array.from({ length: 30 }, (_, i) => `${i},${i / 7}`)].join('\n'));
      const [, epoch] = json((await run(['train', 'm.netjson', '--json'])).out) as unknown as {
        validation: { rmse: number };
      }[];
      assert.ok(epoch.validation.rmse > 0);
    });

    it('refuses a model that cannot be trained, before any directory is made', async () => {
      const wrong: [JsonObject, RegExp][] = [
        [{ data: undefined as unknown as Json }, /error: .*"data".*\[no-data\]/],
        [{ training: undefined as unknown as Json }, /error: .*"training".*\[no-training\]/],
        [{ data: { source: 'moons', samples: 4, split: { train: 400 } } }, /\[split-too-large\]/],
        [{ layers: [] }, /\[no-layers\]/],
      ];
      for (const [change, message] of wrong) {
        await put(model(change));
        const { code, out, err } = await run(['train', 'm.netjson', '--json']);
        assert.deepEqual([code, out], [1, '']);
        assert.match(err, message);
      }
      assert.deepEqual(await readdir(cwd), ['m.netjson']);
    });

    it('ends with 1 and the reason where the loss leaves the numbers, keeping no such weights', async () => {
      await put(
        model({
          data: { source: 'csv', path: 'd.csv', target: 'y', scale: 'none', split: { train: 20 } },
          layers: [
            { id: 'input', kind: 'input', shape: [1] },
            { id: 'output', kind: 'dense', units: 1 },
          ],
          training: { loss: 'meanSquaredError', optimizer: { kind: 'sgd', learningRate: 10 }, epochs: 50 },
        }),
      );
      await writeFile(
        join(cwd, 'd.csv'),
        ['a,y', ...Array.from({ length: 20 }, (_, i) => `${i * 1e6},${i / 7}`)].join('\n'),
      );
      const { code, out, err } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r']);
      assert.equal(code, 1);
      assert.equal(json(out).at(-1)?.reason, 'nan');
      assert.match(err, /netjson: The loss is no longer a finite number/);
      assert.equal((await readRun(join(cwd, 'r'))).info.reason, 'nan');
      assert.deepEqual(await readdir(join(cwd, 'r', 'checkpoints')), []);
    });

    it('says on how many threads it trains, and on which kernels; a small network on one', async () => {
      await put(model());
      const { code, out, err } = await run(['train', 'm.netjson', '--threads', '4', '--epochs', '1']);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, new RegExp(`^1 thread, ${usual} kernels$`, 'm'));
    });

    it('goes on on one thread where helpers cannot be had, and says so', async () => {
      const wide = { id: 'hidden', kind: 'dense', units: 9000, activation: 'relu' };
      const { layers } = model() as { layers: JsonObject[] };
      await put(model({ layers: layers.map((layer) => (layer.id === 'hidden' ? wide : layer)) }));
      const { code, out, err } = await run(['train', 'm.netjson', '--threads', '2', '--epochs', '1'], {
        helper: join(cwd, 'none.js'),
      });
      assert.equal(code, 0);
      assert.match(err, /^netjson: Training goes on on one thread: 2 threads could not be had: Cannot find module/);
      assert.match(out, /^1 thread, /m);
    });

    it('keeps the class of its numbers, in the run and in the checkpoint', async () => {
      await put(model({ training: { ...(model().training as JsonObject), numerics: 'strict' } }));
      const { out } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r']);
      assert.equal(json(out)[0].numerics, 'strict');
      assert.equal((await readRun(join(cwd, 'r'))).info.numerics, 'strict');
      const { metadata } = readSafetensors(await readFile(join(cwd, 'r', 'checkpoints', 'last.safetensors')));
      assert.equal((JSON.parse(metadata.get('counters')!) as JsonObject).numerics, 'strict');
    });

    it('prints a line for each evaluation into a pipe, and a bar on a terminal', async () => {
      await put(model());
      const piped = await run(['train', 'm.netjson']);
      assert.equal(piped.out.match(/^epoch \d\/4 {2}train, dropout on: loss/gm)?.length, 4);
      assert.match(piped.out, /\nbest: epoch \d, validation loss [\d.]+\ntest: loss [\d.]+ accuracy [\d.]+%\n$/);
      assert.doesNotMatch(piped.out, /\r/);
      const terminal = await run(['train', 'm.netjson'], { isTTY: true });
      assert.match(terminal.out, /\r\x1b\[K\[[#.]{20}\] epoch 1\/4/);
      for (const drawn of terminal.out.matchAll(/\x1b\[K(\[[^\r\n]*)/g)) assert.ok(drawn[1].length < 60);
    });
  });

  describe('an interrupted run', () => {
    const long = () => model({ training: { ...(model().training as JsonObject), epochs: 12 } });
    const tensors = (name: string) => readFile(join(cwd, name, 'checkpoints', 'last.safetensors'));

    it('writes a checkpoint, says "stopped", and exits with 130', async () => {
      await put(long());
      const { code, out } = await run(['train', 'm.netjson', '--json', '--run-dir', 'r'], { stopAt: '"epoch":3' });
      assert.equal(code, 130);
      const events = json(out);
      assert.deepEqual([events.at(-1)?.event, events.at(-1)?.reason], ['end', 'stopped']);
      assert.equal((await readRun(join(cwd, 'r'))).info.reason, 'stopped');
      assert.ok((await tensors('r')).length > 0);
    });

    it('goes on with --resume to the very bits of a run that was never interrupted', async () => {
      await put(long());
      await run(['train', 'm.netjson', '--json', '--run-dir', 'whole']);
      await run(['train', 'm.netjson', '--json', '--run-dir', 'parts'], { stopAt: '"epoch":3' });
      await run(['train', '--resume', 'parts', '--json'], { stopAt: '"epoch":7' });
      const { code, out } = await run(['train', '--resume', 'parts', '--json']);
      assert.equal(code, 0);
      assert.deepEqual(await tensors('parts'), await tensors('whole'));
      const [parts, whole] = [await readRun(join(cwd, 'parts')), await readRun(join(cwd, 'whole'))];
      assert.deepEqual(parts.metrics, whole.metrics);
      assert.deepEqual(
        [parts.info.reason, parts.info.best, parts.info.test],
        ['finished', whole.info.best, whole.info.test],
      );
      assert.equal(parts.info.resumed?.length, 2);
      assert.equal(json(out).at(-1)?.reason, 'finished');
    });

    it('goes on past its end where asked for more epochs, as if it had been asked at first', async () => {
      await put(long());
      await run(['train', 'm.netjson', '--run-dir', 'whole', '--epochs', '9']);
      await run(['train', 'm.netjson', '--run-dir', 'parts', '--epochs', '5', '--seed', '7']);
      assert.equal((await run(['train', '--resume', 'parts'])).code, 2);
      assert.equal((await run(['train', '--resume', 'parts', '--epochs', '9'])).code, 0);
      assert.deepEqual(await tensors('parts'), await tensors('whole'));
    });

    it('refuses to go on with other data or another model', async () => {
      const text = (y: string) =>
        ['a,y', ...Array.from({ length: 20 }, (_, i) => `${i},${i % 3 ? 'p' : y}`)].join('\n');
      await writeFile(join(cwd, 'd.csv'), text('q'));
      await put({
        ...long(),
        data: { source: 'csv', path: 'd.csv', target: 'y' },
        layers: [
          { id: 'input', kind: 'input', shape: [1] },
          { id: 'output', kind: 'dense', units: 2, activation: 'softmax' },
        ],
      });
      await run(['train', 'm.netjson', '--run-dir', 'r', '--json'], { stopAt: '"epoch":3' });
      await writeFile(join(cwd, 'd.csv'), text('q').replace('19,', '190,'));
      const data = await run(['train', '--resume', 'r']);
      assert.equal(data.code, 2);
      assert.match(data.err, /data of the run .* has changed/);
      await writeFile(join(cwd, 'd.csv'), text('q'));
      await writeFile(join(cwd, 'r', 'model.netjson'), JSON.stringify(long()));
      assert.match((await run(['train', '--resume', 'r'])).err, /changed after the run/);
    });

    it('takes out metrics that the checkpoint does not know of, and refuses a damaged one', async () => {
      await put(long());
      await run(['train', 'm.netjson', '--run-dir', 'r', '--json'], { stopAt: '"epoch":3' });
      const { metrics } = await readRun(join(cwd, 'r'));
      await writeFile(
        join(cwd, 'r', 'metrics.jsonl'),
        [...metrics, { epoch: 9 }].map((m) => `${JSON.stringify(m)}\n`).join('') + '{"epo',
      );
      assert.equal((await run(['train', '--resume', 'r'])).code, 0);
      assert.deepEqual(
        (await readRun(join(cwd, 'r'))).metrics.map((m) => (m as { epoch: number }).epoch),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      );

      const file = join(cwd, 'r', 'checkpoints', 'last.safetensors');
      await writeFile(file, (await readFile(file)).subarray(0, 100));
      const damaged = await run(['train', '--resume', 'r', '--epochs', '20']);
      assert.equal(damaged.code, 1);
      assert.match(damaged.err, /netjson: .*header/);
    });
  });
});
