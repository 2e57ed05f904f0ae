import type { NormalizationKernels } from '../set';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';

/**
 * Normalisation. What is a sum is as exact as in the reference; each number made of sums is rounded some times where the
 * reference rounds it once.
 */
export function wasmNormalization(machine: Machine): NormalizationKernels {
  const { words, scratch } = machine;
  /** The same words, two and two. */
  const doubles = new Float64Array(words.buffer, words.byteOffset, words.length / 2);
  const measureColumns = machine.kernel('measureColumns');
  const normalizeColumns = machine.kernel('normalizeColumns');
  const columnGradients = machine.kernel('columnGradients');
  const columnInputGradient = machine.kernel('columnInputGradient');
  const normalizeRows = machine.kernel('normalizeRows');
  const rowScalingGradient = machine.kernel('rowScalingGradient');
  const rowInputGradient = machine.kernel('rowInputGradient');
  const shared = (rows: number, columns: number): boolean => isWorthSharing(rows * columns);
  const addressOf = (values: { readonly byteOffset: number } | undefined): number => values?.byteOffset ?? 0;

  return {
    measureColumns(mean, variance, x, rows, columns) {
      words[0] = mean.byteOffset;
      words[1] = variance.byteOffset;
      words[2] = x.byteOffset;
      words[3] = rows;
      words[4] = columns;
      words[5] = scratch;
      machine.run(measureColumns, shared(rows, columns));
    },

    normalizeColumns(y, x, mean, variance, { gamma, beta }, epsilon, rows, columns) {
      words[0] = y.byteOffset;
      words[1] = x.byteOffset;
      words[2] = mean.byteOffset;
      words[3] = variance.byteOffset;
      words[4] = addressOf(gamma?.values);
      words[5] = addressOf(beta?.values);
      words[6] = rows;
      words[7] = columns;
      words[8] = scratch;
      doubles[5] = epsilon;
      machine.run(normalizeColumns, shared(rows, columns));
    },

    normalizeColumnsGradient(
      dx,
      dy,
      x,
      mean,
      variance,
      { gamma, beta },
      epsilon,
      measured,
      rows,
      columns,
      fromMean,
      fromVariance,
    ) {
      words[0] = addressOf(gamma?.gradient);
      words[1] = addressOf(beta?.gradient);
      words[2] = fromMean.byteOffset;
      words[3] = fromVariance.byteOffset;
      words[4] = dy.byteOffset;
      words[5] = x.byteOffset;
      words[6] = mean.byteOffset;
      words[7] = variance.byteOffset;
      words[8] = rows;
      words[9] = columns;
      words[10] = scratch;
      doubles[6] = epsilon;
      machine.run(columnGradients, shared(rows, columns));
      if (!dx) return;
      words[0] = dx.values.byteOffset;
      words[1] = dy.byteOffset;
      words[2] = x.byteOffset;
      words[3] = mean.byteOffset;
      words[4] = variance.byteOffset;
      words[5] = addressOf(gamma?.values);
      words[6] = measured ? fromMean.byteOffset : 0;
      words[7] = fromVariance.byteOffset;
      words[10] = dx.accumulate ? 1 : 0;
      words[11] = scratch;
      machine.run(columnInputGradient, shared(rows, columns));
    },

    normalizeRows(y, mean, inverse, x, { gamma, beta }, epsilon, rows, columns) {
      words[0] = y.byteOffset;
      words[1] = mean.byteOffset;
      words[2] = inverse.byteOffset;
      words[3] = x.byteOffset;
      words[4] = addressOf(gamma?.values);
      words[5] = addressOf(beta?.values);
      words[6] = rows;
      words[7] = columns;
      doubles[4] = epsilon;
      machine.run(normalizeRows, shared(rows, columns));
    },

    normalizeRowsGradient(dx, dy, x, mean, inverse, { gamma, beta }, rows, columns) {
      if (gamma?.gradient || beta?.gradient) {
        words[0] = addressOf(gamma?.gradient);
        words[1] = addressOf(beta?.gradient);
        words[2] = dy.byteOffset;
        words[3] = x.byteOffset;
        words[4] = mean.byteOffset;
        words[5] = inverse.byteOffset;
        words[6] = rows;
        words[7] = columns;
        words[8] = scratch;
        machine.run(rowScalingGradient, shared(rows, columns));
      }
      if (!dx) return;
      words[0] = dx.values.byteOffset;
      words[1] = dy.byteOffset;
      words[2] = x.byteOffset;
      words[3] = mean.byteOffset;
      words[4] = inverse.byteOffset;
      words[5] = addressOf(gamma?.values);
      words[6] = rows;
      words[7] = columns;
      words[8] = dx.accumulate ? 1 : 0;
      machine.run(rowInputGradient, shared(rows, columns));
    },
  };
}
