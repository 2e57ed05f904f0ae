import assert from 'node:assert/strict';
import type { KernelSet } from '../../../../src/engine/kernels/set';
import { Machine, type Numerics } from '../../../../src/engine/kernels/wasm/machine';
import { wasmKernels } from '../../../../src/engine/kernels/wasm/set';
import { Random } from '../../../../src/engine/rng/philox';

/** A machine that cuts every kernel, however small, into shares, and does one after another: last first. */
class SharedMachine extends Machine {
  readonly #shares: number;
  constructor(numerics: Numerics, shares: number) {
    super(numerics, shares);
    this.#shares = shares;
  }
  override run(kernel: number): void {
    for (let thread = this.#shares - 1; thread >= 0; thread--) this.runShare(kernel, thread, this.#shares);
  }
}

/** The numbers of shares that every kernel is tried with: the bits it writes may not depend on them. */
export const SHARES = [1, 2, 3] as const;

/** What stands around every array. No kernel writes it: one that writes beyond its end is found out. */
const GUARD = 0xa5;
const GUARD_BYTES = 64;

/** A set of kernels for tests, with arrays in its memory. */
export class Bench {
  readonly machine: Machine;
  readonly set: KernelSet;
  readonly #guards: Uint8Array[] = [];

  constructor(shares = 1, numerics: Numerics = 'strict') {
    this.machine = new SharedMachine(numerics, shares);
    this.set = wasmKernels(this.machine);
  }

  /** A copy of `values` in the machine's memory, between guards. It begins where a row of a matrix may: at any number. */
  reals(values: ArrayLike<number>): Float32Array<ArrayBufferLike> {
    const { buffer, byteOffset } = this.#guarded(values.length * 4);
    const array = new Float32Array(buffer, byteOffset, values.length);
    array.set(values);
    return array;
  }
  bytes(values: ArrayLike<number>): Uint8Array<ArrayBufferLike> {
    const { buffer, byteOffset } = this.#guarded(values.length);
    const array = new Uint8Array(buffer, byteOffset, values.length);
    array.set(values);
    return array;
  }

  /** Fails where anything was written beside the arrays. */
  checkGuards(): void {
    for (const guard of this.#guards)
      assert.ok(
        guard.every((byte) => byte === GUARD),
        'something was written beside an array',
      );
  }

  #guarded(bytes: number) {
    const before = GUARD_BYTES + 4;
    const { buffer, byteOffset } = this.machine.allocate(before + bytes + GUARD_BYTES);
    for (const at of [byteOffset, byteOffset + before + bytes]) {
      const guard = new Uint8Array(buffer, at, GUARD_BYTES);
      guard.fill(GUARD);
      this.#guards.push(guard);
    }
    return { buffer, byteOffset: byteOffset + before };
  }
}

/** One bench for each of SHARES. */
export const benches = (): Bench[] => SHARES.map((shares) => new Bench(shares));

/** Lengths around those at which loops change: none, one, below a vector, a vector, a line, and a share. */
export const LENGTHS = [0, 1, 3, 4, 5, 15, 16, 17, 63, 100, 1001] as const;

export const SPECIAL = [0, -0, NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 1e-38, -1e-38, 1e-45, 1, -1] as const;

/** Normal numbers of many magnitudes: 10 to a power from `low` to `high`. */
export function spread(count: number, name: string, low = -4, high = 1): Float32Array {
  const random = new Random(11, `test/${name}`);
  return Float32Array.from({ length: count }, () => random.normal() * 10 ** random.uniform(low, high));
}
/** As many, one in seven of them one of SPECIAL. */
export function withSpecial(count: number, name: string): Float32Array {
  const values = spread(count, name);
  for (let i = 0; i < count; i += 7) values[i] = SPECIAL[(i / 7) % SPECIAL.length];
  return values;
}

/** Half the distance of 1 to the next number of single precision: how far off one rounding is, as a share of the result. */
export const ROUNDING = 2 ** -24;
/** Near the smallest normal number, 2^-126, kernels give 0: what is smaller slows processors down. */
const SMALLEST = 2 ** -119;

/**
 * @param roundings how far `found` may be off, in roundings of the wanted value, or of `scale` where that is larger
 * @param scale of what value i is a sum or difference: its terms are rounded by themselves
 */
export function assertClose(
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  roundings: number,
  what: string,
  scale: (i: number) => number = () => 0,
): void {
  assert.equal(found.length, wanted.length, what);
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(found[i], wanted[i])) continue;
    const bound = roundings * ROUNDING * Math.max(Math.abs(wanted[i]), scale(i)) + SMALLEST;
    assert.ok(
      Math.abs(found[i] - wanted[i]) <= bound || found[i] === wanted[i],
      `${what}[${i}] of ${wanted.length}: ${found[i]}, wanted ${wanted[i]}`,
    );
  }
}

/** The very same bits; NaN is NaN. */
export function assertSame(found: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  assert.equal(found.length, wanted.length, what);
  for (let i = 0; i < wanted.length; i++)
    assert.ok(Object.is(found[i], wanted[i]), `${what}[${i}] of ${wanted.length}: ${found[i]}, wanted ${wanted[i]}`);
}
