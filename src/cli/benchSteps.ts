import { catalogue } from '../catalogue';
import { linear } from '../engine/activations/linear';
import type { Dataset } from '../engine/dataset';
import type { KernelSet } from '../engine/kernels/set';
import { matrixLayout, storedLength } from '../engine/matrices';
import { compile } from '../engine/network';
import { Trainer } from '../engine/trainer';
import { analyze } from '../model/analyze';
import type { Model } from '../model/model';
import type { Workload } from './benchWorkloads';

/** Milliseconds, from anywhere. */
export type Now = () => number;

export function modelOf({ id, model }: Workload): Model {
  const analysis = analyze(JSON.stringify(model), catalogue);
  if (!analysis.model)
    throw new Error(`Workload ${id} is no model: ${analysis.diagnostics.map((d) => d.message).join(' ')}`);
  return analysis.model;
}

/** A network ready to train, on the kernel set that is to be measured. */
export const trainerOf = (workload: Workload, dataset: Dataset, kernels: KernelSet): Trainer =>
  new Trainer(compile(modelOf(workload), { kernels }), dataset);

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

/**
 * One of a dense layer's three products, as every kernel set has them. C[m,n], summed over depth: AB forward, ATB the
 * gradient of the weights, ABT the gradient of the input.
 */
export interface Product {
  readonly form: 'AB' | 'ATB' | 'ABT';
  readonly m: number;
  readonly n: number;
  readonly depth: number;
}

/** Readies one product on a kernel set. @returns runs it so many times and says how many seconds that took */
export function productOf(kernels: KernelSet, { form, m, n, depth }: Product, now: Now): (times: number) => number {
  const numbers = (length: number): Float32Array => {
    const { buffer, byteOffset } = kernels.allocate(4 * length);
    const values = new Float32Array(buffer, byteOffset, length);
    for (let i = 0; i < length; i++) values[i] = ((i * 37) % 101) / 101 - 0.5;
    return values;
  };
  // Weights stand in panels, the last of which may reach beyond them.
  const weights = (rows: number, columns: number): Float32Array =>
    numbers(storedLength(matrixLayout([rows, columns], kernels.panel)));
  let once: () => void;
  if (form === 'AB') {
    const [c, a, b] = [numbers(m * n), numbers(m * depth), weights(depth, n)];
    once = () => kernels.affine(c, c, a, b, undefined, linear, m, depth, n);
  } else if (form === 'ATB') {
    const [a, b] = [numbers(depth * m), numbers(depth * n)];
    const c = { values: weights(m, n), gradient: weights(m, n) };
    once = () => kernels.affineWeightGradient(c, a, b, depth, m, n);
  } else {
    const [c, a, b] = [numbers(m * n), numbers(m * depth), weights(n, depth)];
    once = () => kernels.affineInputGradient(c, a, b, m, n, depth, false);
  }
  return (times) => {
    const begin = now();
    for (let i = 0; i < times; i++) once();
    return (now() - begin) / 1000;
  };
}

/** A multiplication and an addition each. */
export const operationsOf = ({ m, n, depth }: Product): number => 2 * m * n * depth;
