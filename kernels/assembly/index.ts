export { prepare } from './constants';
export { execute } from './generated/execute';
export { fail, run, serve } from './threads';
export * from './generated/kernels';
/** What tells the two modules apart: (1 + 2^-12)^2 - 1, exact where products are not rounded before they are added. */
import { madd } from './core';
export function probe(): f32 {
  const a = f32x4.splat(<f32>1.000244140625);
  return f32x4.extract_lane(madd(a, a, f32x4.splat(-1)), 0);
}
