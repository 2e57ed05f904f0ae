import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isFusedAvailable } from '../../../src/engine/kernels/wasm/machine';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors';
import type { JsonObject } from '../../../src/model/json';
import { connect } from '../../../src/protocol/rpc';
import type { SessionApi, Tick, WorkerApi } from '../../../src/protocol/training';

const root = resolve('.');
const cnn = [
  { id: 'input', kind: 'input', shape: [64], image: [8, 8] },
  { id: 'pixels', kind: 'reshape', shape: [8, 8, 1] },
  { id: 'conv1', kind: 'conv2d', filters: 12, kernelSize: 3, padding: 'same', activation: 'relu' },
  { id: 'conv2', kind: 'conv2d', filters: 9, kernelSize: 3, strides: 2 },
  { id: 'norm', kind: 'batchNorm' },
  { id: 'pool', kind: 'maxPool2d', poolSize: 2, strides: 1 },
  { id: 'channels', kind: 'spatialDropout', rate: 0.2 },
  { id: 'flat', kind: 'flatten' },
  { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
];
const mlp = [
  { id: 'input', kind: 'input', shape: [64] },
  { id: 'dense1', kind: 'dense', units: 131, activation: 'relu' },
  { id: 'drop1', kind: 'dropout', rate: 0.5 },
  { id: 'dense2', kind: 'dense', units: 70, activation: 'tanh' },
  { id: 'drop2', kind: 'dropout', rate: 0.25 },
  { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
];
const textOf = (layers: readonly object[], training: object, data: object): string =>
  JSON.stringify({
    version: 1,
    data: {
      source: 'csv',
      path: join(root, 'examples/data/digits.csv'),
      target: 'digit',
      scale: 'divide',
      divisor: 16,
      split: { train: 300, validation: 60, test: 30 },
      ...data,
    },
    layers,
    training: { loss: 'crossentropy', optimizer: 'adam', batchSize: 37, epochs: 2, seed: 7, ...training },
  });

describe('Training on threads', function () {
  this.timeout(60_000);
  let cwd: string;
  beforeEach(async () => (cwd = await mkdtemp(join(tmpdir(), 'threads-'))));
  afterEach(() => rm(cwd, { recursive: true }));

  interface Answer {
    readonly code: number;
    readonly start: JsonObject;
    readonly err: string;
  }
  /** The bundled command line in a Node of its own, started with `flags`. */
  const netjson = (args: readonly string[], flags: readonly string[] = []): Promise<Answer> =>
    new Promise((done) => {
      const all = [...flags, join(root, 'dist/cli.js'), ...args, '--json'];
      execFile(process.execPath, all, { cwd }, (error, out, err) => {
        const start = out ? (JSON.parse(out.split('\n')[0]) as JsonObject) : {};
        done({ code: error ? Number(error.code) : 0, start, err });
      });
    });
  /** Everything that the run left but the time it took: weights, the optimizer's state, counters. */
  const hash = async (run: string): Promise<string> => {
    const { tensors, metadata } = readSafetensors(await readFile(join(cwd, run, 'checkpoints', 'last.safetensors')));
    const timeless = new Map([...metadata].filter(([key]) => key !== 'seconds' && key !== 'sha256'));
    return createHash('sha256')
      .update(writeSafetensors({ tensors, metadata: timeless }))
      .digest('hex');
  };
  const put = (layers: readonly object[], training: object = {}, data: object = {}): Promise<void> =>
    writeFile(join(cwd, 'm.netjson'), textOf(layers, training, data));
  const train = (run: string, threads: number, flags: readonly string[] = []): Promise<Answer> =>
    netjson(['train', 'm.netjson', '--run-dir', run, '--threads', String(threads)], flags);
  /** V8 without the instruction that fused kernels are made of; other processors than x64 have no such switch. */
  const unfused = ['--no-enable-fma3'];

  for (const [name, layers] of Object.entries({ mlp, cnn }))
    for (const numerics of ['auto', 'strict']) {
      it(`makes the same weights on 1, 2 and 3 of them: ${name}, ${numerics}`, async () => {
        await put(layers, { numerics });
        for (const threads of [1, 2, 3]) {
          const { code, start, err } = await train(`r${threads}`, threads);
          assert.deepEqual([code, err], [0, '']);
          const wanted = numerics === 'strict' || !isFusedAvailable() ? 'strict' : 'fused';
          assert.deepEqual([start.threads, start.numerics], [threads, wanted]);
        }
        assert.equal(await hash('r2'), await hash('r1'));
        assert.equal(await hash('r3'), await hash('r1'));
      });
    }

  it('makes the same weights of augmented pictures on 1, 2 and 3 of them', async () => {
    const augment = [
      { kind: 'crop', padding: 2 },
      'flip',
      { kind: 'shift', axis: 'vertical' },
      { kind: 'erase', size: 3 },
    ];
    await put(cnn, {}, { augment });
    for (const threads of [1, 2, 3]) assert.equal((await train(`r${threads}`, threads)).err, '');
    assert.equal(await hash('r2'), await hash('r1'));
    assert.equal(await hash('r3'), await hash('r1'));
    await put(cnn);
    await train('plain', 1);
    assert.notEqual(await hash('plain'), await hash('r1'));
  });

  it('on strict kernels makes the same weights where the processor cannot fuse', async () => {
    for (const layers of [mlp, cnn]) {
      await put(layers, { numerics: 'strict' });
      await rm(join(cwd, 'here'), { recursive: true, force: true });
      await rm(join(cwd, 'there'), { recursive: true, force: true });
      assert.equal((await train('here', 2)).start.numerics, 'strict');
      assert.equal((await train('there', 1, unfused)).start.numerics, 'strict');
      assert.equal(await hash('there'), await hash('here'));
    }
  });

  it('goes on as the run began: strict on a machine that could do otherwise', async () => {
    await put(mlp, { epochs: 4, numerics: 'strict' });
    await train('whole', 1);
    await put(mlp, { epochs: 4 });
    await netjson(['train', 'm.netjson', '--run-dir', 'parts', '--epochs', '2'], unfused);
    const { start, err } = await netjson(['train', '--resume', 'parts', '--epochs', '4', '--threads', '2']);
    assert.deepEqual([start.numerics, start.threads, err], ['strict', 2, '']);
    assert.equal(await hash('parts'), await hash('whole'));
  });

  it('refuses to go on with a fused run where the machine cannot, and says what to do', async function () {
    if (process.arch !== 'x64') this.skip();
    await put(mlp);
    await train('r', 1);
    const file = join(cwd, 'r', 'run.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"numerics": "strict"', '"numerics": "fused"'));
    const { code, err } = await netjson(['train', '--resume', 'r', '--epochs', '9'], unfused);
    assert.equal(code, 2);
    assert.match(err, /made with fused kernels, which this machine.*Go on where it began.*"numerics": "strict"/);
  });

  it('starts none for a network whose steps have no work for them', async () => {
    await put([mlp[0], { id: 'output', kind: 'dense', units: 10, activation: 'softmax' }]);
    const { code, start } = await train('r', 4);
    assert.deepEqual([code, start.threads], [0, 1]);
  });

  it('works in the training worker, to the same losses, and ends with it', async () => {
    const losses: number[][] = [];
    for (const threads of [1, 3]) {
      const worker = new Worker(join(root, 'dist/worker.js'));
      const port = {
        post: (message: unknown) => worker.postMessage(message),
        listen: (receive: (message: unknown) => void) => {
          worker.on('message', receive);
          return () => worker.off('message', receive);
        },
      };
      const seen: number[] = [];
      await new Promise<void>((ended, failed) => {
        const tick = (tick: Tick): void => {
          seen.push(...tick.losses);
          if (tick.end) ended();
        };
        const { call } = connect<SessionApi, WorkerApi>(
          port,
          { tick, kept: () => undefined, loading: () => undefined },
          failed,
        );
        worker.on('error', failed);
        const run = async (): Promise<void> => {
          const loaded = await call.load({ run: 'r', text: textOf(mlp, {}, {}), folder: cwd, threads });
          assert.deepEqual([loaded.threads, loaded.numerics], [threads, isFusedAvailable() ? 'fused' : 'strict']);
          await call.watch({ visible: true, sample: 'auto', frozen: false });
          await call.run();
        };
        run().catch(failed);
      });
      losses.push(seen);
      await worker.terminate();
    }
    assert.equal(losses[0].length, 2 * Math.ceil(300 / 37));
    assert.deepEqual(losses[1], losses[0]);
  });
});
