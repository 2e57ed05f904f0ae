/** Four numbers in double precision: sums are carried in it, as in the reference. */

/** An argument that is a double takes two words, the first at an even place. */
// @ts-ignore: decorator
@inline
export function double(args: usize, i: usize): f64 {
  return load<f64>(args + (i << 2));
}

/** The first two of the four numbers at p. */
// @ts-ignore: decorator
@inline
export function low(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p));
}
/** The last two. */
// @ts-ignore: decorator
@inline
export function high(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p, 8));
}
/** The four of two pairs, each rounded once. */
// @ts-ignore: decorator
@inline
export function rounded(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
}
/** A pair of four numbers that are no longer in memory. */
// @ts-ignore: decorator
@inline
export function lowOf(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}
// @ts-ignore: decorator
@inline
export function highOf(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
}
/** The sum of a pair. */
// @ts-ignore: decorator
@inline
export function total(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Columns at a time: what is kept for each of them in the working memory stays in the cache. */
export const BLOCK: usize = 4096;
/** Numbers of so many rows at a time go through all columns of the block: they stay in the cache too. */
const CHUNK: usize = 1 << 15;

// @ts-ignore: decorator
@inline
export function rowsAtATime(width: usize): usize {
  return max<usize>(1, CHUNK / width);
}
