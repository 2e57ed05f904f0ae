/**
 * The optimizers' loops. The formulas, with their sources, are those of src/engine/optimizers; what all weights have in
 * common is worked out before, in double precision: see src/engine/kernels/wasm/optimizers.ts for the coefficients.
 *
 * Running averages end at 0 where they fall below the smallest normal number: rounding would hold them at the smallest of
 * all for ever, and many processors compute a hundred times slower with those.
 */
import { share, word } from './core';
import { LINE, get, put } from './vectors';

/** The rules' numbers: as FORMS of src/engine/kernels/wasm/optimizers.ts. */
const SGD: i32 = 0;
const SGD_MOMENTUM: i32 = 1;
const SGD_NESTEROV: i32 = 2;
const ADAM: i32 = 3;
const NADAM: i32 = 4;
const ADAGRAD: i32 = 5;
/** And 1 where centred, and 2 with momentum. */
const RMSPROP: i32 = 6;

// @ts-ignore: decorator
@inline
function coefficient(c: usize, i: usize): v128 {
  return v128.load32_splat(c + (i << 2));
}

/**
 * The coefficient that is the smallest normal number. It is read, as all others: V8 makes a constant vector anew wherever it
 * is used, and that takes longer.
 */
const SMALLEST: usize = 15;

/** Asked this way round, NaN stays. */
// @ts-ignore: decorator
@inline
function normal(x: v128, c: usize): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), coefficient(c, SMALLEST)));
}

/** a x + b y. */
// @ts-ignore: decorator
@inline
function blend(a: v128, x: v128, b: v128, y: v128): v128 {
  return f32x4.add(f32x4.mul(a, x), f32x4.mul(b, y));
}

/** Coefficients: rate. */
// @ts-ignore: decorator
@inline
function sgd(w: usize, g: usize, c: usize, one: bool): void {
  put(w, f32x4.sub(get(w, one), f32x4.mul(coefficient(c, 0), get(g, one))), one);
}

/** Coefficients: rate, momentum. */
// @ts-ignore: decorator
@inline
function sgdMomentum(nesterov: bool, w: usize, g: usize, velocity: usize, c: usize, one: bool): void {
  const share = coefficient(c, 1);
  const d = get(g, one);
  const v = normal(f32x4.add(f32x4.mul(share, get(velocity, one)), d), c);
  put(velocity, v, one);
  const move = nesterov ? f32x4.add(d, f32x4.mul(share, v)) : v;
  put(w, f32x4.sub(get(w, one), f32x4.mul(coefficient(c, 0), move)), one);
}

/** Coefficients: b1, 1 - b1, b2, 1 - b2, epsilon, of the mean, of the gradient; for Adam the decay in place of that. */
// @ts-ignore: decorator
@inline
function adam(nesterov: bool, w: usize, g: usize, m: usize, v: usize, c: usize, one: bool): void {
  const d = get(g, one);
  const mean = normal(blend(coefficient(c, 0), get(m, one), coefficient(c, 1), d), c);
  const square = normal(blend(coefficient(c, 2), get(v, one), f32x4.mul(coefficient(c, 3), d), d), c);
  put(m, mean, one);
  put(v, square, one);
  const last = coefficient(c, 6);
  let x = get(w, one);
  let move = f32x4.mul(coefficient(c, 5), mean);
  if (nesterov) move = f32x4.add(f32x4.mul(last, d), move);
  // Not times 1 - decay: as one number of single precision, that would be rounded to little of a small decay.
  else x = f32x4.sub(x, f32x4.mul(last, x));
  put(w, f32x4.sub(x, f32x4.div(move, f32x4.add(f32x4.sqrt(square), coefficient(c, 4)))), one);
}

/** Coefficients: rate, what sums begin with, epsilon. */
// @ts-ignore: decorator
@inline
function adagrad(w: usize, g: usize, sum: usize, c: usize, one: bool): void {
  const d = get(g, one);
  const s = f32x4.add(get(sum, one), f32x4.mul(d, d));
  put(sum, s, one);
  const divisor = f32x4.add(f32x4.sqrt(f32x4.add(coefficient(c, 1), s)), coefficient(c, 2));
  put(w, f32x4.sub(get(w, one), f32x4.div(f32x4.mul(coefficient(c, 0), d), divisor)), one);
}

/** Coefficients: rate, rho, 1 - rho, epsilon, momentum. */
// @ts-ignore: decorator
@inline
function rmsprop(
  centered: bool,
  momentum: bool,
  w: usize,
  g: usize,
  square: usize,
  mean: usize,
  velocity: usize,
  c: usize,
  one: bool,
): void {
  const keep = coefficient(c, 1),
    take = coefficient(c, 2);
  const d = get(g, one);
  const s = normal(blend(keep, get(square, one), f32x4.mul(take, d), d), c);
  put(square, s, one);
  let variance = s;
  if (centered) {
    const a = normal(blend(keep, get(mean, one), take, d), c);
    put(mean, a, one);
    variance = f32x4.pmax(f32x4.sub(s, f32x4.mul(a, a)), f32x4.splat(0));
  }
  let move = f32x4.div(d, f32x4.add(f32x4.sqrt(variance), coefficient(c, 3)));
  if (momentum) {
    move = normal(f32x4.add(move, f32x4.mul(coefficient(c, 4), get(velocity, one))), c);
    put(velocity, move, one);
  }
  put(w, f32x4.sub(get(w, one), f32x4.mul(coefficient(c, 0), move)), one);
}

/**
 * Moves n weights, by n gradients, with the rule's slots, in the order in which the optimizer names them; those that it
 * has not may be any address. Several ranges may be moved at once, by several threads.
 * @param c coefficients
 */
export function updateRange(
  rule: usize,
  w: usize,
  g: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  n: usize,
  c: usize,
): void {
  const vectors = (n & ~3) << 2;
  const end = n << 2;
  switch (<i32>rule) {
    case SGD: {
      let i: usize = 0;
      for (; i < vectors; i += 16) sgd(w + i, g + i, c, false);
      for (; i < end; i += 4) sgd(w + i, g + i, c, true);
      break;
    }
    case SGD_MOMENTUM: {
      let i: usize = 0;
      for (; i < vectors; i += 16) sgdMomentum(false, w + i, g + i, s0 + i, c, false);
      for (; i < end; i += 4) sgdMomentum(false, w + i, g + i, s0 + i, c, true);
      break;
    }
    case SGD_NESTEROV: {
      let i: usize = 0;
      for (; i < vectors; i += 16) sgdMomentum(true, w + i, g + i, s0 + i, c, false);
      for (; i < end; i += 4) sgdMomentum(true, w + i, g + i, s0 + i, c, true);
      break;
    }
    case ADAM: {
      let i: usize = 0;
      for (; i < vectors; i += 16) adam(false, w + i, g + i, s0 + i, s1 + i, c, false);
      for (; i < end; i += 4) adam(false, w + i, g + i, s0 + i, s1 + i, c, true);
      break;
    }
    case NADAM: {
      let i: usize = 0;
      for (; i < vectors; i += 16) adam(true, w + i, g + i, s0 + i, s1 + i, c, false);
      for (; i < end; i += 4) adam(true, w + i, g + i, s0 + i, s1 + i, c, true);
      break;
    }
    case ADAGRAD: {
      let i: usize = 0;
      for (; i < vectors; i += 16) adagrad(w + i, g + i, s0 + i, c, false);
      for (; i < end; i += 4) adagrad(w + i, g + i, s0 + i, c, true);
      break;
    }
    case RMSPROP: {
      let i: usize = 0;
      for (; i < vectors; i += 16) rmsprop(false, false, w + i, g + i, s0 + i, 0, 0, c, false);
      for (; i < end; i += 4) rmsprop(false, false, w + i, g + i, s0 + i, 0, 0, c, true);
      break;
    }
    case RMSPROP + 1: {
      let i: usize = 0;
      for (; i < vectors; i += 16) rmsprop(true, false, w + i, g + i, s0 + i, s1 + i, 0, c, false);
      for (; i < end; i += 4) rmsprop(true, false, w + i, g + i, s0 + i, s1 + i, 0, c, true);
      break;
    }
    case RMSPROP + 2: {
      let i: usize = 0;
      for (; i < vectors; i += 16) rmsprop(false, true, w + i, g + i, s0 + i, 0, s1 + i, c, false);
      for (; i < end; i += 4) rmsprop(false, true, w + i, g + i, s0 + i, 0, s1 + i, c, true);
      break;
    }
    case RMSPROP + 3: {
      let i: usize = 0;
      for (; i < vectors; i += 16) rmsprop(true, true, w + i, g + i, s0 + i, s1 + i, s2 + i, c, false);
      for (; i < end; i += 4) rmsprop(true, true, w + i, g + i, s0 + i, s1 + i, s2 + i, c, true);
      break;
    }
    default:
      unreachable();
  }
}

/** Arguments: rule, weights, gradient, slot 0, slot 1, slot 2, count, coefficients. */
export function update(args: usize, thread: u32, threads: u32): void {
  const n = word(args, 6);
  const first = share(n, LINE, thread, threads);
  const at = first << 2;
  updateRange(
    word(args, 0),
    word(args, 1) + at,
    word(args, 2) + at,
    word(args, 3) + at,
    word(args, 4) + at,
    word(args, 5) + at,
    share(n, LINE, thread + 1, threads) - first,
    word(args, 7),
  );
}
