import { maskKernels } from './masks';
import type { KernelSet } from './set';
import { mergingKernels } from './merging';
import { normalizationKernels } from './normalization';
import { productKernels } from './products';
import { windowKernels } from './windows';

/**
 * Plain loops in TypeScript: what every other set is held against, and what runs where there is no other.
 *
 * Sums are carried in double precision and rounded once, when they are stored.
 */
export const reference: KernelSet = {
  ...productKernels,
  ...windowKernels,
  ...maskKernels,
  ...normalizationKernels,
  ...mergingKernels,
  name: 'reference',
  precisions: ['float32', 'float64'],
  coverage: new Set(),

  allocate: (bytes) => ({ buffer: new ArrayBuffer(bytes), byteOffset: 0 }),

  activation: (own) => own,
  loss: (own) => own,
  updateRule: (own) => own,

  sumColumns(sums, values, rows, columns) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let row = 0, at = column; row < rows; row++, at += columns) sum += values[at];
      sums[column] = sum;
    }
  },

  scaleRows(values, factors, rows, columns) {
    for (let row = 0, at = 0; row < rows; row++) {
      const factor = factors[row];
      for (const end = at + columns; at < end; at++) values[at] *= factor;
    }
  },

  copy(to, from, length, accumulate) {
    if (accumulate) for (let i = 0; i < length; i++) to[i] += from[i];
    else for (let i = 0; i < length; i++) to[i] = from[i];
  },
};
