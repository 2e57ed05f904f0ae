/**
 * Dropout: masks are drawn and applied in one go. The words are those of src/engine/rng/philox.ts, Philox4x32-10 of Salmon,
 * Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011), with its key and its counter, four
 * counters at once: each vector below holds one word of four blocks.
 */
import { PHILOX_0, PHILOX_1, constant } from './constants';
import { SCRATCH_BYTES, real, share, word } from './core';
import { LINE, get, put } from './vectors';

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** Where the scratch holds the round keys, and 16 bytes of a mask that is written in part. */
const KEYS: usize = 0;
const PART: usize = 80;

/** High halves of the products of unsigned words. */
// @ts-ignore: decorator
@inline
function mulHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}
// @ts-ignore: decorator
@inline
function high(a: u32, b: u32): u32 {
  return <u32>((<u64>a * <u64>b) >> 32);
}

// @ts-ignore: decorator
@inline
function keep(to: usize, from: usize, dropped: v128, scale: v128): void {
  v128.store(to, v128.andnot(f32x4.mul(v128.load(from), scale), dropped));
}

/**
 * What becomes of 16 words, c0 those that come first in their blocks, c1 the second ones and so on: the mask and, unless
 * `to` is 0, the values of units i .. i + 16, of which those before `last` are there.
 */
// @ts-ignore: decorator
@inline
function finish(
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  limit: v128,
  to: usize,
  from: usize,
  mask: usize,
  i: usize,
  last: usize,
  scale: v128,
  part: usize,
): void {
  c0 = i32x4.le_u(c0, limit);
  c1 = i32x4.le_u(c1, limit);
  c2 = i32x4.le_u(c2, limit);
  c3 = i32x4.le_u(c3, limit);
  const p0 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5),
    p1 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5),
    p2 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7),
    p3 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  const d0 = v128.shuffle<i64>(p0, p1, 0, 2),
    d1 = v128.shuffle<i64>(p0, p1, 1, 3),
    d2 = v128.shuffle<i64>(p2, p3, 0, 2),
    d3 = v128.shuffle<i64>(p2, p3, 1, 3);
  const bytes = i8x16.neg(
    i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(d0, d1), i16x8.narrow_i32x4_s(d2, d3)),
  );
  const t = to + (i << 2),
    f = from + (i << 2);
  if (i + 16 <= last) {
    v128.store(mask + i, bytes);
    if (to) {
      keep(t, f, d0, scale);
      keep(t + 16, f + 16, d1, scale);
      keep(t + 32, f + 32, d2, scale);
      keep(t + 48, f + 48, d3, scale);
    }
  } else {
    v128.store(part, bytes);
    for (let j: usize = 0; j < last - i; j++) {
      const dropped = load<u8>(part + j);
      store<u8>(mask + i + j, dropped);
      if (to) store<f32>(t + (j << 2), dropped ? 0 : load<f32>(f + (j << 2)) * f32x4.extract_lane(scale, 0));
    }
  }
}

/**
 * Units first .. last of two samples at once, a and b: so that the processor need not wait for one product to begin the
 * next. They may be the same, and are then done once. `first` is a multiple of 16.
 */
function dropTwo(args: usize, a: usize, b: usize, first: usize, last: usize, scratch: usize): void {
  const units = word(args, 4),
    to = word(args, 0),
    from = word(args, 1),
    maskA = word(args, 2) + a * units,
    maskB = word(args, 2) + b * units;
  const toA = to && to + ((a * units) << 2),
    toB = to && to + ((b * units) << 2),
    fromA = from + ((a * units) << 2),
    fromB = from + ((b * units) << 2);
  const limit = v128.load32_splat(args, 40),
    scale = v128.load32_splat(args, 48);
  const m0 = constant(PHILOX_0),
    m1 = constant(PHILOX_1);
  const key0 = <u32>word(args, 5),
    key1 = <u32>word(args, 6),
    step = <u32>word(args, 7),
    sample = <u32>word(args, 8),
    seedHigh = <u32>word(args, 9);

  // Within a sample nothing but the block differs in the counter, so one product of the first round and one of the second
  // are the same for all blocks.
  const firstKept = high(M1, step) ^ key0;
  const keptA = firstKept ^ (sample + <u32>a),
    keptB = firstKept ^ (sample + <u32>b);
  const after1 = i32x4.splat(<i32>(seedHigh ^ key1)),
    after2 = i32x4.splat(<i32>((M1 * step) ^ (key0 + W0)));
  const kept2A = i32x4.splat(<i32>(high(M0, keptA) ^ (key1 + W1))),
    kept2B = i32x4.splat(<i32>(high(M0, keptB) ^ (key1 + W1)));
  const kept3A = i32x4.splat(<i32>(M0 * keptA)),
    kept3B = i32x4.splat(<i32>(M0 * keptB));
  const four = i32x4.splat(4);
  let blocks = i32x4.add(i32x4.splat(<i32>(first >> 2)), i32x4(0, 1, 2, 3));

  for (let i = first; i < last; i += 16) {
    const two = v128.xor(mulHigh(blocks, m0), after1);
    const three = i32x4.mul(blocks, m0);
    let a0 = v128.xor(mulHigh(two, m1), after2),
      a1 = i32x4.mul(two, m1),
      a2 = v128.xor(three, kept2A),
      a3 = kept3A;
    let b0 = a0,
      b1 = a1,
      b2 = v128.xor(three, kept2B),
      b3 = kept3B;
    for (let key = scratch + KEYS + 16; key < scratch + KEYS + 80; key += 8) {
      const k0 = v128.load32_splat(key),
        k1 = v128.load32_splat(key, 4);
      const ha0 = mulHigh(a0, m0),
        la0 = i32x4.mul(a0, m0),
        ha1 = mulHigh(a2, m1),
        la1 = i32x4.mul(a2, m1);
      const hb0 = mulHigh(b0, m0),
        lb0 = i32x4.mul(b0, m0),
        hb1 = mulHigh(b2, m1),
        lb1 = i32x4.mul(b2, m1);
      a0 = v128.xor(v128.xor(a1, k0), ha1);
      a1 = la1;
      a2 = v128.xor(v128.xor(a3, k1), ha0);
      a3 = la0;
      b0 = v128.xor(v128.xor(b1, k0), hb1);
      b1 = lb1;
      b2 = v128.xor(v128.xor(b3, k1), hb0);
      b3 = lb0;
    }
    finish(a0, a1, a2, a3, limit, toA, fromA, maskA, i, last, scale, scratch + PART);
    if (a != b) finish(b0, b1, b2, b3, limit, toB, fromB, maskB, i, last, scale, scratch + PART);
    blocks = i32x4.add(blocks, four);
  }
}

/**
 * Draws the masks of `rows` samples, a byte a unit, 1 where it is dropped, and writes 0 there and scale * from elsewhere.
 * Arguments: to or 0 to draw only, from, mask, rows, units, key 0, key 1, step, first sample, counter 3, the largest word
 * that drops, whether there is one, scale, scratch.
 */
export function dropout(args: usize, thread: u32, threads: u32): void {
  const to = word(args, 0),
    from = word(args, 1),
    mask = word(args, 2),
    rows = word(args, 3),
    units = word(args, 4),
    scratch = word(args, 13) + <usize>thread * SCRATCH_BYTES;
  let firstRow: usize = 0,
    lastRow = rows,
    first: usize = 0,
    last = units;
  if (rows >= 2 * threads) {
    firstRow = share(rows, 2, thread, threads);
    lastRow = share(rows, 2, thread + 1, threads);
  } else {
    first = share(units, 4 * LINE, thread, threads);
    last = share(units, 4 * LINE, thread + 1, threads);
  }
  if (firstRow >= lastRow || first >= last) return;
  if (word(args, 11)) {
    let key0 = <u32>word(args, 5),
      key1 = <u32>word(args, 6);
    for (let key = scratch + KEYS; key < scratch + KEYS + 80; key += 8) {
      store<u32>(key, key0);
      store<u32>(key, key1, 4);
      key0 += W0;
      key1 += W1;
    }
    for (let row = firstRow; row < lastRow; row += 2)
      dropTwo(args, row, min(row + 1, lastRow - 1), first, last, scratch);
  } else {
    const scale = real(args, 12);
    for (let row = firstRow; row < lastRow; row++) {
      const at = row * units;
      memory.fill(mask + at + first, 0, last - first);
      if (to)
        for (let i = at + first; i < at + last; i++) store<f32>(to + (i << 2), load<f32>(from + (i << 2)) * scale);
    }
  }
}

/**
 * 0 where the mask is 1, scale * from elsewhere; added where told. Arguments: to, from, mask, count, accumulate, scale.
 */
export function applyMask(args: usize, thread: u32, threads: u32): void {
  const to = word(args, 0),
    from = word(args, 1),
    mask = word(args, 2),
    count = word(args, 3),
    accumulate = word(args, 4) != 0,
    scale = f32x4.splat(real(args, 5));
  const end = share(count, LINE, thread + 1, threads);
  let i = share(count, LINE, thread, threads);
  for (; i + 16 <= end; i += 16) {
    const dropped = i8x16.eq(v128.load(mask + i), i8x16.splat(1));
    const low = i16x8.extend_low_i8x16_s(dropped),
      high = i16x8.extend_high_i8x16_s(dropped);
    const t = to + (i << 2),
      f = from + (i << 2);
    apply(t, f, i32x4.extend_low_i16x8_s(low), scale, accumulate, false);
    apply(t + 16, f + 16, i32x4.extend_high_i16x8_s(low), scale, accumulate, false);
    apply(t + 32, f + 32, i32x4.extend_low_i16x8_s(high), scale, accumulate, false);
    apply(t + 48, f + 48, i32x4.extend_high_i16x8_s(high), scale, accumulate, false);
  }
  for (; i < end; i++) {
    const dropped = i32x4.splat(load<u8>(mask + i) == 1 ? -1 : 0);
    apply(to + (i << 2), from + (i << 2), dropped, scale, accumulate, true);
  }
}

// @ts-ignore: decorator
@inline
function apply(to: usize, from: usize, dropped: v128, scale: v128, accumulate: bool, one: bool): void {
  let value = v128.andnot(f32x4.mul(get(from, one), scale), dropped);
  if (accumulate) value = f32x4.add(get(to, one), value);
  put(to, value, one);
}
