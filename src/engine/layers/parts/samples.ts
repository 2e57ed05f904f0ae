import type { Real } from '../../real';

/** A view of each sample's values in an array of the largest batch: made once, for kernels begin at element 0. */
export const samplesOf = (values: Real, size: number): readonly Real[] =>
  Array.from({ length: values.length / size }, (_, row) => values.subarray(row * size, (row + 1) * size));
