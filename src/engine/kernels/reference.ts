import type { Real } from '../real';
import type { KernelSet } from './set';
import { windowKernels } from './windows';

/**
 * Plain loops in TypeScript: what every other set is held against, and what runs where there is no other.
 *
 * Sums are carried in double precision and rounded once, when they are stored.
 */
export const reference: KernelSet = {
  ...windowKernels,
  name: 'reference',

  allocate: (bytes) => ({ buffer: new ArrayBuffer(bytes), byteOffset: 0 }),

  multiply: (c, a, b, m, n, depth, accumulate) => product(c, a, depth, 1, b, n, 1, m, n, depth, accumulate),
  multiplyTransposedA: (c, a, b, m, n, depth, accumulate) => product(c, a, 1, m, b, n, 1, m, n, depth, accumulate),
  multiplyTransposedB: (c, a, b, m, n, depth, accumulate) =>
    product(c, a, depth, 1, b, 1, depth, m, n, depth, accumulate),

  addBias(values, bias, rows, columns) {
    for (let row = 0, at = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, at++) values[at] += bias[column];
  },

  sumColumns(sums, values, rows, columns) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let row = 0, at = column; row < rows; row++, at += columns) sum += values[at];
      sums[column] = sum;
    }
  },

  copy(to, from, length, accumulate) {
    if (accumulate) for (let i = 0; i < length; i++) to[i] += from[i];
    else for (let i = 0; i < length; i++) to[i] = from[i];
  },

  applyMask(to, from, mask, scale, length, accumulate) {
    if (accumulate) for (let i = 0; i < length; i++) to[i] += mask[i] === 1 ? 0 : from[i] * scale;
    else for (let i = 0; i < length; i++) to[i] = mask[i] === 1 ? 0 : from[i] * scale;
  },
};

/**
 * c[i,j] = sum over k of a[i aRow + k aStep] b[k bStep + j bColumn], which is all three transposes. Computed in tiles of
 * 2 x 4: eight accumulators are what the machine's registers hold, and each value loaded is used twice or four times.
 */
function product(
  c: Real,
  a: Real,
  aRow: number,
  aStep: number,
  b: Real,
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
      let p = i * aRow;
      let q = j * bColumn;
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
      const top = i * n + j;
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
      let p = i * aRow;
      let q = j * bColumn;
      for (let k = 0; k < depth; k++) {
        sum += a[p] * b[q];
        p += aStep;
        q += bStep;
      }
      const at = i * n + j;
      c[at] = accumulate ? c[at] + sum : sum;
    }
  }
}
