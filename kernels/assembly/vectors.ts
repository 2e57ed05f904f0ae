/**
 * How loops over values go: four at a time, and what is left one at a time, by the same instructions, so that a value is
 * computed alike wherever it stands. `one` is a constant wherever these are called.
 */

/** Shares of loops over values begin at whole cache lines, so that no two threads write the same one. */
export const LINE: usize = 16;

// @ts-ignore: decorator
@inline
export function get(at: usize, one: bool): v128 {
  return one ? v128.load32_zero(at) : v128.load(at);
}
// @ts-ignore: decorator
@inline
export function put(at: usize, values: v128, one: bool): void {
  if (one) v128.store32_lane(at, values, 0);
  else v128.store(at, values);
}

/** The first `count` values, 1 to 3, and 0 behind them: nothing is read that is not there. */
// @ts-ignore: decorator
@inline
export function getPart(at: usize, count: usize): v128 {
  if (count == 1) return v128.load32_zero(at);
  const two = v128.load64_zero(at);
  return count == 2 ? two : v128.load32_lane(at, two, 2, 8);
}
// @ts-ignore: decorator
@inline
export function putPart(at: usize, values: v128, count: usize): void {
  if (count == 1) {
    v128.store32_lane(at, values, 0);
  } else {
    v128.store64_lane(at, values, 0);
    if (count == 3) v128.store32_lane(at, values, 2, 8);
  }
}
