import type { Real } from '../real';

/** What an activation computes; rows x columns matrices, row-major. */
export interface ActivationKernel {
  /** y = f(x). `x` and `y` may be the same array. */
  forward(x: Real, y: Real, rows: number, columns: number): void;
  /**
   * dx = f'(x) applied to dy. `dx` and `dy` may be the same array.
   * @param kept what the activation's `keeps` names: its input x or its output y
   */
  backward(kept: Real, dy: Real, dx: Real, rows: number, columns: number): void;
}

/**
 * The heavy loops, behind one interface, so that a set in WebAssembly can take the place of the reference one. Matrices
 * are row-major and start at element 0. Every output of a product is summed over the depth in ascending order in one
 * accumulator, so neither tiles nor the number of rows change a bit of it: a sample alone gives what it gives in a batch.
 */
export interface KernelSet {
  readonly name: string;
  /** Memory for all buffers of a network; a WebAssembly set gives its own. */
  allocate(bytes: number): ArrayBuffer;
  /** c[m,n] = a[m,depth] b[depth,n]; added to what `c` holds where `accumulate`. */
  multiply(c: Real, a: Real, b: Real, m: number, n: number, depth: number, accumulate: boolean): void;
  /** c[m,n] = aT b with a[depth,m], b[depth,n]: the gradient of a kernel. */
  multiplyTransposedA(c: Real, a: Real, b: Real, m: number, n: number, depth: number, accumulate: boolean): void;
  /** c[m,n] = a bT with a[m,depth], b[n,depth]: the gradient of an input. */
  multiplyTransposedB(c: Real, a: Real, b: Real, m: number, n: number, depth: number, accumulate: boolean): void;
  /** Adds `bias[columns]` to every row. */
  addBias(values: Real, bias: Real, rows: number, columns: number): void;
  /** sums[j] = sum over rows of values[i,j], rows in ascending order. */
  sumColumns(sums: Real, values: Real, rows: number, columns: number): void;
  /** to[i] = from[i], for i below length; added where `accumulate`. */
  copy(to: Real, from: Real, length: number, accumulate: boolean): void;
  /** to[i] = 0 where mask[i] is 1, from[i] * scale elsewhere; added where `accumulate`. */
  applyMask(to: Real, from: Real, mask: Uint8Array, scale: number, length: number, accumulate: boolean): void;
}
