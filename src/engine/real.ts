/** Numbers of a tensor, row-major. Training runs on 32-bit floats; tests check gradients on 64-bit ones. */
export type Real = Float32Array | Float64Array;
export type Precision = 'float32' | 'float64';

export const bytesOf = (precision: Precision): number => (precision === 'float32' ? 4 : 8);
export const newReal = (precision: Precision, length: number): Real =>
  precision === 'float32' ? new Float32Array(length) : new Float64Array(length);

/** A tensor with its shape, as checkpoints hold it. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Real;
}

/** True where every number is finite. */
export function isFiniteReal(values: Real, length = values.length): boolean {
  for (let i = 0; i < length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
