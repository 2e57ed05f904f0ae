import { availableParallelism } from 'node:os';
import { createKernels, type KernelOptions } from '../engine/kernels/create';
import { isStepWorthSharing } from '../engine/kernels/sharing';
import type { Model } from '../model/model';

/** As many as are taken where nobody says how many: beyond, waiting for the slowest eats up what another one brings. */
const USUAL_MOST = 8;

/**
 * On how many threads a model is trained: one where no kernel of a step has work for more.
 * @param asked for by whoever trains; 0: the machine's cores, at most 8
 */
export function threadsFor(model: Model, asked = 0): number {
  if (!isStepWorthSharing(model)) return 1;
  return asked || Math.min(USUAL_MOST, availableParallelism());
}

/**
 * The kernels that a model trains on, with room for the threads it is worth.
 * @param numerics of a run that is gone on with; default what the model asks for
 * @throws RangeError where the machine has no such kernels
 */
export const kernelsFor = (
  model: Model,
  { threads, numerics }: { readonly threads?: number; readonly numerics?: KernelOptions['numerics'] } = {},
): ReturnType<typeof createKernels> =>
  createKernels({
    numerics: numerics ?? (model.training?.numerics === 'strict' ? 'strict' : undefined),
    maxThreads: threadsFor(model, threads),
  });
