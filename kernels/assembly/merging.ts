/** Layers that join others, and the rows of a table. Every value is rounded as often as in the reference: once. */
import { share, word } from './core';
import { high, low, rounded } from './doubles';

/**
 * to = first · the product of all factors but one, value by value; added to what `to` holds where told. Arguments: to,
 * first or 0, addresses of the factors, their number, the one left out (or that number), length, accumulate.
 */
export function multiplyAll(args: usize, thread: u32, threads: u32): void {
  const to = word(args, 0),
    first = word(args, 1),
    factors = word(args, 2),
    count = word(args, 3),
    except = word(args, 4),
    length = word(args, 5),
    accumulate = word(args, 6) != 0,
    end = share(length, 16, thread + 1, threads) << 2;
  let at = share(length, 16, thread, threads) << 2;
  for (; at + 16 <= end; at += 16) {
    let a = first ? low(first + at) : f64x2.splat(1),
      b = first ? high(first + at) : f64x2.splat(1);
    for (let i: usize = 0; i < count; i++) {
      if (i == except) continue;
      const p = <usize>load<u32>(factors + (i << 2)) + at;
      a = f64x2.mul(a, low(p));
      b = f64x2.mul(b, high(p));
    }
    if (accumulate) {
      a = f64x2.add(low(to + at), a);
      b = f64x2.add(high(to + at), b);
    }
    v128.store(to + at, rounded(a, b));
  }
  for (; at < end; at += 4) {
    let product: f64 = first ? <f64>load<f32>(first + at) : 1;
    for (let i: usize = 0; i < count; i++)
      if (i != except) product *= <f64>load<f32>(<usize>load<u32>(factors + (i << 2)) + at);
    if (accumulate) product += <f64>load<f32>(to + at);
    store<f32>(to + at, <f32>product);
  }
}

/** Columns of one matrix into another's. Arguments: to, its row, from, its row (bytes), columns, rows, accumulate. */
export function copyColumns(args: usize, thread: u32, threads: u32): void {
  const toStep = word(args, 1),
    fromStep = word(args, 3),
    bytes = word(args, 4) << 2,
    rows = word(args, 5),
    accumulate = word(args, 6) != 0,
    even = bytes & ~15,
    last = share(rows, 1, thread + 1, threads);
  for (let row = share(rows, 1, thread, threads); row < last; row++) {
    const to = word(args, 0) + row * toStep;
    const from = word(args, 2) + row * fromStep;
    for (let i: usize = 0; i < even; i += 16) {
      const v = v128.load(from + i);
      v128.store(to + i, accumulate ? f32x4.add(v128.load(to + i), v) : v);
    }
    for (let i = even; i < bytes; i += 4) {
      const v = load<f32>(from + i);
      store<f32>(to + i, accumulate ? load<f32>(to + i) + v : v);
    }
  }
}

/** Row i of `to` = row indices[i] of a table. Arguments: to, table, indices, columns, rows of `to`. Shared by rows. */
export function gatherRows(args: usize, thread: u32, threads: u32): void {
  const table = word(args, 1),
    indices = word(args, 2),
    bytes = word(args, 3) << 2,
    even = bytes & ~15,
    end = share(word(args, 4), 1, thread + 1, threads);
  for (let row = share(word(args, 4), 1, thread, threads); row < end; row++) {
    const to = word(args, 0) + row * bytes;
    const from = table + <usize>load<f32>(indices + (row << 2)) * bytes;
    for (let i: usize = 0; i < even; i += 16) v128.store(to + i, v128.load(from + i));
    for (let i = even; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
  }
}

/**
 * Adds row i of `from` to row indices[i] of a table. Arguments: table, from, indices, columns, rows of `from`. Shared by
 * columns: rows may meet.
 */
export function scatterRows(args: usize, thread: u32, threads: u32): void {
  const table = word(args, 0),
    indices = word(args, 2),
    columns = word(args, 3),
    bytes = columns << 2,
    rows = word(args, 4),
    first = share(columns, 4, thread, threads) << 2,
    last = share(columns, 4, thread + 1, threads) << 2,
    even = first + ((last - first) & ~15);
  for (let row: usize = 0; row < rows; row++) {
    const from = word(args, 1) + row * bytes;
    const to = table + <usize>load<f32>(indices + (row << 2)) * bytes;
    for (let i = first; i < even; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
    for (let i = even; i < last; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i));
  }
}
