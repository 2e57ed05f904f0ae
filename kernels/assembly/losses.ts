/**
 * Losses: the formulas, with their sources, are those of src/engine/losses. Totals are carried in double precision, in one
 * order, by one thread; gradients are shared.
 */
import { exponentials, firstLanes, largestOf, total, upperHalf } from './activations';
import { constant, ONE } from './constants';
import { share, word } from './core';
import { log, log1pOfShare, softplusOfNegative } from './math';
import { LINE, get, getPart, put, putPart } from './vectors';

/** The kinds' numbers: as KINDS of src/engine/kernels/wasm/losses.ts. */
const CROSSENTROPY: i32 = 0;
const BINARY: i32 = 1;
const SQUARED: i32 = 2;
const ABSOLUTE: i32 = 3;
const HUBER: i32 = 4;

/**
 * The arguments of both kernels are: kind, values (the outputs, or what they were before the activation), gradient, targets,
 * rows, columns, weights of the classes, scale, what is kept of targets and what is spread by label smoothing, and the
 * weight of yes or Huber's delta.
 */
const KEEP: usize = 32;
const SPREAD: usize = 36;
const SETTING: usize = 40;
/** Where among the arguments the total is left, in bytes. */
const RESULT: usize = 240;

// @ts-ignore: decorator
@inline
function some(at: usize, left: usize): v128 {
  return left < 4 ? getPart(at, left) : v128.load(at);
}

/** What is wanted of four classes: the weight times the smoothed target. Lanes without a class have 0. */
// @ts-ignore: decorator
@inline
function wantedOf(args: usize, weights: usize, targets: usize, left: usize): v128 {
  const smoothed = f32x4.add(
    f32x4.mul(v128.load32_splat(args, KEEP), some(targets, left)),
    v128.load32_splat(args, SPREAD),
  );
  return f32x4.mul(some(weights, left), smoothed);
}

/** log of a sum that is 1 or more, as accurate near 1 as elsewhere. */
function logOfSum(sum: f64): f64 {
  const rest = sum - 1;
  const l = rest <= 1 ? log1pOfShare(f32x4.splat(<f32>rest)) : log(f32x4.splat(<f32>sum));
  return <f64>f32x4.extract_lane(l, 0);
}

function crossentropyTotal(args: usize): f64 {
  const rows = word(args, 4),
    columns = word(args, 5),
    weights = word(args, 6);
  let sum = f64x2.splat(0);
  for (let row: usize = 0; row < rows; row++) {
    const z = word(args, 1) + ((row * columns) << 2),
      targets = word(args, 3) + ((row * columns) << 2);
    const logSum = <f64>largestOf(z, columns) + logOfSum(exponentials(z, 0, columns));
    const logSums = f64x2.splat(logSum);
    for (let c: usize = 0; c < columns; c += 4) {
      const left = columns - c;
      const wanted = wantedOf(args, weights + (c << 2), targets + (c << 2), left);
      const before = some(z + (c << 2), left);
      const low = f64x2.sub(logSums, f64x2.promote_low_f32x4(before)),
        high = f64x2.sub(logSums, f64x2.promote_low_f32x4(upperHalf(before)));
      sum = f64x2.add(sum, f64x2.mul(f64x2.promote_low_f32x4(wanted), low));
      sum = f64x2.add(sum, f64x2.mul(f64x2.promote_low_f32x4(upperHalf(wanted)), high));
    }
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** An element's loss, of two elements at once; it need not be divided by anything. */
// @ts-ignore: decorator
@inline
function missOf(kind: i32, output: v128, target: v128, delta: v128): v128 {
  const d = f64x2.sub(f64x2.promote_low_f32x4(output), f64x2.promote_low_f32x4(target));
  if (kind == SQUARED) return f64x2.mul(d, d);
  const miss = f64x2.abs(d);
  if (kind == ABSOLUTE) return miss;
  const half = f64x2.splat(0.5);
  const near = f64x2.mul(f64x2.mul(half, miss), miss);
  const far = f64x2.mul(delta, f64x2.sub(miss, f64x2.mul(half, delta)));
  return v128.bitselect(near, far, f64x2.le(miss, delta));
}

/** Binary cross-entropy of four elements, from the values z before the sigmoid. */
// @ts-ignore: decorator
@inline
function binaryOf(args: usize, z: v128, target: v128): v128 {
  const weight = v128.load32_splat(args, SETTING);
  const y = f32x4.add(f32x4.mul(v128.load32_splat(args, KEEP), target), v128.load32_splat(args, SPREAD));
  const no = f32x4.sub(constant(ONE), y),
    yes = f32x4.mul(weight, y);
  // (1 - y) z + (1 + (w - 1) y) log(1 + exp(-z)), where that logarithm is -z and a rest for z below 0: so written, nothing
  // large is taken from what is as large.
  const line = f32x4.mul(z, v128.bitselect(f32x4.neg(yes), no, f32x4.lt(z, f32x4.splat(0))));
  return f32x4.add(line, f32x4.mul(f32x4.add(no, yes), softplusOfNegative(z)));
}

// @ts-ignore: decorator
@inline
function elementsTotal(kind: i32, args: usize): f64 {
  const values = word(args, 1),
    targets = word(args, 3),
    count = word(args, 4) * word(args, 5);
  const delta = f64x2.splat(<f64>load<f32>(args + SETTING));
  let low = f64x2.splat(0),
    high = f64x2.splat(0);
  for (let i: usize = 0; i < count; i += 4) {
    const left = count - i;
    const a = some(values + (i << 2), left),
      b = some(targets + (i << 2), left);
    if (kind == BINARY) {
      let loss = binaryOf(args, a, b);
      // Lanes without an element have a loss, too.
      if (left < 4) loss = firstLanes(loss, left);
      low = f64x2.add(low, f64x2.promote_low_f32x4(loss));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(loss)));
    } else {
      low = f64x2.add(low, missOf(kind, a, b, delta));
      high = f64x2.add(high, missOf(kind, upperHalf(a), upperHalf(b), delta));
    }
  }
  return total(low, high);
}

/** Leaves the sum of all losses, one of the elements that is not yet divided by the columns, behind the arguments. */
export function lossTotal(args: usize, thread: u32, threads: u32): void {
  if (thread > 0) return;
  let sum: f64;
  switch (load<i32>(args)) {
    case CROSSENTROPY:
      sum = crossentropyTotal(args);
      break;
    case BINARY:
      sum = elementsTotal(BINARY, args);
      break;
    case SQUARED:
      sum = elementsTotal(SQUARED, args);
      break;
    case ABSOLUTE:
      sum = elementsTotal(ABSOLUTE, args);
      break;
    default:
      sum = elementsTotal(HUBER, args);
  }
  store<f64>(args + RESULT, sum);
}

/** (p Σ wanted - wanted) scale, of rows first .. last. */
function crossentropyGradient(args: usize, first: usize, last: usize): void {
  const columns = word(args, 5),
    weights = word(args, 6);
  const scale = v128.load32_splat(args, 28);
  for (let row = first; row < last; row++) {
    const at = (row * columns) << 2;
    const outputs = word(args, 1) + at,
      gradient = word(args, 2) + at,
      targets = word(args, 3) + at;
    let low = f64x2.splat(0),
      high = f64x2.splat(0);
    for (let c: usize = 0; c < columns; c += 4) {
      const wanted = wantedOf(args, weights + (c << 2), targets + (c << 2), columns - c);
      low = f64x2.add(low, f64x2.promote_low_f32x4(wanted));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(wanted)));
    }
    const sum = f32x4.splat(<f32>total(low, high));
    for (let c: usize = 0; c < columns; c += 4) {
      const left = columns - c,
        p = c << 2;
      const wanted = wantedOf(args, weights + p, targets + p, left);
      const value = f32x4.mul(f32x4.sub(f32x4.mul(some(outputs + p, left), sum), wanted), scale);
      if (left < 4) putPart(gradient + p, value, left);
      else v128.store(gradient + p, value);
    }
  }
}

// @ts-ignore: decorator
@inline
function slopeOf(kind: i32, args: usize, output: v128, target: v128): v128 {
  const scale = v128.load32_splat(args, 28);
  const setting = v128.load32_splat(args, SETTING);
  if (kind == BINARY) {
    const y = f32x4.add(f32x4.mul(v128.load32_splat(args, KEEP), target), v128.load32_splat(args, SPREAD));
    const yes = f32x4.mul(setting, y);
    const both = f32x4.add(f32x4.sub(constant(ONE), y), yes);
    return f32x4.mul(scale, f32x4.sub(f32x4.mul(output, both), yes));
  }
  const d = f32x4.sub(output, target);
  if (kind == SQUARED) return f32x4.mul(scale, d);
  if (kind == ABSOLUTE) {
    // With the sign of d; 0 and NaN are themselves.
    const size = f32x4.abs(d);
    return v128.bitselect(v128.or(scale, v128.xor(d, size)), d, f32x4.gt(size, f32x4.splat(0)));
  }
  return f32x4.mul(scale, f32x4.pmin(f32x4.pmax(d, f32x4.neg(setting)), setting));
}

// @ts-ignore: decorator
@inline
function elementsGradient(kind: i32, args: usize, first: usize, last: usize): void {
  const outputs = word(args, 1),
    gradient = word(args, 2),
    targets = word(args, 3);
  let i = first << 2;
  for (; i + 16 <= last << 2; i += 16)
    put(gradient + i, slopeOf(kind, args, get(outputs + i, false), get(targets + i, false)), false);
  for (; i < last << 2; i += 4)
    put(gradient + i, slopeOf(kind, args, get(outputs + i, true), get(targets + i, true)), true);
}

export function lossGradient(args: usize, thread: u32, threads: u32): void {
  const rows = word(args, 4),
    kind = load<i32>(args);
  if (kind == CROSSENTROPY) {
    crossentropyGradient(args, share(rows, 1, thread, threads), share(rows, 1, thread + 1, threads));
    return;
  }
  const count = rows * word(args, 5);
  const first = share(count, LINE, thread, threads),
    last = share(count, LINE, thread + 1, threads);
  switch (kind) {
    case BINARY:
      elementsGradient(BINARY, args, first, last);
      break;
    case SQUARED:
      elementsGradient(SQUARED, args, first, last);
      break;
    case ABSOLUTE:
      elementsGradient(ABSOLUTE, args, first, last);
      break;
    default:
      elementsGradient(HUBER, args, first, last);
  }
}
