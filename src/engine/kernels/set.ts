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

/** How a window slides over a picture [height, width, channels]. What it covers outside of the picture is padding. */
export interface Windows {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Places that the window takes: the height and width of the output. */
  readonly rows: number;
  readonly columns: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  /** Steps between the window's values: 1 where it has no gaps. */
  readonly dilationY: number;
  readonly dilationX: number;
  /** Padding before the first row and the first column. */
  readonly top: number;
  readonly left: number;
}

/** The loops of convolution and pooling. Pictures are [height, width, channels], channels fastest. */
export interface WindowKernels {
  /** patches[rows · columns, windowHeight · windowWidth · channels] = what each window sees of one picture; padding: 0. */
  unfold(patches: Real, image: Real, windows: Windows): void;
  /** Adds each patch's values to the places of one picture that `unfold` took them from: the gradient of `unfold`. */
  fold(image: Real, patches: Real, windows: Windows): void;
  /**
   * The largest value of each window, without padding and without gaps; NaN where it sees one.
   * @param chosen gets where in `images` it stood; of equal ones, the first
   */
  maxPool(output: Real, chosen: Uint32Array, images: Real, samples: number, windows: Windows): void;
  /** Adds each output's gradient to the value chosen. */
  maxPoolGradient(gradient: Real, outputGradient: Real, chosen: Uint32Array, samples: number, windows: Windows): void;
  /** The mean of each window, of the values that are not padding; without gaps. */
  averagePool(output: Real, images: Real, samples: number, windows: Windows): void;
  /** Adds each output's gradient, in equal shares, to the values it is the mean of. */
  averagePoolGradient(gradient: Real, outputGradient: Real, samples: number, windows: Windows): void;
}

/** A stretch of memory that a set of kernels gave away. It begins at a multiple of 64 bytes of `buffer`, and is all zero. */
export interface Region {
  readonly buffer: ArrayBufferLike;
  /** Where it begins in `buffer`, in bytes. */
  readonly byteOffset: number;
}

/**
 * The heavy loops, behind one interface, so that a set in WebAssembly can take the place of the reference one. Matrices
 * are row-major and start at element 0. Every output of a product is summed over the depth in ascending order in one
 * accumulator, so neither tiles nor the number of rows change a bit of it: a sample alone gives what it gives in a batch.
 */
export interface KernelSet extends WindowKernels {
  readonly name: string;
  /** Memory for what steps work on. A WebAssembly set gives stretches of the one memory that its code reaches. */
  allocate(bytes: number): Region;
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
