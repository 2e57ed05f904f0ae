/**
 * Exponentials and logarithms of four numbers at once, in single precision, off by some 2 units of the last place at most.
 * Nothing here is fused, so both modules give the same bits. Reductions and coefficients are those of Cephes (Moshier,
 * "Methods and Programs for Mathematical Functions", 1989) where nothing else is said. NaN gives NaN.
 */
import {
  EXP,
  EXP_MAX,
  EXP_MIN,
  HALF,
  LN2_HIGH,
  LN2_LOW,
  LOG,
  LOG2E,
  NORMAL,
  NORMAL_CENTER,
  NORMAL_MAX,
  ONE,
  ROOT2_LESS_1,
  ROUNDER,
  TANH,
  TANH_NEAR,
  TWO,
  UPPER,
  constant,
} from './constants';

/** sum x + the i-th constant. */
// @ts-ignore: decorator
@inline
function horner(sum: v128, x: v128, i: usize): v128 {
  return f32x4.add(f32x4.mul(sum, x), constant(i));
}

/** b below a, a elsewhere and where a is NaN: one instruction, where f32x4.min takes eight. */
// @ts-ignore: decorator
@inline
export function least(a: v128, b: v128): v128 {
  return f32x4.pmin(a, b);
}
// @ts-ignore: decorator
@inline
export function greatest(a: v128, b: v128): v128 {
  return f32x4.pmax(a, b);
}

/** x / ln 2, rounded to a whole number n, by a sum whose low bits are those of n - 1. */
// @ts-ignore: decorator
@inline
function rounded(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, constant(LOG2E)), constant(ROUNDER));
}
/** x - n ln 2. */
// @ts-ignore: decorator
@inline
function reduced(x: v128, n: v128): v128 {
  return f32x4.sub(f32x4.sub(x, f32x4.mul(n, constant(LN2_HIGH))), f32x4.mul(n, constant(LN2_LOW)));
}
/** 2^(n - 1), and 0 for n = -126. */
// @ts-ignore: decorator
@inline
function halfPower(sum: v128): v128 {
  return i32x4.add(i32x4.shl(sum, 23), constant(ONE));
}
/** exp r - 1 for |r| <= ln 2 / 2. */
// @ts-ignore: decorator
@inline
function nearExpm1(r: v128): v128 {
  let p = horner(constant(EXP), r, EXP + 1);
  p = horner(p, r, EXP + 2);
  p = horner(p, r, EXP + 3);
  p = horner(p, r, EXP + 4);
  p = horner(p, r, EXP + 5);
  return f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
}

/** exp(x + rest); a rest is small, and may be what x was rounded by. Below 2^-125 it is 0. */
// @ts-ignore: decorator
@inline
function expOfSum(x: v128, rest: v128, hasRest: bool): v128 {
  x = greatest(least(x, constant(EXP_MAX)), constant(EXP_MIN));
  const sum = rounded(hasRest ? f32x4.add(x, rest) : x);
  let r = reduced(x, f32x4.sub(sum, constant(ROUNDER)));
  if (hasRest) r = f32x4.add(r, rest);
  // Twice the half, so that the largest numbers are in reach, and infinity beyond them.
  const half = f32x4.mul(f32x4.add(nearExpm1(r), constant(ONE)), halfPower(sum));
  return f32x4.add(half, half);
}
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return expOfSum(x, x, false);
}

/** exp x - 1 for x <= 0. */
// @ts-ignore: decorator
@inline
export function expm1OfNegative(x: v128): v128 {
  x = greatest(x, constant(EXP_MIN));
  const sum = rounded(x);
  const half = halfPower(sum);
  const power = f32x4.add(half, half);
  const r = reduced(x, f32x4.sub(sum, constant(ROUNDER)));
  return f32x4.add(f32x4.mul(nearExpm1(r), power), f32x4.sub(power, constant(ONE)));
}

/** log(1 + f) for root(1/2) <= 1 + f <= root 2. */
// @ts-ignore: decorator
@inline
function nearLog1p(f: v128): v128 {
  let p = horner(constant(LOG), f, LOG + 1);
  p = horner(p, f, LOG + 2);
  p = horner(p, f, LOG + 3);
  p = horner(p, f, LOG + 4);
  p = horner(p, f, LOG + 5);
  p = horner(p, f, LOG + 6);
  p = horner(p, f, LOG + 7);
  p = horner(p, f, LOG + 8);
  const square = f32x4.mul(f, f);
  const rest = f32x4.sub(f32x4.mul(f32x4.mul(p, f), square), f32x4.mul(square, constant(HALF)));
  return f32x4.add(f, rest);
}

/** log(1 + e) for 0 <= e <= 1, as accurate near 0 as elsewhere. */
// @ts-ignore: decorator
@inline
export function log1pOfShare(e: v128): v128 {
  // Above root 2 it is ln 2 + log((1 + e) / 2).
  const large = f32x4.gt(e, constant(ROOT2_LESS_1));
  const f = v128.bitselect(f32x4.mul(f32x4.sub(e, constant(ONE)), constant(HALF)), e, large);
  const low = f32x4.add(nearLog1p(f), v128.and(large, constant(LN2_LOW)));
  return f32x4.add(low, v128.and(large, constant(LN2_HIGH)));
}

/** log x for finite x from 2^-126 on. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  // x = 2^n m with root(1/2) <= m < root 2.
  const n = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23);
  const f = f32x4.sub(i32x4.sub(x, i32x4.shl(n, 23)), constant(ONE));
  const power = f32x4.convert_i32x4_s(n);
  const low = f32x4.add(nearLog1p(f), f32x4.mul(power, constant(LN2_LOW)));
  // NaN would look like a number here.
  return f32x4.add(f32x4.add(low, f32x4.mul(power, constant(LN2_HIGH))), f32x4.sub(x, x));
}

/** log(1 + exp -|x|). */
// @ts-ignore: decorator
@inline
export function softplusOfNegative(x: v128): v128 {
  return log1pOfShare(exp(f32x4.neg(f32x4.abs(x))));
}
/** log(1 + exp x), which cannot overflow. */
// @ts-ignore: decorator
@inline
export function softplus(x: v128): v128 {
  return f32x4.add(greatest(x, f32x4.splat(0)), softplusOfNegative(x));
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(constant(ONE), f32x4.add(constant(ONE), exp(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const a = f32x4.abs(x);
  const z = f32x4.mul(a, a);
  let p = horner(constant(TANH), z, TANH + 1);
  p = horner(p, z, TANH + 2);
  p = horner(p, z, TANH + 3);
  p = horner(p, z, TANH + 4);
  const near = f32x4.add(a, f32x4.mul(f32x4.mul(p, z), a));
  const e = exp(f32x4.add(a, a));
  const far = f32x4.sub(constant(ONE), f32x4.div(constant(TWO), f32x4.add(e, constant(ONE))));
  const value = v128.bitselect(near, far, f32x4.lt(a, constant(TANH_NEAR)));
  return v128.or(value, v128.xor(x, a));
}

/** exp(-a^2 / 2) for a from 0 to NORMAL_MAX. */
// @ts-ignore: decorator
@inline
export function bell(a: v128): v128 {
  // The square's rounding alone would be off by 5 units at a = 4: the upper half of a squares exactly, and the rest is small.
  const upper = v128.and(a, constant(UPPER));
  const half = f32x4.neg(constant(HALF));
  const rest = f32x4.mul(f32x4.mul(f32x4.sub(a, upper), f32x4.add(a, upper)), half);
  return expOfSum(f32x4.mul(f32x4.mul(upper, upper), half), rest, true);
}
/** What bell(a) is to be multiplied by to give the probability that a normal number is above a. */
// @ts-ignore: decorator
@inline
export function tailOverBell(a: v128): v128 {
  const q = f32x4.div(f32x4.sub(a, constant(NORMAL_CENTER)), f32x4.add(a, constant(NORMAL_CENTER)));
  let p = horner(constant(NORMAL), q, NORMAL + 1);
  p = horner(p, q, NORMAL + 2);
  p = horner(p, q, NORMAL + 3);
  p = horner(p, q, NORMAL + 4);
  p = horner(p, q, NORMAL + 5);
  p = horner(p, q, NORMAL + 6);
  p = horner(p, q, NORMAL + 7);
  p = horner(p, q, NORMAL + 8);
  p = horner(p, q, NORMAL + 9);
  return f32x4.div(p, f32x4.add(constant(ONE), a));
}
/** |x|, but NORMAL_MAX at most. */
// @ts-ignore: decorator
@inline
export function normalSize(x: v128): v128 {
  return least(f32x4.abs(x), constant(NORMAL_MAX));
}
