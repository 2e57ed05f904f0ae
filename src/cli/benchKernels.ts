import { join } from 'node:path';
import { createKernels } from '../engine/kernels/create';
import type { KernelSet } from '../engine/kernels/set';
import type { Model } from '../model/model';
import { attachThreads, threadsFor } from '../threads/pool';

export interface KernelChoice {
  /** Default: as the machine has it. */
  readonly numerics?: 'fused' | 'strict' | 'reference';
  /** Default 0: as many as training takes by itself. */
  readonly threads?: number;
  /** What is to be trained; where it is known, it gets no more threads than it has work for. */
  readonly model?: Model;
}

/** What a set may tell of itself besides what the engine asks of it. */
export type MeasuredKernels = KernelSet & {
  /** Names such as "layer:dense" of what it has kernels of its own for; the rest runs on the reference path. */
  readonly coverage?: ReadonlySet<string>;
};

/** Kernels ready to be measured, and how many threads really work on them. */
export interface ChosenKernels {
  readonly kernels: MeasuredKernels;
  readonly threads: number;
  /** Sends the threads home. */
  readonly release: () => Promise<void>;
}

/** The kernel set that is measured: the one place where `netjson bench` and bench/ choose it. */
export async function kernelsFor({ numerics, threads = 0, model }: KernelChoice): Promise<ChosenKernels> {
  const count = model ? threadsFor(model, threads) : Math.max(1, threads);
  const kernels = createKernels({ numerics, maxThreads: count });
  if (count === 1 || !kernels.machine) return { kernels, threads: 1, release: () => Promise.resolve() };
  const { machine } = kernels;
  // Beside whatever bundle this is a part of.
  const helper = join(__dirname, 'helper.js');
  const lost = (error: Error): void => {
    throw error;
  };
  const pool = await attachThreads(machine, count, { helper, lost });
  return { kernels, threads: machine.threads, release: () => pool.dispose() };
}
