import { createKernels } from '../../../../src/engine/kernels/create';
import { reference } from '../../../../src/engine/kernels/reference';
import type { Machine } from '../../../../src/engine/kernels/wasm/machine';
import { rowMajor, matrixLayout, storedLength, store } from '../../../../src/engine/matrices';
import type { KernelSet } from '../../../../src/engine/kernels/set';
import { Random } from '../../../../src/engine/rng/philox';
import { Bench } from './support';

/** The set that this Node can run: fused where the machine has it. */
export const kernels = createKernels() as KernelSet & { readonly machine: Machine };
export { reference };

/**
 * The same kernels, every call of which is cut into the shares of several threads, done one after the other from the
 * last: what they make must be the same bits.
 */
export const shared = (threads: number): KernelSet => new Bench(threads, kernels.machine.numerics).set;

/** Zeros in a set's own memory. */
export function floats(set: KernelSet, length: number): Float32Array {
  const { buffer, byteOffset } = set.allocate(length * 4);
  return new Float32Array(buffer, byteOffset, length);
}

export function copyOf(set: KernelSet, values: ArrayLike<number>): Float32Array {
  const copy = floats(set, values.length);
  copy.set(values);
  return copy;
}

/** A row-major matrix as a set wants it, and back. */
export function stored(set: KernelSet, values: ArrayLike<number>, shape: readonly number[]): Float32Array {
  const layout = matrixLayout(shape, set.panel);
  const matrix = floats(set, storedLength(layout));
  store(matrix, Float32Array.from(values), layout);
  return matrix;
}
export const unstored = (set: KernelSet, matrix: Float32Array, shape: readonly number[]): Float32Array =>
  rowMajor(matrix, matrixLayout(shape, set.panel)) as Float32Array;

export const random = new Random(5, 'kernel tests');
export const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
/** An integer from `low` to `high`. */
export const between = (low: number, high: number): number => low + random.below(high - low + 1);

/**
 * The largest difference, in units of the last place of sums of `depth` products of normal numbers: each of their roundings
 * may be off by half a unit of a sum that is about sqrt(depth) large.
 */
export function roundings(found: Float32Array, wanted: ArrayLike<number>, depth: number): number {
  let largest = 0;
  const unit = 2 ** -23 * Math.max(1, depth);
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i] - wanted[i]) / unit;
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
