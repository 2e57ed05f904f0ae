import assert from 'node:assert/strict';
import { Machine } from '../../../../src/engine/kernels/wasm/machine';
import type { Real } from '../../../../src/engine/real';
import type { Random } from '../../../../src/engine/rng/philox';

type Execute = (kernel: number, address: number, thread: number, threads: number) => void;

/** Does the shares of several threads one after another: each must make its own part of the outputs, and no other's. */
export class SharingMachine extends Machine {
  readonly #execute: Execute;

  constructor(readonly shares: number) {
    super('strict', shares);
    const { module, memory } = this.invite(1);
    this.#execute = new WebAssembly.Instance(module, { env: { memory } }).exports.execute as Execute;
  }

  /** The last share first: none may count on another's being done. */
  override run(kernel: number): void {
    for (let thread = this.shares - 1; thread >= 0; thread--)
      this.#execute(kernel, this.words.byteOffset, thread, this.shares);
  }
}

/** A machine for each number of threads that kernels are tried with. */
export const machines: readonly Machine[] = [1, 2, 3].map((shares) => new SharingMachine(shares));

/** A copy of the values in the machine's memory. */
export function placed(machine: Machine, values: Real): Float32Array {
  const { buffer, byteOffset } = machine.allocate(values.byteLength);
  const copy = new Float32Array(buffer, byteOffset, values.length);
  copy.set(values);
  return copy;
}
export function placedIndices(machine: Machine, values: Uint32Array): Uint32Array {
  const { buffer, byteOffset } = machine.allocate(values.byteLength);
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

/**
 * Holds values against others: the same bits, but for what NaN carries; or, with a tolerance, as near as that is to 1
 * for each, where they are larger in proportion.
 */
export function assertSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance = 0): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i], expected[i]];
    const near = tolerance > 0 && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
    if (!near && !Object.is(a, b)) assert.fail(`${what}: value ${i} of ${expected.length} is ${a} instead of ${b}`);
  }
}
