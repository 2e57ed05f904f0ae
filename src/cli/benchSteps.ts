import { catalogue } from '../catalogue';
import type { Dataset } from '../engine/dataset';
import type { KernelSet } from '../engine/kernels/set';
import { compile } from '../engine/network';
import { Trainer } from '../engine/trainer';
import { analyze } from '../model/analyze';
import type { Workload } from './benchWorkloads';

/** Milliseconds, from anywhere. */
export type Now = () => number;

/** A network ready to train, on the kernel set that is to be measured. */
export function trainerOf({ id, model }: Workload, dataset: Dataset, kernels: KernelSet): Trainer {
  const analysis = analyze(JSON.stringify(model), catalogue);
  if (!analysis.model)
    throw new Error(`Workload ${id} is no model: ${analysis.diagnostics.map((d) => d.message).join(' ')}`);
  return new Trainer(compile(analysis.model, { kernels }), dataset);
}

/**
 * Makes whole training steps: batch drawn, forward with dropout, loss, backward, optimizer. What a trainer does between
 * epochs is done too, but not timed: peers' steps have no evaluation in them either.
 * @returns seconds
 */
export function timeSteps(trainer: Trainer, steps: number, now: Now): number {
  let milliseconds = 0;
  for (let left = steps; left > 0;) {
    while (!trainer.upcoming()) trainer.advance();
    // The clock is read once an epoch and not once a step: steps of small networks take a few microseconds.
    const run = Math.min(left, trainer.stepsPerEpoch - (trainer.step % trainer.stepsPerEpoch));
    const begin = now();
    for (let i = 0; i < run; i++) trainer.advance();
    milliseconds += now() - begin;
    left -= run;
  }
  return milliseconds / 1000;
}

/**
 * How often a second something can be done: twice as often each time, until it takes long enough to tell.
 * @param run does it so many times and says how many seconds that took
 */
export function rateOf(run: (times: number) => number, seconds: number): number {
  // Compilers and caches warm up; where once takes longer than all there is, once has to do.
  const first = run(1);
  if (first >= seconds) return 1 / first;
  for (let times = 1; ; times *= 2) {
    const took = run(times);
    if (took >= seconds / 2) return times / took;
  }
}

/** C[m,n] = A[m,depth] B[depth,n], or with one of them transposed: which of a dense layer's three products it is. */
export interface Product {
  readonly form: 'AB' | 'ATB' | 'ABT';
  readonly m: number;
  readonly n: number;
  readonly depth: number;
}

/** Readies one product on a kernel set. @returns runs it so many times and says how many seconds that took */
export function productOf(kernels: KernelSet, { form, m, n, depth }: Product, now: Now): (times: number) => number {
  const bytes = 4 * (m * depth + depth * n + m * n);
  const memory = kernels.allocate(bytes);
  const a = new Float32Array(memory, 0, m * depth);
  const b = new Float32Array(memory, 4 * a.length, depth * n);
  const c = new Float32Array(memory, 4 * (a.length + b.length), m * n);
  for (let i = 0; i < a.length; i++) a[i] = ((i * 37) % 101) / 101 - 0.5;
  for (let i = 0; i < b.length; i++) b[i] = ((i * 53) % 103) / 103 - 0.5;
  const once = (): void => {
    if (form === 'AB') kernels.multiply(c, a, b, m, n, depth, false);
    else if (form === 'ATB') kernels.multiplyTransposedA(c, a, b, m, n, depth, false);
    else kernels.multiplyTransposedB(c, a, b, m, n, depth, false);
  };
  return (times) => {
    const begin = now();
    for (let i = 0; i < times; i++) once();
    return (now() - begin) / 1000;
  };
}

/** A multiplication and an addition each. */
export const operationsOf = ({ m, n, depth }: Product): number => 2 * m * n * depth;
