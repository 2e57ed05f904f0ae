/**
 * Products with a weight matrix w [depth, columns]. It stands in panels of NR columns, [columns / NR][depth][NR], the last
 * one filled up with zeros: the register tile reads panels as they are, so weights are never packed. x [rows, depth] and
 * y [rows, columns] are row-major.
 */
import { SCRATCH_BYTES, real, share, word } from './core';
import { MR, NR, packLeft, tile } from './generated/gemm';
import { updateRange } from './optimizers';

/** Most values of the depth, and most rows, that are packed at a time: half a megabyte at most, to stay in the cache. */
export const DEPTH_BLOCK: usize = 256;
export const ROW_BLOCK: usize = 240;
/** Where a thread's working memory has which part. */
export const PACKED_LEFT: usize = 0;
export const PACKED_RIGHT: usize = 256 * 1024;
export const PACKED_RIGHT_FLOATS: usize = 1 << 18;
export const EDGE: usize = PACKED_RIGHT + (PACKED_RIGHT_FLOATS << 2);
const GRADIENT_TILE: usize = EDGE + 4096;

/** Depth of the blocks that a depth is cut into: as even as can be. */
// @ts-ignore: decorator
@inline
export function blockOf(depth: usize): usize {
  const blocks = max<usize>(1, (depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK);
  return max<usize>(1, (depth + blocks - 1) / blocks);
}

/** c[rows, columns] (columns <= NR) from strips packed by packLeft and one panel; edges go by way of \`edge\`. */
export function panelTiles(
  rows: usize,
  columns: usize,
  depth: usize,
  left: usize,
  panel: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
  edge: usize,
): void {
  for (let i: usize = 0; i < rows; i += MR) {
    const to = c + i * ldc;
    if (i + MR <= rows && columns == NR) {
      tile(depth, left, panel, to, ldc, accumulate);
    } else {
      const height = min(MR, rows - i);
      if (accumulate)
        for (let r: usize = 0; r < height; r++)
          for (let q: usize = 0; q < columns; q++)
            store<f32>(edge + ((r * NR + q) << 2), load<f32>(to + r * ldc + (q << 2)));
      tile(depth, left, panel, edge, NR << 2, accumulate);
      for (let r: usize = 0; r < height; r++)
        for (let q: usize = 0; q < columns; q++)
          store<f32>(to + r * ldc + (q << 2), load<f32>(edge + ((r * NR + q) << 2)));
    }
    left += depth * MR * 4;
  }
}

/** Adds the bias and applies what an activation costs nothing more to apply: 0 nothing, 1 ReLU. */
export function finish(
  y: usize,
  rowBytes: usize,
  bias: usize,
  from: usize,
  to: usize,
  first: usize,
  last: usize,
  activation: usize,
): void {
  if (bias == 0 && activation == 0) return;
  const zero = f32x4.splat(0);
  for (let row = from; row < to; row++) {
    const p = y + row * rowBytes;
    let j = first;
    for (; j + 4 <= last; j += 4) {
      let v = v128.load(p + (j << 2));
      if (bias) v = f32x4.add(v, v128.load(bias + (j << 2)));
      if (activation == 1) v = f32x4.max(v, zero);
      v128.store(p + (j << 2), v);
    }
    for (; j < last; j++) {
      let v = load<f32>(p + (j << 2));
      if (bias) v += load<f32>(bias + (j << 2));
      if (activation == 1) v = max<f32>(v, 0);
      store<f32>(p + (j << 2), v);
    }
  }
}

/** y = x w (+ bias) (then ReLU). Arguments: y, x, w, bias or 0, rows, depth, columns, activation, scratch. */
export function product(args: usize, thread: u32, threads: u32): void {
  const y = word(args, 0),
    x = word(args, 1),
    w = word(args, 2),
    bias = word(args, 3),
    rows = word(args, 4),
    depth = word(args, 5),
    columns = word(args, 6),
    scratch = word(args, 8) + thread * SCRATCH_BYTES;
  let firstRow: usize = 0,
    lastRow = rows,
    first: usize = 0,
    last = columns;
  if (columns >= 2 * NR * threads) {
    first = share(columns, NR, thread, threads);
    last = share(columns, NR, thread + 1, threads);
  } else {
    firstRow = share(rows, MR, thread, threads);
    lastRow = share(rows, MR, thread + 1, threads);
  }
  if (firstRow >= lastRow || first >= last) return;
  const block = blockOf(depth);
  for (let k: usize = 0; k < depth; k += block) {
    const deep = min(block, depth - k);
    for (let i = firstRow; i < lastRow; i += ROW_BLOCK) {
      const high = min(ROW_BLOCK, lastRow - i);
      packLeft(x + ((i * depth + k) << 2), depth << 2, 4, high, deep, scratch + PACKED_LEFT);
      for (let j = first; j < last; j += NR) {
        const panel = w + ((j * depth + k * NR) << 2);
        const to = y + ((i * columns + j) << 2);
        panelTiles(high, min(NR, last - j), deep, scratch, panel, to, columns << 2, k > 0, scratch + EDGE);
      }
    }
  }
  finish(y, columns << 2, bias, firstRow, lastRow, first, last, word(args, 7));
}

/** A panel [count][NR] of the transposed weights: rows row .. row + NR of w as columns, of its columns from .. + count. */
export function transposePanel(
  w: usize,
  depth: usize,
  row: usize,
  height: usize,
  from: usize,
  count: usize,
  to: usize,
): void {
  for (let j: usize = 0; j < count; j++) {
    const column = from + j;
    const p = w + (((column / NR) * NR * depth + row * NR + column % NR) << 2);
    if (height == NR && column % 4 == 0 && j + 4 <= count) {
      for (let half: usize = 0; half < 2; half++) {
        const q = p + half * 4 * NR * 4;
        const r0 = v128.load(q),
          r1 = v128.load(q, 32),
          r2 = v128.load(q, 64),
          r3 = v128.load(q, 96);
        const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
          t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7),
          t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
          t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
        const o = to + half * 16;
        v128.store(o, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
        v128.store(o, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 32);
        v128.store(o, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 64);
        v128.store(o, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 96);
      }
      to += 4 * NR * 4;
      j += 3;
    } else {
      for (let r: usize = 0; r < NR; r++)
        store<f32>(to + (r << 2), r < height ? load<f32>(p + ((r * NR) << 2)) : 0);
      to += NR * 4;
    }
  }
}

/** dx = dy wT, added where told. Arguments: dx, dy, w, rows, depth, columns, accumulate, scratch. */
export function productInputGradient(args: usize, thread: u32, threads: u32): void {
  const dx = word(args, 0),
    dy = word(args, 1),
    w = word(args, 2),
    rows = word(args, 3),
    depth = word(args, 4),
    columns = word(args, 5),
    accumulate = word(args, 6) != 0,
    scratch = word(args, 7) + thread * SCRATCH_BYTES;
  // The depth of w is the width of dx.
  let firstRow: usize = 0,
    lastRow = rows,
    first: usize = 0,
    last = depth;
  if (depth >= 2 * NR * threads) {
    first = share(depth, NR, thread, threads);
    last = share(depth, NR, thread + 1, threads);
  } else {
    firstRow = share(rows, MR, thread, threads);
    lastRow = share(rows, MR, thread + 1, threads);
  }
  if (firstRow >= lastRow || first >= last) return;
  const block = (blockOf(columns) + 3) & ~3;
  for (let k: usize = 0; k < columns; k += block) {
    const deep = min(block, columns - k);
    for (let i = firstRow; i < lastRow; i += ROW_BLOCK) {
      const high = min(ROW_BLOCK, lastRow - i);
      packLeft(dy + ((i * columns + k) << 2), columns << 2, 4, high, deep, scratch + PACKED_LEFT);
      for (let j = first; j < last; j += NR) {
        const wide = min(NR, last - j);
        transposePanel(w, depth, j, wide, k, deep, scratch + PACKED_RIGHT);
        const to = dx + ((i * depth + j) << 2);
        const add = accumulate || k > 0;
        panelTiles(high, wide, deep, scratch, scratch + PACKED_RIGHT, to, depth << 2, add, scratch + EDGE);
      }
    }
  }
}

/** Panels [columns / NR][count][NR] of rows from .. from + count of a row-major matrix, of its columns first .. last. */
export function packRight(b: usize, stride: usize, count: usize, first: usize, last: usize, to: usize): void {
  for (let j = first; j < last; j += NR) {
    let p = b + (j << 2);
    if (j + NR <= last) {
      for (let k: usize = 0; k < count; k++) {
        v128.store(to, v128.load(p));
        v128.store(to, v128.load(p, 16), 16);
        to += NR * 4;
        p += stride;
      }
    } else {
      for (let k: usize = 0; k < count; k++) {
        for (let q: usize = 0; q < NR; q++) store<f32>(to + (q << 2), j + q < last ? load<f32>(p + (q << 2)) : 0);
        to += NR * 4;
        p += stride;
      }
    }
  }
}

/**
 * dw = xT dy in panels like w, added where told; or, with a rule, not stored at all: each tile moves its weights while it
 * is in the cache. Arguments: dw, x, dy, rows, depth, columns, accumulate, scratch, rule + 1 or 0, w, slot 0, slot 1,
 * coefficients, slot 2. With a rule all rows fit one block.
 */
export function productWeightGradient(args: usize, thread: u32, threads: u32): void {
  const dw = word(args, 0),
    x = word(args, 1),
    dy = word(args, 2),
    rows = word(args, 3),
    depth = word(args, 4),
    columns = word(args, 5),
    accumulate = word(args, 6) != 0,
    scratch = word(args, 7) + thread * SCRATCH_BYTES,
    rule = word(args, 8);
  let firstRow: usize = 0,
    lastRow = depth,
    first: usize = 0,
    last = columns;
  if (depth >= 2 * MR * threads) {
    firstRow = share(depth, MR, thread, threads);
    lastRow = share(depth, MR, thread + 1, threads);
  } else {
    first = share(columns, NR, thread, threads);
    last = share(columns, NR, thread + 1, threads);
  }
  if (firstRow >= lastRow || first >= last) return;
  const block = blockOf(rows);
  const right = scratch + PACKED_RIGHT;
  const wide = max<usize>(NR, (PACKED_RIGHT_FLOATS / block) & ~(NR - 1));
  for (let k: usize = 0; k < rows; k += block) {
    const deep = min(block, rows - k);
    const add = accumulate || k > 0;
    for (let j0 = first; j0 < last; j0 += wide) {
      const j1 = min(last, j0 + wide);
      packRight(dy + ((k * columns) << 2), columns << 2, deep, j0, j1, right);
      for (let i = firstRow; i < lastRow; i += ROW_BLOCK) {
        const high = min(ROW_BLOCK, lastRow - i);
        packLeft(x + ((k * depth + i) << 2), 4, depth << 2, high, deep, scratch + PACKED_LEFT);
        let panel = right;
        for (let j = j0; j < j1; j += NR) {
          const at = (j * depth + i * NR) << 2;
          if (rule) {
            const g = scratch + GRADIENT_TILE;
            panelTiles(high, NR, deep, scratch, panel, g, NR << 2, false, scratch + EDGE);
            const coefficients = word(args, 12);
            updateRange(
              rule - 1,
              word(args, 9) + at,
              g,
              word(args, 10) + at,
              word(args, 11) + at,
              word(args, 13) + at,
              high * NR,
              coefficients,
            );
          } else {
            panelTiles(high, NR, deep, scratch, panel, dw + at, NR << 2, add, scratch + EDGE);
          }
          panel += (deep * NR) << 2;
        }
      }
    }
  }
}
