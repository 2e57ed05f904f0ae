import type { Samples } from '../engine/dataset';
import { ModelError } from '../model/diagnostics';

/**
 * What samples of some rows weigh, as `Samples` holds it.
 * @param weights of each row of the source; absent: samples have none
 * @throws ModelError where no training row counts: there is nothing to learn from then
 */
export function weightsOf(
  weights: Float64Array | undefined,
  train: Uint32Array,
): (rows: Uint32Array) => Pick<Samples, 'weights'> {
  if (!weights) return () => ({});
  if (train.every((row) => Math.fround(weights[row]) === 0)) {
    throw new ModelError(
      'weight',
      ['data', 'weight'],
      `The weights of all ${train.length} training rows are 0, so that none counts and there is nothing to learn. Correct the column, or remove "weight".`,
    );
  }
  return (rows) => ({ weights: Float32Array.from(rows, (row) => weights[row]) });
}
