import { createKernels } from '../engine/kernels/create';
import type { KernelSet } from '../engine/kernels/set';

export interface KernelChoice {
  readonly numerics?: 'fused' | 'strict' | 'reference';
  /** Default 1. */
  readonly threads?: number;
}

/** What a set may tell of itself besides what the engine asks of it. */
export type MeasuredKernels = KernelSet & {
  /** Names such as "layer:dense" of what it has kernels of its own for; the rest runs on the reference path. */
  readonly coverage?: ReadonlySet<string>;
  readonly machine?: { readonly threads: number };
};

/** The kernel set that is measured: the one place where `netjson bench` and bench/ choose it. */
export function kernelsFor({ numerics, threads }: KernelChoice): MeasuredKernels {
  return createKernels({ numerics, maxThreads: threads });
}

/** Threads that really work. */
export const threadsOf = ({ machine }: MeasuredKernels): number => machine?.threads ?? 1;
