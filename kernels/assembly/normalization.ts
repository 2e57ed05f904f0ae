/**
 * Normalisation of the columns of matrices [rows, columns], as of batches. Sums are carried in double precision, in the
 * order of the rows; what is made of them is computed in single precision.
 */
import { SCRATCH_BYTES, share, unitOf, word } from './core';
import { BLOCK, double, high, low, rowsAtATime } from './doubles';

/** sums[c] += values p[r, c] of some rows. */
function addColumns(p: usize, stride: usize, rows: usize, width: usize, sums: usize): void {
  let c: usize = 0;
  for (; c + 8 <= width; c += 8) {
    const at = sums + (c << 3);
    let q = p + (c << 2);
    let a = v128.load(at),
      b = v128.load(at, 16),
      d = v128.load(at, 32),
      e = v128.load(at, 48);
    for (let r: usize = 0; r < rows; r++, q += stride) {
      a = f64x2.add(a, low(q));
      b = f64x2.add(b, high(q));
      d = f64x2.add(d, low(q + 16));
      e = f64x2.add(e, high(q + 16));
    }
    v128.store(at, a);
    v128.store(at, b, 16);
    v128.store(at, d, 32);
    v128.store(at, e, 48);
  }
  for (; c + 2 <= width; c += 2) {
    const at = sums + (c << 3);
    let q = p + (c << 2);
    let a = v128.load(at);
    for (let r: usize = 0; r < rows; r++, q += stride) a = f64x2.add(a, low(q));
    v128.store(at, a);
  }
  if (c < width) {
    const at = sums + (c << 3);
    let q = p + (c << 2);
    let a = load<f64>(at);
    for (let r: usize = 0; r < rows; r++, q += stride) a += <f64>load<f32>(q);
    store<f64>(at, a);
  }
}

/** sums[c] += (p[r, c] - means[c])² of some rows. */
function addSquares(p: usize, stride: usize, rows: usize, width: usize, means: usize, sums: usize): void {
  let c: usize = 0;
  for (; c + 8 <= width; c += 8) {
    const at = sums + (c << 3);
    const m = means + (c << 3);
    let q = p + (c << 2);
    let a = v128.load(at),
      b = v128.load(at, 16),
      d = v128.load(at, 32),
      e = v128.load(at, 48);
    const ma = v128.load(m),
      mb = v128.load(m, 16),
      md = v128.load(m, 32),
      me = v128.load(m, 48);
    for (let r: usize = 0; r < rows; r++, q += stride) {
      const va = f64x2.sub(low(q), ma),
        vb = f64x2.sub(high(q), mb),
        vd = f64x2.sub(low(q + 16), md),
        ve = f64x2.sub(high(q + 16), me);
      a = f64x2.add(a, f64x2.mul(va, va));
      b = f64x2.add(b, f64x2.mul(vb, vb));
      d = f64x2.add(d, f64x2.mul(vd, vd));
      e = f64x2.add(e, f64x2.mul(ve, ve));
    }
    v128.store(at, a);
    v128.store(at, b, 16);
    v128.store(at, d, 32);
    v128.store(at, e, 48);
  }
  for (; c + 2 <= width; c += 2) {
    const at = sums + (c << 3);
    const m = v128.load(means + (c << 3));
    let q = p + (c << 2);
    let a = v128.load(at);
    for (let r: usize = 0; r < rows; r++, q += stride) {
      const v = f64x2.sub(low(q), m);
      a = f64x2.add(a, f64x2.mul(v, v));
    }
    v128.store(at, a);
  }
  if (c < width) {
    const at = sums + (c << 3);
    const m = load<f64>(means + (c << 3));
    let q = p + (c << 2);
    let a = load<f64>(at);
    for (let r: usize = 0; r < rows; r++, q += stride) {
      const v = <f64>load<f32>(q) - m;
      a += v * v;
    }
    store<f64>(at, a);
  }
}

/** Mean and variance of each column. Arguments: mean, variance, x, rows, columns, scratch. Shared by columns. */
export function measureColumns(args: usize, thread: u32, threads: u32): void {
  const mean = word(args, 0),
    variance = word(args, 1),
    x = word(args, 2),
    rows = word(args, 3),
    columns = word(args, 4),
    sums = word(args, 5) + <usize>thread * SCRATCH_BYTES,
    means = sums + (BLOCK << 3),
    unit = unitOf(columns, threads),
    last = share(columns, unit, thread + 1, threads);
  for (let first = share(columns, unit, thread, threads); first < last; first += BLOCK) {
    const width = min(BLOCK, last - first);
    const chunk = rowsAtATime(width);
    memory.fill(sums, 0, width << 3);
    for (let r: usize = 0; r < rows; r += chunk)
      addColumns(x + ((r * columns + first) << 2), columns << 2, min(chunk, rows - r), width, sums);
    for (let c: usize = 0; c < width; c++) {
      const middle = load<f64>(sums + (c << 3)) / <f64>rows;
      store<f64>(means + (c << 3), middle);
      store<f32>(mean + ((first + c) << 2), <f32>middle);
    }
    memory.fill(sums, 0, width << 3);
    for (let r: usize = 0; r < rows; r += chunk)
      addSquares(x + ((r * columns + first) << 2), columns << 2, min(chunk, rows - r), width, means, sums);
    for (let c: usize = 0; c < width; c++)
      store<f32>(variance + ((first + c) << 2), <f32>(load<f64>(sums + (c << 3)) / <f64>rows));
  }
}

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, each of a column. Arguments: y, x, mean, variance, gamma or 0,
 * beta or 0, rows, columns, scratch, -, epsilon (two words). Shared by columns, or by rows where columns are few.
 */
export function normalizeColumns(args: usize, thread: u32, threads: u32): void {
  const y = word(args, 0),
    x = word(args, 1),
    mean = word(args, 2),
    variance = word(args, 3),
    gamma = word(args, 4),
    beta = word(args, 5),
    rows = word(args, 6),
    columns = word(args, 7),
    factors = word(args, 8) + <usize>thread * SCRATCH_BYTES,
    zeros = factors + (BLOCK << 2),
    epsilon = double(args, 10),
    byColumns = columns >= 16 * threads,
    firstRow = byColumns ? <usize>0 : share(rows, 1, thread, threads),
    lastRow = byColumns ? rows : share(rows, 1, thread + 1, threads),
    last = byColumns ? share(columns, 16, thread + 1, threads) : columns;
  if (firstRow >= lastRow) return;
  if (!beta) memory.fill(zeros, 0, BLOCK << 2);
  for (let first = byColumns ? share(columns, 16, thread, threads) : <usize>0; first < last; first += BLOCK) {
    const width = min(BLOCK, last - first);
    const middles = mean + (first << 2);
    const shifts = beta ? beta + (first << 2) : zeros;
    for (let c: usize = 0; c < width; c++) {
      const spread = sqrt<f64>(<f64>load<f32>(variance + ((first + c) << 2)) + epsilon);
      const scale = gamma ? <f64>load<f32>(gamma + ((first + c) << 2)) : 1;
      store<f32>(factors + (c << 2), <f32>(scale / spread));
    }
    for (let row = firstRow; row < lastRow; row++) {
      const at = (row * columns + first) << 2;
      let c: usize = 0;
      const vectors = (width & ~3) << 2;
      for (; c < vectors; c += 16) {
        const v = f32x4.sub(v128.load(x + at + c), v128.load(middles + c));
        v128.store(y + at + c, f32x4.add(f32x4.mul(v, v128.load(factors + c)), v128.load(shifts + c)));
      }
      for (; c < width << 2; c += 4)
        store<f32>(
          y + at + c,
          (load<f32>(x + at + c) - load<f32>(middles + c)) * load<f32>(factors + c) + load<f32>(shifts + c),
        );
    }
  }
}

/** sums[c] += dy[r, c] and products[c] += dy[r, c] (x[r, c] - mean[c]) of some rows. */
function addGradients(
  dy: usize,
  x: usize,
  mean: usize,
  stride: usize,
  rows: usize,
  width: usize,
  sums: usize,
  products: usize,
): void {
  let c: usize = 0;
  for (; c + 4 <= width; c += 4) {
    const at = c << 3;
    const end = (c << 2) + rows * stride;
    const ma = low(mean + (c << 2)),
      mb = high(mean + (c << 2));
    let a = v128.load(sums + at),
      b = v128.load(sums + at, 16),
      pa = v128.load(products + at),
      pb = v128.load(products + at, 16);
    for (let q = c << 2; q < end; q += stride) {
      const ga = low(dy + q),
        gb = high(dy + q);
      a = f64x2.add(a, ga);
      b = f64x2.add(b, gb);
      pa = f64x2.add(pa, f64x2.mul(ga, f64x2.sub(low(x + q), ma)));
      pb = f64x2.add(pb, f64x2.mul(gb, f64x2.sub(high(x + q), mb)));
    }
    v128.store(sums + at, a);
    v128.store(sums + at, b, 16);
    v128.store(products + at, pa);
    v128.store(products + at, pb, 16);
  }
  for (; c < width; c++) {
    const at = c << 3;
    const end = (c << 2) + rows * stride;
    const m = <f64>load<f32>(mean + (c << 2));
    let a = load<f64>(sums + at),
      p = load<f64>(products + at);
    for (let q = c << 2; q < end; q += stride) {
      const g = <f64>load<f32>(dy + q);
      a += g;
      p += g * (<f64>load<f32>(x + q) - m);
    }
    store<f64>(sums + at, a);
    store<f64>(products + at, p);
  }
}

/**
 * Gradients of gamma and beta, and the means over the rows of what both are sums of: fromMean and fromVariance, which
 * the gradient of x is made with. Arguments: gradient of gamma or 0, of beta or 0, fromMean, fromVariance, dy, x, mean,
 * variance, rows, columns, scratch, -, epsilon (two words). Shared by columns.
 */
export function columnGradients(args: usize, thread: u32, threads: u32): void {
  const ofGamma = word(args, 0),
    ofBeta = word(args, 1),
    fromMean = word(args, 2),
    fromVariance = word(args, 3),
    dy = word(args, 4),
    x = word(args, 5),
    mean = word(args, 6),
    variance = word(args, 7),
    rows = word(args, 8),
    columns = word(args, 9),
    sums = word(args, 10) + <usize>thread * SCRATCH_BYTES,
    products = sums + (BLOCK << 3),
    epsilon = double(args, 12),
    unit = unitOf(columns, threads),
    last = share(columns, unit, thread + 1, threads);
  for (let first = share(columns, unit, thread, threads); first < last; first += BLOCK) {
    const width = min(BLOCK, last - first);
    const chunk = rowsAtATime(width);
    memory.fill(sums, 0, width << 3);
    memory.fill(products, 0, width << 3);
    for (let r: usize = 0; r < rows; r += chunk) {
      const at = (r * columns + first) << 2;
      const high = min(chunk, rows - r);
      addGradients(dy + at, x + at, mean + (first << 2), columns << 2, high, width, sums, products);
    }
    for (let c: usize = 0; c < width; c++) {
      const at = (first + c) << 2;
      const sum = load<f64>(sums + (c << 3));
      const product = load<f64>(products + (c << 3)) / sqrt<f64>(<f64>load<f32>(variance + at) + epsilon);
      if (ofGamma) store<f32>(ofGamma + at, <f32>product);
      if (ofBeta) store<f32>(ofBeta + at, <f32>sum);
      store<f32>(fromMean + at, <f32>(sum / <f64>rows));
      store<f32>(fromVariance + at, <f32>(product / <f64>rows));
    }
  }
}

/**
 * The gradient of x: dx = factor (dy - fromMean - (x - mean) inverse fromVariance), or factor dy where mean and variance
 * are none of these rows'. Arguments: dx, dy, x, mean, variance, gamma or 0, fromMean or 0, fromVariance, rows, columns,
 * accumulate, scratch, epsilon (two words). Shared like normalizeColumns.
 */
export function columnInputGradient(args: usize, thread: u32, threads: u32): void {
  const dx = word(args, 0),
    dy = word(args, 1),
    x = word(args, 2),
    mean = word(args, 3),
    variance = word(args, 4),
    gamma = word(args, 5),
    fromMean = word(args, 6),
    fromVariance = word(args, 7),
    rows = word(args, 8),
    columns = word(args, 9),
    accumulate = word(args, 10) != 0,
    factors = word(args, 11) + <usize>thread * SCRATCH_BYTES,
    slopes = factors + (BLOCK << 2),
    zeros = slopes + (BLOCK << 2),
    epsilon = double(args, 12),
    byColumns = columns >= 16 * threads,
    firstRow = byColumns ? <usize>0 : share(rows, 1, thread, threads),
    lastRow = byColumns ? rows : share(rows, 1, thread + 1, threads),
    last = byColumns ? share(columns, 16, thread + 1, threads) : columns;
  if (firstRow >= lastRow) return;
  if (!fromMean) memory.fill(zeros, 0, BLOCK << 2);
  for (let first = byColumns ? share(columns, 16, thread, threads) : <usize>0; first < last; first += BLOCK) {
    const width = min(BLOCK, last - first);
    const middles = mean + (first << 2);
    const means = fromMean ? fromMean + (first << 2) : zeros;
    for (let c: usize = 0; c < width; c++) {
      const at = (first + c) << 2;
      const inverse = 1 / sqrt<f64>(<f64>load<f32>(variance + at) + epsilon);
      const scale = gamma ? <f64>load<f32>(gamma + at) : 1;
      store<f32>(factors + (c << 2), <f32>(scale * inverse));
      store<f32>(slopes + (c << 2), fromMean ? <f32>(inverse * <f64>load<f32>(fromVariance + at)) : 0);
    }
    for (let row = firstRow; row < lastRow; row++) {
      const at = (row * columns + first) << 2;
      let c: usize = 0;
      const vectors = (width & ~3) << 2;
      for (; c < vectors; c += 16) {
        const far = f32x4.sub(v128.load(x + at + c), v128.load(middles + c));
        const g = f32x4.sub(v128.load(dy + at + c), v128.load(means + c));
        const v = f32x4.mul(v128.load(factors + c), f32x4.sub(g, f32x4.mul(far, v128.load(slopes + c))));
        v128.store(dx + at + c, accumulate ? f32x4.add(v128.load(dx + at + c), v) : v);
      }
      for (; c < width << 2; c += 4) {
        const far = load<f32>(x + at + c) - load<f32>(middles + c);
        const g = load<f32>(dy + at + c) - load<f32>(means + c);
        const v = load<f32>(factors + c) * (g - far * load<f32>(slopes + c));
        store<f32>(dx + at + c, accumulate ? load<f32>(dx + at + c) + v : v);
      }
    }
  }
}
