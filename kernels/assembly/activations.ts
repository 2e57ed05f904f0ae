/** Activations: the formulas, with their sources, are those of src/engine/activations. */
import { DENSITY, LEAKY, ONE, SELU_LOW, SELU_SCALE, constant } from './constants';
import { share, word } from './core';
import {
  bell,
  exp,
  expm1OfNegative,
  greatest,
  normalSize,
  sigmoid,
  softplus,
  tailOverBell,
  tanh,
} from './math';
import { LINE, get, put, getPart, putPart } from './vectors';

/** The kinds' numbers: as KINDS of src/engine/kernels/wasm/activations.ts. */
const LINEAR: i32 = 0;
const RELU: i32 = 1;
const LEAKY_RELU: i32 = 2;
const ELU: i32 = 3;
const SELU: i32 = 4;
const GELU: i32 = 5;
const SILU: i32 = 6;
const SOFTPLUS: i32 = 7;
const SIGMOID: i32 = 8;
const TANH: i32 = 9;

// @ts-ignore: decorator
@inline
function isNegative(x: v128): v128 {
  return f32x4.lt(x, f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function valueOf(kind: i32, x: v128): v128 {
  // Asked this way round, NaN stays NaN.
  if (kind == RELU) return greatest(x, f32x4.splat(0));
  if (kind == LEAKY_RELU) return v128.bitselect(f32x4.mul(x, constant(LEAKY)), x, isNegative(x));
  if (kind == ELU) return v128.bitselect(expm1OfNegative(negativePart(x)), x, isNegative(x));
  if (kind == SELU) {
    const low = f32x4.mul(expm1OfNegative(negativePart(x)), constant(SELU_LOW));
    return v128.bitselect(low, f32x4.mul(x, constant(SELU_SCALE)), isNegative(x));
  }
  if (kind == GELU) {
    const a = normalSize(x);
    return f32x4.mul(x, below(x, f32x4.mul(bell(a), tailOverBell(a))));
  }
  if (kind == SILU) return f32x4.div(x, f32x4.add(constant(ONE), exp(f32x4.neg(x))));
  if (kind == SOFTPLUS) return softplus(x);
  if (kind == SIGMOID) return sigmoid(x);
  if (kind == TANH) return tanh(x);
  return x;
}

/** The probability that a normal number is below x, from that of its being beyond |x|. */
// @ts-ignore: decorator
@inline
function below(x: v128, tail: v128): v128 {
  return v128.bitselect(tail, f32x4.sub(constant(ONE), tail), isNegative(x));
}

/** @param kept the input of GELU and SiLU, the output of all others */
// @ts-ignore: decorator
@inline
function gradientOf(kind: i32, kept: v128, dy: v128): v128 {
  const positive = f32x4.gt(kept, f32x4.splat(0));
  if (kind == RELU) return v128.and(dy, positive);
  if (kind == LEAKY_RELU) return v128.bitselect(dy, f32x4.mul(dy, constant(LEAKY)), positive);
  if (kind == ELU) return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(kept, constant(ONE))), positive);
  if (kind == SELU) {
    const low = f32x4.mul(dy, f32x4.add(kept, constant(SELU_LOW)));
    return v128.bitselect(f32x4.mul(dy, constant(SELU_SCALE)), low, positive);
  }
  if (kind == GELU) {
    const a = normalSize(kept);
    const e = bell(a);
    const slope = f32x4.mul(kept, f32x4.mul(e, constant(DENSITY)));
    return f32x4.mul(dy, f32x4.add(below(kept, f32x4.mul(e, tailOverBell(a))), slope));
  }
  if (kind == SILU) {
    const e = exp(f32x4.neg(kept));
    const s = f32x4.div(constant(ONE), f32x4.add(constant(ONE), e));
    // 1 - s, which for large x is the rounding of s alone.
    const other = v128.bitselect(f32x4.mul(e, s), f32x4.sub(constant(ONE), s), positive);
    return f32x4.mul(f32x4.mul(dy, s), f32x4.add(constant(ONE), f32x4.mul(kept, other)));
  }
  if (kind == SOFTPLUS) return f32x4.mul(dy, f32x4.neg(expm1OfNegative(f32x4.neg(kept))));
  if (kind == SIGMOID) return f32x4.mul(f32x4.mul(dy, kept), f32x4.sub(constant(ONE), kept));
  // (1 - y) (1 + y), whose difference is exact near 1.
  if (kind == TANH)
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(constant(ONE), kept), f32x4.add(constant(ONE), kept)));
  return dy;
}

/** x where it is below 0, else 0, or NaN. */
// @ts-ignore: decorator
@inline
function negativePart(x: v128): v128 {
  return f32x4.pmin(x, f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function forward(kind: i32, x: usize, y: usize, from: usize, to: usize): void {
  let i = from << 2;
  for (; i + 16 <= to << 2; i += 16) put(y + i, valueOf(kind, get(x + i, false)), false);
  for (; i < to << 2; i += 4) put(y + i, valueOf(kind, get(x + i, true)), true);
}

// @ts-ignore: decorator
@inline
function backward(kind: i32, kept: usize, dy: usize, dx: usize, from: usize, to: usize): void {
  let i = from << 2;
  for (; i + 16 <= to << 2; i += 16)
    put(dx + i, gradientOf(kind, get(kept + i, false), get(dy + i, false)), false);
  for (; i < to << 2; i += 4) put(dx + i, gradientOf(kind, get(kept + i, true), get(dy + i, true)), true);
}

/** Arguments: kind, x, y, count. x and y may be the same. */
export function activate(args: usize, thread: u32, threads: u32): void {
  const x = word(args, 1),
    y = word(args, 2),
    count = word(args, 3);
  const from = share(count, LINE, thread, threads),
    to = share(count, LINE, thread + 1, threads);
  switch (load<i32>(args)) {
    case LINEAR:
      forward(LINEAR, x, y, from, to);
      break;
    case RELU:
      forward(RELU, x, y, from, to);
      break;
    case LEAKY_RELU:
      forward(LEAKY_RELU, x, y, from, to);
      break;
    case ELU:
      forward(ELU, x, y, from, to);
      break;
    case SELU:
      forward(SELU, x, y, from, to);
      break;
    case GELU:
      forward(GELU, x, y, from, to);
      break;
    case SILU:
      forward(SILU, x, y, from, to);
      break;
    case SOFTPLUS:
      forward(SOFTPLUS, x, y, from, to);
      break;
    case SIGMOID:
      forward(SIGMOID, x, y, from, to);
      break;
    case TANH:
      forward(TANH, x, y, from, to);
      break;
    default:
      unreachable();
  }
}

/** Arguments: kind, kept, dy, dx, count. dy and dx may be the same. */
export function activateGradient(args: usize, thread: u32, threads: u32): void {
  const kept = word(args, 1),
    dy = word(args, 2),
    dx = word(args, 3),
    count = word(args, 4);
  const from = share(count, LINE, thread, threads),
    to = share(count, LINE, thread + 1, threads);
  switch (load<i32>(args)) {
    case LINEAR:
      backward(LINEAR, kept, dy, dx, from, to);
      break;
    case RELU:
      backward(RELU, kept, dy, dx, from, to);
      break;
    case LEAKY_RELU:
      backward(LEAKY_RELU, kept, dy, dx, from, to);
      break;
    case ELU:
      backward(ELU, kept, dy, dx, from, to);
      break;
    case SELU:
      backward(SELU, kept, dy, dx, from, to);
      break;
    case GELU:
      backward(GELU, kept, dy, dx, from, to);
      break;
    case SILU:
      backward(SILU, kept, dy, dx, from, to);
      break;
    case SOFTPLUS:
      backward(SOFTPLUS, kept, dy, dx, from, to);
      break;
    case SIGMOID:
      backward(SIGMOID, kept, dy, dx, from, to);
      break;
    case TANH:
      backward(TANH, kept, dy, dx, from, to);
      break;
    default:
      unreachable();
  }
}

/** The largest of a row of values, and NaN only where the first is. */
export function largestOf(row: usize, columns: usize): f32 {
  let i: usize = 0;
  let largest = load<f32>(row);
  if (columns >= 4) {
    let m = v128.load32_splat(row);
    for (; i + 4 <= columns; i += 4) m = greatest(m, v128.load(row + (i << 2)));
    m = greatest(m, v128.shuffle<i32>(m, m, 2, 3, 0, 1));
    m = greatest(m, v128.shuffle<i32>(m, m, 1, 0, 3, 2));
    largest = f32x4.extract_lane(m, 0);
  }
  for (; i < columns; i++) {
    const value = load<f32>(row + (i << 2));
    if (value > largest) largest = value;
  }
  return largest;
}

/** Four sums of double precision that become one. */
// @ts-ignore: decorator
@inline
export function total(low: v128, high: v128): f64 {
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
// @ts-ignore: decorator
@inline
export function upperHalf(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 2, 3, 2, 3);
}

/** The first `count` lanes of x, 1 to 3, and 0 behind them. */
// @ts-ignore: decorator
@inline
export function firstLanes(x: v128, count: usize): v128 {
  return v128.and(x, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>count)));
}

/**
 * y = exp(x - largest) of one row, unless y is 0, and their sum in double precision: it is where each of many small ones counts.
 */
export function exponentials(x: usize, y: usize, columns: usize): f64 {
  const largest = f32x4.splat(largestOf(x, columns));
  let low = f64x2.splat(0),
    high = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 4 <= columns; i += 4) {
    const e = exp(f32x4.sub(v128.load(x + (i << 2)), largest));
    if (y) v128.store(y + (i << 2), e);
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(e)));
  }
  if (i < columns) {
    const e = firstLanes(exp(f32x4.sub(getPart(x + (i << 2), columns - i), largest)), columns - i);
    if (y) putPart(y + (i << 2), e, columns - i);
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(e)));
  }
  return total(low, high);
}

/** Arguments: x, y, rows, columns. x and y may be the same. */
export function softmax(args: usize, thread: u32, threads: u32): void {
  const rows = word(args, 2),
    columns = word(args, 3);
  const last = share(rows, 1, thread + 1, threads);
  for (let row = share(rows, 1, thread, threads); row < last; row++) {
    const y = word(args, 1) + ((row * columns) << 2);
    const sum = f32x4.splat(<f32>exponentials(word(args, 0) + ((row * columns) << 2), y, columns));
    let i: usize = 0;
    for (; i + 4 <= columns; i += 4) v128.store(y + (i << 2), f32x4.div(v128.load(y + (i << 2)), sum));
    for (; i < columns; i++) put(y + (i << 2), f32x4.div(get(y + (i << 2), true), sum), true);
  }
}

/** Arguments: y, dy, dx, rows, columns. dy and dx may be the same. */
export function softmaxGradient(args: usize, thread: u32, threads: u32): void {
  const rows = word(args, 3),
    columns = word(args, 4);
  const last = share(rows, 1, thread + 1, threads);
  for (let row = share(rows, 1, thread, threads); row < last; row++) {
    const at = (row * columns) << 2;
    const y = word(args, 0) + at,
      dy = word(args, 1) + at,
      dx = word(args, 2) + at;
    let low = f64x2.splat(0),
      high = f64x2.splat(0);
    let i: usize = 0;
    for (; i < columns; i += 4) {
      const left = columns - i;
      const a = left < 4 ? getPart(y + (i << 2), left) : v128.load(y + (i << 2)),
        b = left < 4 ? getPart(dy + (i << 2), left) : v128.load(dy + (i << 2));
      low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b)));
      const c = f64x2.promote_low_f32x4(upperHalf(a)),
        d = f64x2.promote_low_f32x4(upperHalf(b));
      high = f64x2.add(high, f64x2.mul(c, d));
    }
    const dot = f32x4.splat(<f32>total(low, high));
    for (i = 0; i + 4 <= columns; i += 4) {
      const p = i << 2;
      v128.store(dx + p, f32x4.mul(v128.load(y + p), f32x4.sub(v128.load(dy + p), dot)));
    }
    for (; i < columns; i++) {
      const p = i << 2;
      put(dx + p, f32x4.mul(get(y + p, true), f32x4.sub(get(dy + p, true), dot)), true);
    }
  }
}
