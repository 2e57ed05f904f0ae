import type { ActivationDefinition } from './functions';
import type { Real } from '../real';
import type { ProductKernels, Windows } from './set';
import { fold, unfold } from './windows';

/** Values of one patch: what one output value of a convolution sums over. */
export const patchOf = (w: Windows): number => w.windowHeight * w.windowWidth * w.channels;
/** Places that the window takes in one picture. */
export const placesOf = (w: Windows): number => w.rows * w.columns;

/** Products with row-major weights, in plain loops. Sums are carried in double precision and rounded once. */
export const productKernels: ProductKernels = {
  affine(sum, output, x, w, bias, activation, rows, depth, columns) {
    product(sum, 0, x, 0, depth, 1, w, 0, columns, 1, rows, columns, depth, false);
    finish(sum, output, bias, activation, rows, columns);
  },
  affineInputGradient(dx, dy, w, rows, depth, columns, accumulate) {
    product(dx, 0, dy, 0, columns, 1, w, 0, 1, columns, rows, depth, columns, accumulate);
  },
  affineWeightGradient(w, x, dy, rows, depth, columns) {
    product(w.gradient!, 0, x, 0, 1, depth, dy, 0, columns, 1, depth, columns, rows, false);
  },

  // By matrix products: each window's values become a row (Chellapilla et al., "High Performance Convolutional Neural
  // Networks for Document Processing", 2006). One sample at a time: patches of a batch would not stay in the cache.
  convolve(sum, output, images, w, bias, activation, samples, filters, windows, patches) {
    const places = placesOf(windows);
    const patch = patchOf(windows);
    for (let sample = 0; sample < samples; sample++) {
      unfold(patches, images, sample * imageOf(windows), windows);
      product(sum, sample * places * filters, patches, 0, patch, 1, w, 0, filters, 1, places, filters, patch, false);
    }
    finish(sum, output, bias, activation, samples * places, filters);
  },
  convolveInputGradient(dx, dy, w, samples, filters, windows, patches, accumulate) {
    const places = placesOf(windows);
    const patch = patchOf(windows);
    if (!accumulate) dx.fill(0, 0, samples * imageOf(windows));
    for (let sample = 0; sample < samples; sample++) {
      product(patches, 0, dy, sample * places * filters, filters, 1, w, 0, 1, filters, places, patch, filters, false);
      fold(dx, sample * imageOf(windows), patches, windows);
    }
  },
  convolveWeightGradient({ gradient }, images, dy, samples, filters, windows, patches) {
    const places = placesOf(windows);
    const patch = patchOf(windows);
    for (let sample = 0; sample < samples; sample++) {
      const from = sample * places * filters;
      unfold(patches, images, sample * imageOf(windows), windows);
      product(gradient!, 0, patches, 0, 1, patch, dy, from, filters, 1, patch, filters, places, sample > 0);
    }
  },
};

const imageOf = (w: Windows): number => w.height * w.width * w.channels;

/** Adds the bias to every row and applies the activation: what comes behind every product. */
export function finish(
  sum: Real,
  output: Real,
  bias: Real | undefined,
  activation: ActivationDefinition,
  rows: number,
  columns: number,
): void {
  if (bias)
    for (let row = 0, at = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, at++) sum[at] += bias[column];
  activation.forward(sum, output, rows, columns);
}

/**
 * c[i,j] = sum over k of a[i aRow + k aStep] b[k bStep + j bColumn], which is all three transposes; each matrix begins at
 * its own `start`. Computed in tiles of
 * 2 x 4: eight accumulators are what the machine's registers hold, and each value loaded is used twice or four times.
 */
function product(
  c: Real,
  cStart: number,
  a: Real,
  aStart: number,
  aRow: number,
  aStep: number,
  b: Real,
  bStart: number,
  bStep: number,
  bColumn: number,
  m: number,
  n: number,
  depth: number,
  accumulate: boolean,
): void {
  const tiledRows = m - (m % 2);
  const tiledColumns = n - (n % 4);
  for (let i = 0; i < tiledRows; i += 2) {
    for (let j = 0; j < tiledColumns; j += 4) {
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      let p = aStart + i * aRow;
      let q = bStart + j * bColumn;
      for (let k = 0; k < depth; k++) {
        const a0 = a[p];
        const a1 = a[p + aRow];
        const b0 = b[q];
        const b1 = b[q + bColumn];
        const b2 = b[q + 2 * bColumn];
        const b3 = b[q + 3 * bColumn];
        s00 += a0 * b0;
        s01 += a0 * b1;
        s02 += a0 * b2;
        s03 += a0 * b3;
        s10 += a1 * b0;
        s11 += a1 * b1;
        s12 += a1 * b2;
        s13 += a1 * b3;
        p += aStep;
        q += bStep;
      }
      const top = cStart + i * n + j;
      const bottom = top + n;
      if (accumulate) {
        c[top] += s00;
        c[top + 1] += s01;
        c[top + 2] += s02;
        c[top + 3] += s03;
        c[bottom] += s10;
        c[bottom + 1] += s11;
        c[bottom + 2] += s12;
        c[bottom + 3] += s13;
      } else {
        c[top] = s00;
        c[top + 1] = s01;
        c[top + 2] = s02;
        c[top + 3] = s03;
        c[bottom] = s10;
        c[bottom + 1] = s11;
        c[bottom + 2] = s12;
        c[bottom + 3] = s13;
      }
    }
  }
  // What the tiles leave: the last columns of all rows, and the whole of a last, odd row.
  for (let i = 0; i < m; i++) {
    for (let j = i < tiledRows ? tiledColumns : 0; j < n; j++) {
      let sum = 0;
      let p = aStart + i * aRow;
      let q = bStart + j * bColumn;
      for (let k = 0; k < depth; k++) {
        sum += a[p] * b[q];
        p += aStep;
        q += bStep;
      }
      const at = cStart + i * n + j;
      c[at] = accumulate ? c[at] + sum : sum;
    }
  }
}
