import { reference } from './reference';
import type { KernelSet, NumericsClass } from './set';
import { isFusedAvailable, Machine } from './wasm/machine';
import { wasmKernels } from './wasm/set';

export interface KernelOptions {
  /** How products are rounded; default 'fused' where the machine can, else 'strict'. 'reference': plain TypeScript. */
  readonly numerics?: NumericsClass;
  /** As many threads as may ever work, this one included; default 1. */
  readonly maxThreads?: number;
}

/**
 * A set of kernels with a memory of its own.
 * @throws RangeError where 'fused' is asked for and this machine cannot
 */
export function createKernels({ numerics, maxThreads }: KernelOptions = {}): KernelSet & {
  readonly machine?: Machine;
} {
  if (numerics === 'reference') return reference;
  if (numerics === 'fused' && !isFusedAvailable())
    throw new RangeError(
      'This machine, or this version of Node, does not multiply and add in one rounding, which "fused" asks for. ' +
        'Use "strict": slower, and the same bits everywhere.',
    );
  return wasmKernels(new Machine(numerics ?? (isFusedAvailable() ? 'fused' : 'strict'), maxThreads));
}
