import assert from 'node:assert/strict';
import { isFusedAvailable } from '../../../../src/engine/kernels/wasm/machine';
import type { Random } from '../../../../src/engine/rng/philox';
import { Bench, benches } from './support';

/** For kernels that are no products: the module that rounds products once gives the same bits, where it can be had. */
export const allBenches = (): Bench[] => [...benches(), ...(isFusedAvailable() ? [new Bench(1, 'fused')] : [])];

/** A copy of the values in the bench's memory. */
export function indices(bench: Bench, values: Uint32Array): Uint32Array {
  const { buffer, byteOffset } = bench.reals(values);
  const copy = new Uint32Array(buffer, byteOffset, values.length);
  copy.set(values);
  return copy;
}

/** What kernels meet: numbers, equal ones among them, and where `extremes` what they must not stumble over. */
export function drawn(random: Random, length: number, extremes = false): Float32Array {
  const strange = [NaN, Infinity, -Infinity, 0, -0, 3e38, -3e38, 1e-45];
  return Float32Array.from({ length }, () => {
    if (extremes && random.below(6) === 0) return strange[random.below(strange.length)];
    return random.below(3) === 0 ? random.below(4) - 1 : random.normal();
  });
}

/** Fails where a value is further off than `tolerance`, and than that share of it. Of infinities and NaN each is its own. */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i], expected[i]];
    const near = Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
    if (!near && !Object.is(a, b)) assert.fail(`${what}: value ${i} of ${expected.length} is ${a} instead of ${b}`);
  }
}
