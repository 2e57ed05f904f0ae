import { ModelError } from '../model/diagnostics';
import type { Finding, Table } from './source';

/** What was done to the inputs: the network sees (value − mean) / deviation, column by column. */
export interface Preprocessing {
  readonly scale: 'none' | 'standardize' | 'divide';
  /** Per column, in float64. 0 where nothing is subtracted. */
  readonly mean: Float64Array;
  /** Per column, in float64. 1 where nothing is divided. */
  readonly deviation: Float64Array;
}

/**
 * Finds mean and standard deviation of every column over the training rows alone: what validation and test look like must
 * not leak into training. Population deviation (dividing by n), as scikit-learn's StandardScaler. A column that is constant
 * in training is only centred, and a warning says so.
 */
export function fitStandardize(
  table: Table,
  train: Uint32Array,
): { preprocessing: Preprocessing; warnings: Finding[] } {
  const columns = table.inputNames.length;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns).fill(1);
  const warnings: Finding[] = [];
  for (let c = 0; c < columns; c++) {
    let low = Infinity;
    let high = -Infinity;
    let sum = 0;
    for (const row of train) {
      const x = table.inputs[row * columns + c];
      low = Math.min(low, x);
      high = Math.max(high, x);
      sum += x;
    }
    if (low === high) {
      mean[c] = low;
      warnings.push({
        code: 'constant-column',
        path: ['data', 'scale'],
        message:
          `Column "${table.inputNames[c]}" is ${low} in all ${train.length} training rows: the network can learn nothing ` +
          'from it, and it is not scaled. Add it to "ignore".',
      });
      continue;
    }
    mean[c] = sum / train.length;
    // The second pass around the mean keeps the digits that the sum of squares would lose.
    let squares = 0;
    for (const row of train) squares += (table.inputs[row * columns + c] - mean[c]) ** 2;
    deviation[c] = Math.sqrt(squares / train.length);
  }
  return { preprocessing: { scale: 'standardize', mean, deviation }, warnings };
}

/** Every column divided by one number, such as 255 for pixels; 1 leaves them as they are. */
export function divideBy(divisor: number, columns: number): Preprocessing {
  return {
    scale: divisor === 1 ? 'none' : 'divide',
    mean: new Float64Array(columns),
    deviation: new Float64Array(columns).fill(divisor),
  };
}

/**
 * The inputs of some rows as the network gets them: computed in float64, rounded once to float32.
 * @throws ModelError where a value is too large for float32
 */
export function scaleRows(table: Table, rows: Uint32Array, { mean, deviation }: Preprocessing): Float32Array {
  const columns = table.inputNames.length;
  const out = new Float32Array(rows.length * columns);
  let at = 0;
  for (const row of rows) {
    for (let c = 0; c < columns; c++, at++) {
      out[at] = (table.inputs[row * columns + c] - mean[c]) / deviation[c];
      if (!Number.isFinite(out[at])) {
        throw new ModelError(
          'value-too-large',
          ['data', 'scale'],
          `Column "${table.inputNames[c]}" holds ${table.inputs[row * columns + c]} (row ${row + 1}), more than a float32 can ` +
            'hold. Scale the column down in the file, or add it to "ignore".',
        );
      }
    }
  }
  return out;
}
