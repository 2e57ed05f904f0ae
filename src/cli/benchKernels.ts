import { reference } from '../engine/kernels/reference';
import type { KernelSet } from '../engine/kernels/set';

export interface KernelChoice {
  readonly numerics?: 'fused' | 'strict';
  readonly threads?: number;
}

/** The kernel set that is measured: the one place where `netjson bench` and bench/ choose it. */
export function kernelsFor(choice: KernelChoice): KernelSet {
  void choice;
  return reference;
}

/** Names such as "layer:dense" of what a set has kernels of its own for; the rest runs on the reference path. */
export const coverageOf = (kernels: KernelSet & { readonly coverage?: ReadonlySet<string> }): ReadonlySet<string> =>
  kernels.coverage ?? new Set();
