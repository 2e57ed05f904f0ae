/**
 * Convolution as products with the matrix of patches, which is never made: packing reads the pictures. Pictures are
 * [samples, height, width, channels], sums [samples, rows, columns, filters], the weights a matrix
 * [window height x window width x channels, filters] in panels (see products.ts).
 */
import { packPatches } from './generated/patches';
import { SCRATCH_BYTES, share, word } from './core';
import { MR, NR, packLeft } from './generated/gemm';
import { EDGE, PACKED_LEFT, PACKED_RIGHT, PACKED_RIGHT_FLOATS, ROW_BLOCK, blockOf, finish, packRight, panelTiles, transposePanel } from './products';
import { Windows, windowsOf } from './windows';

/** sum = patches w (+ bias) (then ReLU). Arguments: y, x, w, bias or 0, samples, filters, activation, scratch; geometry. */
export function convolve(args: usize, thread: u32, threads: u32): void {
  const g = windowsOf(args);
  const y = word(args, 0), x = word(args, 1), w = word(args, 2), filters = word(args, 5);
  const scratch = word(args, 7) + thread * SCRATCH_BYTES;
  const rows = word(args, 4) * g.rows * g.columns;
  const depth = g.windowHeight * g.windowWidth * g.channels;
  const first = share(rows, MR, thread, threads);
  const last = share(rows, MR, thread + 1, threads);
  const block = blockOf(depth);
  for (let i = first; i < last; i += ROW_BLOCK) {
    const high = min(ROW_BLOCK, last - i);
    for (let k: usize = 0; k < depth; k += block) {
      const deep = min(block, depth - k);
      packPatches(x, g, i, i + high, k, deep, scratch + PACKED_LEFT);
      for (let j: usize = 0; j < filters; j += NR) {
        const panel = w + ((j * depth + k * NR) << 2);
        const to = y + ((i * filters + j) << 2);
        panelTiles(high, min(NR, filters - j), deep, scratch, panel, to, filters << 2, k > 0, scratch + EDGE);
      }
    }
    finish(y, filters << 2, word(args, 3), i, i + high, 0, filters, word(args, 6));
  }
}

/**
 * Lanes lane .. lane + count of a strip of transposed patches: `count` channels of one cell of the window, at the places
 * from .. + depth of all samples. The strip is [depth][MR].
 */
function packCell(x: usize, g: Windows, cell: usize, channel: usize, count: usize, lane: usize, from: usize, depth: usize, to: usize): void {
  const places = g.rows * g.columns;
  const image = (<usize>(g.height * g.width) * g.channels) << 2;
  const ky = <isize>(cell / g.windowWidth) * g.dilationY - g.top;
  const kx = <isize>(cell % g.windowWidth) * g.dilationX - g.left;
  const pixel = g.channels << 2;
  let row = (from % places) / g.columns;
  let column = from % g.columns;
  let base = x + (from / places) * image + (channel << 2);
  to += lane << 2;
  while (depth > 0) {
    // A line of places at a time.
    const line = min(depth, g.columns - column);
    const y = <isize>row * g.strideY + ky;
    if (y < 0 || y >= g.height) {
      for (let i: usize = 0; i < line; i++) {
        for (let c: usize = 0; c < count; c++) store<f32>(to + (c << 2), 0);
        to += MR << 2;
      }
    } else {
      let z = <isize>column * g.strideX + kx;
      const p = base + <usize>(y * g.width) * pixel;
      for (let i: usize = 0; i < line; i++) {
        const inside = z >= 0 && z < g.width;
        const q = p + <usize>z * pixel;
        if (count == MR) {
          v128.store(to, inside ? v128.load(q) : f32x4.splat(0));
          store<f32>(to, inside ? load<f32>(q, 16) : 0, 16);
        } else if (count == 1) {
          store<f32>(to, inside ? load<f32>(q) : 0);
        } else {
          for (let c: usize = 0; c < count; c++) store<f32>(to + (c << 2), inside ? load<f32>(q + (c << 2)) : 0);
        }
        z += g.strideX;
        to += MR << 2;
      }
    }
    depth -= line;
    column = 0;
    if (++row == g.rows) {
      row = 0;
      base += image;
    }
  }
}

/** dw = patchesT dy, in panels. Arguments: dw, x, dy, samples, filters, scratch; geometry. */
export function convolveWeightGradient(args: usize, thread: u32, threads: u32): void {
  const g = windowsOf(args);
  const dw = word(args, 0), x = word(args, 1), dy = word(args, 2), filters = word(args, 4);
  const scratch = word(args, 5) + thread * SCRATCH_BYTES;
  const rows = word(args, 3) * g.rows * g.columns;
  const depth = g.windowHeight * g.windowWidth * g.channels;
  let firstEntry: usize = 0, lastEntry = depth, first: usize = 0, last = filters;
  if (depth >= 2 * MR * threads) {
    firstEntry = share(depth, MR, thread, threads);
    lastEntry = share(depth, MR, thread + 1, threads);
  } else {
    first = share(filters, NR, thread, threads);
    last = share(filters, NR, thread + 1, threads);
  }
  if (firstEntry >= lastEntry || first >= last) return;
  const block = blockOf(rows);
  const right = scratch + PACKED_RIGHT;
  const wide = max<usize>(NR, (PACKED_RIGHT_FLOATS / block) & ~(NR - 1));
  for (let k: usize = 0; k < rows; k += block) {
    const deep = min(block, rows - k);
    for (let j0 = first; j0 < last; j0 += wide) {
      const j1 = min(last, j0 + wide);
      packRight(dy + ((k * filters) << 2), filters << 2, deep, j0, j1, right);
      for (let i = firstEntry; i < lastEntry; i += ROW_BLOCK) {
        const high = min(ROW_BLOCK, lastEntry - i);
        for (let strip: usize = 0; strip < high; strip += MR) {
          const to = scratch + PACKED_LEFT + ((strip * deep) << 2);
          const end = min(MR, high - strip);
          // Lanes beyond the last entry hold what was there before: the rows they make are not stored.
          for (let lane: usize = 0; lane < end; ) {
            const entry = i + strip + lane;
            const channel = entry % g.channels;
            const count = min(end - lane, g.channels - channel);
            packCell(x, g, entry / g.channels, channel, count, lane, k, deep, to);
            lane += count;
          }
        }
        let panel = right;
        for (let j = j0; j < j1; j += NR) {
          const at = dw + ((j * depth + i * NR) << 2);
          panelTiles(high, NR, deep, scratch, panel, at, NR << 2, k > 0, scratch + EDGE);
          panel += (deep * NR) << 2;
        }
      }
    }
  }
}

/** The part of the right block that holds one panel of transposed weights; the gradients of patches have the rest. */
const PANEL_BYTES: usize = 16 * 1024;
/** Most values of a patch whose gradients are made before they are added to the pictures. */
const ENTRY_BLOCK: usize = 4096;

/** Adds the gradients of patches, values from .. to of the places first .. last of one sample, to its picture. */
function foldPatches(dx: usize, g: Windows, first: usize, last: usize, from: usize, to: usize, patches: usize, stride: usize): void {
  const pixel = g.channels << 2;
  for (let place = first; place < last; place++) {
    const top = <isize>(place / g.columns) * g.strideY - g.top;
    const left = <isize>(place % g.columns) * g.strideX - g.left;
    let p = patches;
    for (let entry = from; entry < to; ) {
      const cell = entry / g.channels;
      const channel = entry % g.channels;
      const count = min(to - entry, g.channels - channel);
      const y = top + <isize>(cell / g.windowWidth) * g.dilationY;
      const z = left + <isize>(cell % g.windowWidth) * g.dilationX;
      if (y >= 0 && y < g.height && z >= 0 && z < g.width) {
        const q = dx + <usize>(y * g.width + z) * pixel + (channel << 2);
        let c: usize = 0;
        for (; c + 4 <= count; c += 4) {
          const o = c << 2;
          v128.store(q + o, f32x4.add(v128.load(q + o), v128.load(p + o)));
        }
        for (; c < count; c++) {
          const o = c << 2;
          store<f32>(q + o, load<f32>(q + o) + load<f32>(p + o));
        }
      }
      p += count << 2;
      entry += count;
    }
    patches += stride;
  }
}

/** dx = the patches' gradients dy wT, each added where it was taken from. Arguments: dx, dy, w, samples, filters, accumulate, scratch; geometry. */
export function convolveInputGradient(args: usize, thread: u32, threads: u32): void {
  const g = windowsOf(args);
  const dx = word(args, 0), dy = word(args, 1), w = word(args, 2), samples = word(args, 3), filters = word(args, 4);
  const scratch = word(args, 6) + thread * SCRATCH_BYTES;
  const places = g.rows * g.columns;
  const depth = g.windowHeight * g.windowWidth * g.channels;
  const image = (<usize>(g.height * g.width) * g.channels) << 2;
  const panel = scratch + PACKED_RIGHT;
  const patches = panel + PANEL_BYTES;
  const wide = min(ENTRY_BLOCK, (depth + NR - 1) & ~(NR - 1));
  const rows = min(ROW_BLOCK, ((PACKED_RIGHT_FLOATS - (PANEL_BYTES >> 2)) / wide / MR) * MR);
  const block = (blockOf(filters) + 3) & ~3;
  const end = share(samples, 1, thread + 1, threads);
  for (let sample = share(samples, 1, thread, threads); sample < end; sample++) {
    const to = dx + sample * image;
    if (!word(args, 5)) memory.fill(to, 0, image);
    for (let i: usize = 0; i < places; i += rows) {
      const high = min(rows, places - i);
      for (let e: usize = 0; e < depth; e += wide) {
        const entries = min(wide, depth - e);
        for (let k: usize = 0; k < filters; k += block) {
          const deep = min(block, filters - k);
          const from = dy + (((sample * places + i) * filters + k) << 2);
          packLeft(from, filters << 2, 4, high, deep, scratch + PACKED_LEFT);
          for (let j: usize = 0; j < entries; j += NR) {
            transposePanel(w, depth, e + j, min(NR, entries - j), k, deep, panel);
            panelTiles(high, NR, deep, scratch, panel, patches + (j << 2), wide << 2, k > 0, scratch + EDGE);
          }
        }
        foldPatches(to, g, i, i + high, e, e + entries, patches, wide << 2);
      }
    }
  }
}
