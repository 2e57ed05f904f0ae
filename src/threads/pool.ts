import { Worker } from 'node:worker_threads';
import type { Machine } from '../engine/kernels/wasm/machine';

export interface ThreadPool {
  /** Ends the helpers, and answers when they are gone. Kernels then run on one thread. Never while one runs. */
  dispose(): Promise<void>;
}

export interface PoolOptions {
  /** The bundled helper, dist/helper.js. */
  readonly helper: string;
  /** Told once, if a helper ends unasked between two kernels: they run on one thread from then on, to the same bits. */
  readonly lost: (error: Error) => void;
}

/**
 * Gives a machine helpers until `count` threads work on its kernels, this one included; answers when they do.
 * @throws Error where they cannot be had; the machine then works on as before, alone
 */
export async function attachThreads(
  machine: Machine,
  count: number,
  { helper, lost }: PoolOptions,
): Promise<ThreadPool> {
  if (machine.threads > 1) throw new Error(`The machine has ${machine.threads} threads already.`);
  if (count > machine.maxThreads)
    throw new RangeError(`There is room for ${machine.maxThreads} threads; found ${count}.`);
  const helpers: Worker[] = [];
  let serving = false;
  const end = async (): Promise<void> => {
    serving = false;
    machine.dismiss();
    await Promise.all(helpers.map((worker) => worker.terminate()));
  };
  const lose = (error: Error): void => {
    if (!serving) return;
    void end();
    lost(new Error(`A helper thread has ended, so training goes on on one: ${error.message}`));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      let missing = count - 1;
      if (missing <= 0) resolve();
      for (let thread = 1; thread < count; thread++) {
        const worker = new Worker(helper, {
          name: `Dropout Studio helper ${thread}`,
          workerData: machine.invite(thread),
        });
        helpers.push(worker);
        const gone = (error: Error): void => {
          reject(error);
          lose(error);
        };
        worker.on('error', gone);
        worker.on('exit', (code) => gone(new Error(`it exited with code ${code}.`)));
        worker.once('message', () => {
          if (--missing === 0) resolve();
        });
      }
    });
  } catch (error) {
    await end();
    throw new Error(`${count} threads could not be had: ${(error as Error).message}`);
  }
  // Who forgets to dispose of a pool is not kept from ending by it.
  for (const worker of helpers) worker.unref();
  serving = true;
  if (count > 1) machine.admit(count);
  return { dispose: end };
}

/** All the threads that a machine has room for; where they cannot be had, that is said, and it works alone. */
export async function fillThreads(machine: Machine | undefined, options: PoolOptions): Promise<ThreadPool> {
  const alone: ThreadPool = { dispose: () => Promise.resolve() };
  if (!machine || machine.maxThreads === 1) return alone;
  try {
    return await attachThreads(machine, machine.maxThreads, options);
  } catch (error) {
    options.lost(new Error(`Training goes on on one thread: ${(error as Error).message}`));
    return alone;
  }
}
