import type { MergingKernels } from './set';

/** What layers that join others do, in plain loops. */
export const mergingKernels: MergingKernels = {
  multiplyAll(to, first, factors, except, length, accumulate) {
    for (let at = 0; at < length; at++) {
      let product = first ? first[at] : 1;
      for (let i = 0; i < factors.length; i++) if (i !== except) product *= factors[i][at];
      to[at] = accumulate ? to[at] + product : product;
    }
  },

  copyColumns(to, toStart, toWidth, from, fromStart, fromWidth, columns, rows, accumulate) {
    for (let row = 0; row < rows; row++) {
      let at = fromStart + row * fromWidth;
      for (let i = toStart + row * toWidth, end = i + columns; i < end; i++, at++)
        to[i] = accumulate ? to[i] + from[at] : from[at];
    }
  },

  gatherRows(to, table, indices, columns, rows) {
    for (let row = 0; row < rows; row++)
      for (let i = 0, from = indices[row] * columns, at = row * columns; i < columns; i++) to[at + i] = table[from + i];
  },

  scatterRows(table, from, indices, columns, rows) {
    for (let row = 0; row < rows; row++)
      for (let i = 0, to = indices[row] * columns, at = row * columns; i < columns; i++) table[to + i] += from[at + i];
  },
};
