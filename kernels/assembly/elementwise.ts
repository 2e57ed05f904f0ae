/** Copies, the sums of columns, and rows times a factor each. */
import { share, word } from './core';
import { upperHalf } from './activations';
import { LINE, get, put } from './vectors';

/** Arguments: to, from, count, accumulate. */
export function copy(args: usize, thread: u32, threads: u32): void {
  const count = word(args, 2);
  const first = share(count, LINE, thread, threads),
    end = share(count, LINE, thread + 1, threads) << 2;
  const to = word(args, 0),
    from = word(args, 1);
  let i = first << 2;
  if (!word(args, 3)) {
    memory.copy(to + i, from + i, end - i);
    return;
  }
  for (; i + 16 <= end; i += 16) put(to + i, f32x4.add(get(to + i, false), get(from + i, false)), false);
  for (; i < end; i += 4) put(to + i, f32x4.add(get(to + i, true), get(from + i, true)), true);
}

/** Every value times its row's factor. Arguments: values, factors, rows, columns. */
export function scaleRows(args: usize, thread: u32, threads: u32): void {
  const values = word(args, 0),
    factors = word(args, 1),
    rows = word(args, 2),
    columns = word(args, 3);
  const last = share(rows, LINE, thread + 1, threads);
  for (let row = share(rows, LINE, thread, threads); row < last; row++) {
    const factor = v128.load32_splat(factors + (row << 2));
    const end = values + (((row + 1) * columns) << 2);
    let at = end - (columns << 2);
    for (; at + 16 <= end; at += 16) put(at, f32x4.mul(get(at, false), factor), false);
    for (; at < end; at += 4) put(at, f32x4.mul(get(at, true), factor), true);
  }
}

/** Sums in double precision, rounded once, as the reference's are. Arguments: sums, values, rows, columns. */
export function sumColumns(args: usize, thread: u32, threads: u32): void {
  const sums = word(args, 0),
    values = word(args, 1),
    rows = word(args, 2),
    columns = word(args, 3);
  const last = share(columns, LINE, thread + 1, threads),
    step = columns << 2;
  let j = share(columns, LINE, thread, threads);
  // A whole line of the cache at a time, of which each row's part is read once.
  for (; j + 16 <= last; j += 16) {
    let a = f64x2.splat(0),
      b = f64x2.splat(0),
      c = f64x2.splat(0),
      d = f64x2.splat(0),
      e = f64x2.splat(0),
      f = f64x2.splat(0),
      g = f64x2.splat(0),
      h = f64x2.splat(0);
    let from = values + (j << 2);
    for (let row: usize = 0; row < rows; row++) {
      const p = v128.load(from),
        q = v128.load(from, 16),
        r = v128.load(from, 32),
        s = v128.load(from, 48);
      a = f64x2.add(a, f64x2.promote_low_f32x4(p));
      b = f64x2.add(b, f64x2.promote_low_f32x4(upperHalf(p)));
      c = f64x2.add(c, f64x2.promote_low_f32x4(q));
      d = f64x2.add(d, f64x2.promote_low_f32x4(upperHalf(q)));
      e = f64x2.add(e, f64x2.promote_low_f32x4(r));
      f = f64x2.add(f, f64x2.promote_low_f32x4(upperHalf(r)));
      g = f64x2.add(g, f64x2.promote_low_f32x4(s));
      h = f64x2.add(h, f64x2.promote_low_f32x4(upperHalf(s)));
      from += step;
    }
    const to = sums + (j << 2);
    v128.store(to, rounded(a, b));
    v128.store(to, rounded(c, d), 16);
    v128.store(to, rounded(e, f), 32);
    v128.store(to, rounded(g, h), 48);
  }
  for (; j + 4 <= last; j += 4) {
    let low = f64x2.splat(0),
      high = f64x2.splat(0);
    let from = values + (j << 2);
    for (let row: usize = 0; row < rows; row++) {
      const p = v128.load(from);
      low = f64x2.add(low, f64x2.promote_low_f32x4(p));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(p)));
      from += step;
    }
    v128.store(sums + (j << 2), rounded(low, high));
  }
  for (; j < last; j++) {
    let sum: f64 = 0;
    let from = values + (j << 2);
    for (let row: usize = 0; row < rows; row++) {
      sum += <f64>load<f32>(from);
      from += step;
    }
    store<f32>(sums + (j << 2), <f32>sum);
  }
}

/** Four sums in single precision. */
// @ts-ignore: decorator
@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}
