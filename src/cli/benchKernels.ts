import { createKernels } from '../engine/kernels/create';
import type { KernelSet, NumericsClass } from '../engine/kernels/set';
import type { Model } from '../model/model';
import { kernelsFor } from '../threads/kernels';
import { fillThreads } from '../threads/pool';

export interface KernelChoice {
  /** Default: as the machine has it. */
  readonly numerics?: NumericsClass;
  /** Default: as many as training takes by itself. It gets no more than the model has work for. */
  readonly threads?: number;
  /** What is to be trained; without it, there is one thread. */
  readonly model?: Model;
  /** What helper threads run: dist/helper.js, as an absolute path. */
  readonly helper: string;
}

/** Kernels ready to be measured, and how many threads really work on them. */
export interface ChosenKernels {
  readonly kernels: KernelSet;
  readonly threads: number;
  /** Sends the threads home. */
  readonly release: () => Promise<void>;
}

/** The kernel set that is measured, chosen as training chooses it: for `netjson bench` and bench/. */
export async function chooseKernels({ model, helper, threads, numerics }: KernelChoice): Promise<ChosenKernels> {
  const kernels = model ? kernelsFor(model, { threads, numerics }) : createKernels({ numerics });
  // Training would go on with fewer threads; a figure of them would be told as one of more.
  const lost = (error: Error): void => {
    throw error;
  };
  const pool = await fillThreads(kernels.machine, { helper, lost });
  return { kernels, threads: kernels.machine?.threads ?? 1, release: () => pool.dispose() };
}
