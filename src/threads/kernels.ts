import { availableParallelism } from 'node:os';
import { createKernels, type KernelOptions } from '../engine/kernels/create';
import { isStepWorthSharing } from '../engine/kernels/sharing';
import type { Model } from '../model/model';

/** As many as are taken where nobody says how many: beyond, waiting for the slowest eats up what another one brings. */
const USUAL_MOST = 8;

export interface Threads {
  /** Asked for by whoever trains; absent or 0: the machine's cores less those left, at most 8. */
  readonly threads?: number;
  /**
   * Cores left to others where nobody asked. A step waits for the slowest of its threads, so one that has to share its
   * core with a window that draws slows all of them.
   */
  readonly left?: number;
}

/** On how many threads a model is trained: one where no kernel of a step has work for more. */
export function threadsFor(model: Model, { threads = 0, left = 0 }: Threads = {}): number {
  if (!isStepWorthSharing(model)) return 1;
  return threads || Math.max(1, Math.min(USUAL_MOST, availableParallelism() - left));
}

/**
 * The kernels that a model trains on, with room for the threads it is worth.
 * @param numerics of a run that is gone on with; default what the model asks for
 * @throws RangeError where the machine has no such kernels
 */
export const kernelsFor = (
  model: Model,
  { numerics, ...threads }: Threads & { readonly numerics?: KernelOptions['numerics'] } = {},
): ReturnType<typeof createKernels> =>
  createKernels({
    numerics: numerics ?? (model.training?.numerics === 'strict' ? 'strict' : undefined),
    maxThreads: threadsFor(model, threads),
  });
