import type { NormalizationKernels } from './set';

/** Normalisation in plain loops. Everything is carried in double precision and rounded once, when it is stored. */
export const normalizationKernels: NormalizationKernels = {
  // In two passes: the sum of squares less the squared sum loses what is left of small variances.
  measureColumns(mean, variance, x, rows, columns) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let row = 0, at = c; row < rows; row++, at += columns) sum += x[at];
      const middle = sum / rows;
      let squares = 0;
      for (let row = 0, at = c; row < rows; row++, at += columns) squares += (x[at] - middle) * (x[at] - middle);
      mean[c] = middle;
      variance[c] = squares / rows;
    }
  },

  normalizeColumns(y, x, mean, variance, { gamma, beta }, epsilon, rows, columns) {
    for (let c = 0; c < columns; c++) {
      const factor = (gamma ? gamma.values[c] : 1) / Math.sqrt(variance[c] + epsilon);
      const shift = beta ? beta.values[c] : 0;
      for (let row = 0, at = c; row < rows; row++, at += columns) y[at] = (x[at] - mean[c]) * factor + shift;
    }
  },

  normalizeColumnsGradient(dx, dy, x, mean, variance, { gamma, beta }, epsilon, measured, rows, columns) {
    for (let c = 0; c < columns; c++) {
      const inverse = 1 / Math.sqrt(variance[c] + epsilon);
      let sum = 0;
      let product = 0;
      for (let row = 0, at = c; row < rows; row++, at += columns) {
        sum += dy[at];
        product += dy[at] * (x[at] - mean[c]) * inverse;
      }
      if (gamma?.gradient) gamma.gradient[c] = product;
      if (beta?.gradient) beta.gradient[c] = sum;
      if (!dx) continue;
      const factor = (gamma ? gamma.values[c] : 1) * inverse;
      const fromMean = measured ? sum / rows : 0;
      const fromVariance = measured ? product / rows : 0;
      for (let row = 0, at = c; row < rows; row++, at += columns) {
        const gradient = factor * (dy[at] - fromMean - (x[at] - mean[c]) * inverse * fromVariance);
        dx.values[at] = dx.accumulate ? dx.values[at] + gradient : gradient;
      }
    }
  },

  normalizeRows(y, mean, inverse, x, { gamma, beta }, epsilon, rows, columns) {
    for (let row = 0, start = 0; row < rows; row++, start += columns) {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += x[start + i];
      const middle = sum / columns;
      let squares = 0;
      for (let i = 0; i < columns; i++) squares += (x[start + i] - middle) * (x[start + i] - middle);
      const factor = 1 / Math.sqrt(squares / columns + epsilon);
      for (let i = 0; i < columns; i++)
        y[start + i] = (x[start + i] - middle) * factor * (gamma ? gamma.values[i] : 1) + (beta ? beta.values[i] : 0);
      mean[row] = middle;
      inverse[row] = factor;
    }
  },

  normalizeRowsGradient(dx, dy, x, mean, inverse, { gamma, beta }, rows, columns) {
    for (let i = 0; i < columns; i++) {
      let sum = 0;
      let product = 0;
      for (let row = 0, at = i; row < rows; row++, at += columns) {
        sum += dy[at];
        product += dy[at] * (x[at] - mean[row]) * inverse[row];
      }
      if (gamma?.gradient) gamma.gradient[i] = product;
      if (beta?.gradient) beta.gradient[i] = sum;
    }
    if (!dx) return;
    for (let row = 0, start = 0; row < rows; row++, start += columns) {
      let sum = 0;
      let product = 0;
      for (let i = 0, at = start; i < columns; i++, at++) {
        const gradient = dy[at] * (gamma ? gamma.values[i] : 1);
        sum += gradient;
        product += gradient * (x[at] - mean[row]) * inverse[row];
      }
      for (let i = 0, at = start; i < columns; i++, at++) {
        const own = dy[at] * (gamma ? gamma.values[i] : 1);
        const normal = (x[at] - mean[row]) * inverse[row];
        const gradient = inverse[row] * (own - sum / columns - (normal * product) / columns);
        dx.values[at] = dx.accumulate ? dx.values[at] + gradient : gradient;
      }
    }
  },
};
