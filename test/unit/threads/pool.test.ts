import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { linear } from '../../../src/engine/activations/linear';
import { createKernels } from '../../../src/engine/kernels/create';
import { isFusedAvailable, type Machine } from '../../../src/engine/kernels/wasm/machine';
import { threadsFor } from '../../../src/threads/kernels';
import { attachThreads, type ThreadPool } from '../../../src/threads/pool';
import { between, copyOf, floats, normals, stored, unstored } from '../engine/kernels/supportProducts';
import { dense, input, modelOf } from '../engine/support';

const helper = resolve('dist/helper.js');
type Kernels = ReturnType<typeof createKernels> & { readonly machine: Machine };
const strict = (maxThreads: number): Kernels => createKernels({ numerics: 'strict', maxThreads }) as Kernels;

interface Task {
  readonly shape: readonly [rows: number, depth: number, columns: number];
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly dy: Float32Array;
}
/** Enough multiply-adds to be shared, in sizes that no tile divides. */
const tasks = Array.from({ length: 30 }, (): Task => {
  const shape = [between(20, 130), between(90, 300), between(60, 150)] as const;
  const [rows, depth, columns] = shape;
  return { shape, x: normals(rows * depth), w: normals(depth * columns), dy: normals(rows * columns) };
});

/** The products of a task, ready to be made again and again in the memory of a set. */
function productsOf(set: Kernels, { shape, x, w, dy }: Task): () => Float32Array[] {
  const [rows, depth, columns] = shape;
  const weights = stored(set, w, [depth, columns]);
  const gradient = stored(set, new Float32Array(w.length), [depth, columns]);
  const inputs = copyOf(set, x);
  const above = copyOf(set, dy);
  const y = floats(set, dy.length);
  const dx = floats(set, x.length);
  return () => {
    set.affine(y, y, inputs, weights, undefined, linear, rows, depth, columns);
    set.affineInputGradient(dx, above, weights, rows, depth, columns, false);
    set.affineWeightGradient({ values: weights, gradient }, inputs, above, rows, depth, columns);
    return [y.slice(), dx.slice(), unstored(set, gradient, [depth, columns])];
  };
}

/** Threads of this process, where the system tells. */
const threadsNow = (): number | undefined =>
  existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : undefined;

/** Once those have ended that were about to: helpers of tests before this one would be counted as if they stayed. */
async function threadsAtRest(): Promise<number | undefined> {
  let threads = threadsNow();
  for (let alike = 0; alike < 20;) {
    await sleep(10);
    const now = threadsNow();
    alike = now === threads ? alike + 1 : 0;
    threads = now;
  }
  return threads;
}

describe('Threads', function () {
  this.timeout(60_000);
  const pools: ThreadPool[] = [];
  const lost: Error[] = [];
  const attach = async (set: Kernels, count: number, file = helper): Promise<ThreadPool> => {
    const pool = await attachThreads(set.machine, count, { helper: file, lost: (error) => lost.push(error) });
    pools.push(pool);
    return pool;
  };
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.dispose();
    lost.length = 0;
  });

  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'helpers-'))));
  after(() => rm(folder, { recursive: true }));
  /** A helper that goes wrong: `body` runs in its place, with all that the real one has. */
  const badHelper = async (name: string, body: string): Promise<string> => {
    const file = join(folder, `${name}.cjs`);
    await writeFile(
      file,
      `const { parentPort, workerData } = require('node:worker_threads');
       const { memory, control, thread, call } = workerData;
       const { serve } = new WebAssembly.Instance(workerData.module, { env: { memory } }).exports;
       ${body}`,
    );
    return file;
  };

  for (const count of [2, 3]) {
    it(`${count} of them make the bits that one makes, call upon call`, async () => {
      const wanted = tasks.map((task) => productsOf(strict(1), task)());
      const set = strict(count);
      const making = tasks.map((task) => productsOf(set, task));
      await attach(set, count);
      assert.equal(set.machine.threads, count);
      for (let round = 0; round < 40; round++)
        for (const [i, make] of making.entries()) assert.deepEqual(make(), wanted[i], `round ${round}, task ${i}`);
      assert.deepEqual(lost, []);
    });
  }

  it('make the same bits with fused kernels', function () {
    if (!isFusedAvailable()) this.skip();
    const set = createKernels({ numerics: 'fused', maxThreads: 2 }) as Kernels;
    const wanted = productsOf(createKernels({ numerics: 'fused' }) as Kernels, tasks[0])();
    const make = productsOf(set, tasks[0]);
    return attach(set, 2).then(() => assert.deepEqual(make(), wanted));
  });

  it('wake up when there is work again, and see memory that was given out since', async () => {
    const set = strict(3);
    await attach(set, 3);
    for (const task of tasks.slice(0, 8)) {
      // Longer than they look for work before they fall asleep.
      await sleep(5);
      assert.deepEqual(productsOf(set, task)(), productsOf(strict(1), task)());
    }
  });

  it('can be fewer than the machine has room for, and others after them', async () => {
    const set = strict(3);
    const make = productsOf(set, tasks[1]);
    const wanted = make();
    for (const count of [3, 2, 1, 3]) {
      const pool = await attach(set, count);
      assert.equal(set.machine.threads, count);
      for (let i = 0; i < 20; i++) assert.deepEqual(make(), wanted);
      await pool.dispose();
      assert.equal(set.machine.threads, 1);
      assert.deepEqual(make(), wanted);
    }
    assert.deepEqual(lost, []);
  });

  it('are gone once their pool is disposed of', async () => {
    const set = strict(3);
    await (await attach(set, 3)).dispose();
    const before = await threadsAtRest();
    if (before === undefined) return;
    const rounds = 15;
    for (let i = 0; i < rounds; i++) {
      const pool = await attach(set, 3);
      assert.ok(threadsNow()! >= before + 2);
      await pool.dispose();
    }
    // Node may have begun a thread or two of its own; helpers that stay would be one a round at the least.
    assert.ok(threadsNow()! < before + rounds, `${threadsNow()} threads instead of ${before}`);
  });

  it('are refused twice over, beyond their room, and where there is no helper to run', async () => {
    const set = strict(2);
    await assert.rejects(attach(set, 3), /room for 2 threads; found 3/);
    await assert.rejects(attach(set, 2, join(folder, 'none.js')), /2 threads could not be had: Cannot find module/);
    await assert.rejects(attach(set, 2, await badHelper('early', 'throw new Error("too early")')), /too early/);
    const make = productsOf(set, tasks[2]);
    const wanted = make();
    await attach(set, 2);
    assert.deepEqual(make(), wanted);
    await assert.rejects(attach(set, 2), /2 threads already/);
    assert.throws(() => createKernels({ numerics: 'strict', maxThreads: 65 }), /1 to 64 threads; found 65/);
    assert.throws(() => createKernels({ numerics: 'strict', maxThreads: 0 }), /1 to 64 threads; found 0/);
  });

  it('may end between two kernels: the rest is done on one, to the same bits, and it is said', async () => {
    const set = strict(3);
    const make = productsOf(set, tasks[3]);
    const wanted = make();
    const now = join(folder, 'now');
    const exiting = await badHelper(
      'exiting',
      `parentPort.postMessage('ready');
       const leave = () => require('node:fs').existsSync(${JSON.stringify(now)}) && process.exit(3);
       if (thread === 1) setInterval(leave, 5);
       else serve(control, thread, call);`,
    );
    await attach(set, 3, exiting);
    await writeFile(now, '');
    while (lost.length === 0) await sleep(5);
    assert.match(lost[0].message, /helper thread has ended, so training goes on on one: it exited with code 3/);
    assert.equal(set.machine.threads, 1);
    assert.deepEqual(make(), wanted);
  });

  it('that fail in a kernel let nobody wait, and say that the step is not whole', async () => {
    for (const count of [2, 3]) {
      const set = strict(count);
      await attach(set, count);
      const [rows, depth, columns] = [60_000, 5, 8];
      const x = floats(set, rows * depth);
      const w = stored(set, normals(depth * columns), [depth, columns]);
      // Where only the first rows have a place: what is behind them is behind the end of the memory.
      const y = floats(set, (rows * columns) / count);
      const call = (): void => set.affine(y, y, x, w, undefined, linear, rows, depth, columns);
      assert.throws(call, /helper thread failed in its share of a step.*cannot go on/);
      assert.equal(set.machine.threads, 1);
    }
  });

  it('that nobody can share work with are not started', () => {
    const small = modelOf([input(2), dense('h', 16), dense('o', 2, { activation: 'softmax' })], { batchSize: 32 });
    const large = modelOf([input(64), dense('h', 128), dense('o', 10, { activation: 'softmax' })], { batchSize: 32 });
    assert.equal(threadsFor(small), 1);
    assert.equal(threadsFor(small, { threads: 4 }), 1);
    assert.equal(threadsFor(large, { threads: 4, left: 1 }), 4);
    assert.equal(threadsFor(large), Math.min(8, availableParallelism()));
    assert.equal(threadsFor(large, { left: 1 }), Math.min(8, Math.max(1, availableParallelism() - 1)));
    assert.equal(threadsFor(large, { left: 1000 }), 1);
  });
});
