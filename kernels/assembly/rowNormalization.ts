/**
 * Normalisation of the rows of matrices [rows, columns], as of layers. Sums are carried in double precision, along a row
 * in four parts; what is made of them is computed in single precision.
 */
import { SCRATCH_BYTES, share, unitOf, word } from './core';
import { BLOCK, double, high, highOf, low, lowOf, rounded, rowsAtATime, total } from './doubles';

/**
 * y = gamma (x - mean) inverse + beta, with the mean and the inverse deviation of each row. Arguments: y, mean, inverse,
 * x, gamma or 0, beta or 0, rows, columns, epsilon (two words). Shared by rows.
 */
export function normalizeRows(args: usize, thread: u32, threads: u32): void {
  const mean = word(args, 1),
    inverse = word(args, 2),
    gamma = word(args, 4),
    beta = word(args, 5),
    rows = word(args, 6),
    bytes = word(args, 7) << 2,
    count = <f64>word(args, 7),
    epsilon = double(args, 8),
    even = bytes & ~15,
    end = share(rows, 1, thread + 1, threads);
  for (let row = share(rows, 1, thread, threads); row < end; row++) {
    const x = word(args, 3) + row * bytes;
    const y = word(args, 0) + row * bytes;
    let a = f64x2.splat(0),
      b = f64x2.splat(0);
    for (let i: usize = 0; i < even; i += 16) {
      a = f64x2.add(a, low(x + i));
      b = f64x2.add(b, high(x + i));
    }
    let sum = total(f64x2.add(a, b));
    for (let i = even; i < bytes; i += 4) sum += <f64>load<f32>(x + i);
    const middle = sum / count;
    const middles = f64x2.splat(middle);
    a = f64x2.splat(0);
    b = f64x2.splat(0);
    for (let i: usize = 0; i < even; i += 16) {
      const va = f64x2.sub(low(x + i), middles),
        vb = f64x2.sub(high(x + i), middles);
      a = f64x2.add(a, f64x2.mul(va, va));
      b = f64x2.add(b, f64x2.mul(vb, vb));
    }
    let squares = total(f64x2.add(a, b));
    for (let i = even; i < bytes; i += 4) {
      const v = <f64>load<f32>(x + i) - middle;
      squares += v * v;
    }
    const factor = 1 / sqrt<f64>(squares / count + epsilon);
    const factors = f64x2.splat(factor);
    for (let i: usize = 0; i < even; i += 16) {
      let v = rounded(
        f64x2.mul(f64x2.sub(low(x + i), middles), factors),
        f64x2.mul(f64x2.sub(high(x + i), middles), factors),
      );
      if (gamma) v = f32x4.mul(v, v128.load(gamma + i));
      if (beta) v = f32x4.add(v, v128.load(beta + i));
      v128.store(y + i, v);
    }
    for (let i = even; i < bytes; i += 4) {
      let v = <f32>((<f64>load<f32>(x + i) - middle) * factor);
      if (gamma) v *= load<f32>(gamma + i);
      if (beta) v += load<f32>(beta + i);
      store<f32>(y + i, v);
    }
    store<f32>(mean + (row << 2), <f32>middle);
    store<f32>(inverse + (row << 2), <f32>factor);
  }
}

/** sums[c] += dy[r, c] and products[c] += dy[r, c] (x[r, c] - mean[r]) inverse[r] of some rows. */
function addScalingGradients(
  dy: usize,
  x: usize,
  mean: usize,
  inverse: usize,
  stride: usize,
  rows: usize,
  width: usize,
  sums: usize,
  products: usize,
): void {
  const end = mean + (rows << 2);
  const toInverse = inverse - mean;
  let c: usize = 0;
  for (; c + 4 <= width; c += 4) {
    const at = c << 3;
    let a = v128.load(sums + at),
      b = v128.load(sums + at, 16),
      pa = v128.load(products + at),
      pb = v128.load(products + at, 16);
    for (let row = mean, q = c << 2; row < end; row += 4, q += stride) {
      const m = f64x2.splat(load<f32>(row));
      const f = f64x2.splat(load<f32>(row + toInverse));
      const ga = low(dy + q),
        gb = high(dy + q);
      a = f64x2.add(a, ga);
      b = f64x2.add(b, gb);
      pa = f64x2.add(pa, f64x2.mul(f64x2.mul(ga, f64x2.sub(low(x + q), m)), f));
      pb = f64x2.add(pb, f64x2.mul(f64x2.mul(gb, f64x2.sub(high(x + q), m)), f));
    }
    v128.store(sums + at, a);
    v128.store(sums + at, b, 16);
    v128.store(products + at, pa);
    v128.store(products + at, pb, 16);
  }
  for (; c < width; c++) {
    const at = c << 3;
    let a = load<f64>(sums + at),
      p = load<f64>(products + at);
    for (let row = mean, q = c << 2; row < end; row += 4, q += stride) {
      const g = <f64>load<f32>(dy + q);
      a += g;
      p += g * (<f64>load<f32>(x + q) - <f64>load<f32>(row)) * <f64>load<f32>(row + toInverse);
    }
    store<f64>(sums + at, a);
    store<f64>(products + at, p);
  }
}

/**
 * Gradients of the gamma and beta of normalizeRows. Arguments: gradient of gamma or 0, of beta or 0, dy, x, mean,
 * inverse, rows, columns, scratch. Shared by columns.
 */
export function rowScalingGradient(args: usize, thread: u32, threads: u32): void {
  const ofGamma = word(args, 0),
    ofBeta = word(args, 1),
    mean = word(args, 4),
    inverse = word(args, 5),
    rows = word(args, 6),
    columns = word(args, 7),
    sums = word(args, 8) + <usize>thread * SCRATCH_BYTES,
    products = sums + (BLOCK << 3),
    unit = unitOf(columns, threads),
    last = share(columns, unit, thread + 1, threads);
  for (let first = share(columns, unit, thread, threads); first < last; first += BLOCK) {
    const width = min(BLOCK, last - first);
    const chunk = rowsAtATime(width);
    memory.fill(sums, 0, width << 3);
    memory.fill(products, 0, width << 3);
    for (let r: usize = 0; r < rows; r += chunk) {
      const at = (r * columns + first) << 2;
      const m = mean + (r << 2);
      const f = inverse + (r << 2);
      const some = min(chunk, rows - r);
      addScalingGradients(word(args, 2) + at, word(args, 3) + at, m, f, columns << 2, some, width, sums, products);
    }
    for (let c: usize = 0; c < width; c++) {
      if (ofGamma) store<f32>(ofGamma + ((first + c) << 2), <f32>load<f64>(products + (c << 3)));
      if (ofBeta) store<f32>(ofBeta + ((first + c) << 2), <f32>load<f64>(sums + (c << 3)));
    }
  }
}

/**
 * The gradient of the x of normalizeRows: dx = inverse (own - mean of own - normal · mean of own normal), where
 * own = gamma dy and normal = (x - mean) inverse. Arguments: dx, dy, x, mean, inverse, gamma or 0, rows, columns,
 * accumulate. Shared by rows.
 */
export function rowInputGradient(args: usize, thread: u32, threads: u32): void {
  const mean = word(args, 3),
    inverse = word(args, 4),
    gamma = word(args, 5),
    bytes = word(args, 7) << 2,
    count = <f64>word(args, 7),
    accumulate = word(args, 8) != 0,
    even = bytes & ~15,
    end = share(word(args, 6), 1, thread + 1, threads);
  for (let row = share(word(args, 6), 1, thread, threads); row < end; row++) {
    const dx = word(args, 0) + row * bytes;
    const dy = word(args, 1) + row * bytes;
    const x = word(args, 2) + row * bytes;
    const middle = load<f32>(mean + (row << 2));
    const factor = load<f32>(inverse + (row << 2));
    const middles = f32x4.splat(middle);
    const factors = f32x4.splat(factor);
    let a = f64x2.splat(0),
      b = f64x2.splat(0),
      pa = f64x2.splat(0),
      pb = f64x2.splat(0);
    for (let i: usize = 0; i < even; i += 16) {
      let own = v128.load(dy + i);
      if (gamma) own = f32x4.mul(own, v128.load(gamma + i));
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), middles), factors);
      const ga = lowOf(own),
        gb = highOf(own);
      a = f64x2.add(a, ga);
      b = f64x2.add(b, gb);
      pa = f64x2.add(pa, f64x2.mul(ga, lowOf(normal)));
      pb = f64x2.add(pb, f64x2.mul(gb, highOf(normal)));
    }
    let sum = total(f64x2.add(a, b)),
      product = total(f64x2.add(pa, pb));
    for (let i = even; i < bytes; i += 4) {
      let own = load<f32>(dy + i);
      if (gamma) own *= load<f32>(gamma + i);
      sum += <f64>own;
      product += <f64>own * <f64>((load<f32>(x + i) - middle) * factor);
    }
    const fromMean = <f32>(sum / count);
    const fromVariance = <f32>(product / count);
    for (let i: usize = 0; i < even; i += 16) {
      let own = v128.load(dy + i);
      if (gamma) own = f32x4.mul(own, v128.load(gamma + i));
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), middles), factors);
      const v = f32x4.mul(
        factors,
        f32x4.sub(f32x4.sub(own, f32x4.splat(fromMean)), f32x4.mul(normal, f32x4.splat(fromVariance))),
      );
      v128.store(dx + i, accumulate ? f32x4.add(v128.load(dx + i), v) : v);
    }
    for (let i = even; i < bytes; i += 4) {
      let own = load<f32>(dy + i);
      if (gamma) own *= load<f32>(gamma + i);
      const normal = (load<f32>(x + i) - middle) * factor;
      const v = factor * (own - fromMean - normal * fromVariance);
      store<f32>(dx + i, accumulate ? load<f32>(dx + i) + v : v);
    }
  }
}
