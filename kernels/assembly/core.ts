/**
 * How a kernel is called. Every kernel is `name(args, thread, threads)`: its arguments are 32-bit words from `args` on,
 * and it does the share of the work that falls to `thread`. Shares are cut so that no sum is: each output value is made
 * by one thread, in one order, so the number of threads changes no bit.
 */

/** Bytes of one thread's own working memory: packed blocks of matrices. */
export const SCRATCH_BYTES: usize = 1 << 21;

/** The i-th argument as an address or a count. */
// @ts-ignore: decorator
@inline
export function word(args: usize, i: usize): usize {
  return <usize>load<u32>(args + (i << 2));
}
/** The i-th argument as a number. */
// @ts-ignore: decorator
@inline
export function real(args: usize, i: usize): f32 {
  return load<f32>(args + (i << 2));
}

/** Where the share of `thread` begins, of `count` things cut in multiples of `unit`; that of `thread + 1` is its end. */
// @ts-ignore: decorator
@inline
export function share(count: usize, unit: usize, thread: usize, threads: usize): usize {
  const units = (count + unit - 1) / unit;
  return min(count, ((units * thread) / threads) * unit);
}

/** The unit of `share` for columns of a matrix: whole cache lines where there are enough of them. */
// @ts-ignore: decorator
@inline
export function unitOf(columns: usize, threads: usize): usize {
  return columns >= 16 * threads ? 16 : 4;
}

/** a * b + c: rounded once in the fused module, twice in the strict one. The one operation in which the two differ. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (FUSED) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
