import { columnStart, matrixLayout } from './matrices';
import type { Parameter } from './network';

type Regularized = Pick<Parameter, 'shape' | 'values' | 'gradient' | 'regularization'> &
  Partial<Pick<Parameter, 'matrix'>>;

/** Whether `addPenalty` adds anything. */
export const isPenalized = ({ regularization }: Pick<Regularized, 'regularization'>): boolean =>
  regularization !== undefined && (regularization.l1 !== 0 || regularization.l2 !== 0);

/**
 * Adds the gradient of l1 Σ|w| + l2 Σw² (Keras's penalties) to a weight's gradient: l1 sign(w) + 2 l2 w, with sign(0) = 0.
 * The penalties act on gradients alone: reported losses stay those of the data, so that training with dropout off and
 * validation can be compared.
 */
export function addPenalty(parameter: Regularized): void {
  const { values, gradient, regularization } = parameter;
  if (!regularization || !gradient || !isPenalized(parameter)) return;
  const { l1, l2 } = regularization;
  for (let i = 0; i < values.length; i++) gradient[i] += l1 * Math.sign(values[i]) + 2 * l2 * values[i];
}

/**
 * Max-norm constraint of Srivastava et al. (2014), section 5.1: where the vector of a unit's incoming weights is longer
 * than `maxNorm`, it is scaled back to that length. Units are the last dimension of the weight's shape.
 */
export function projectToMaxNorm({ shape, matrix, values, regularization }: Regularized): void {
  const maxNorm = regularization?.maxNorm;
  if (maxNorm === undefined) return;
  const layout = matrix ?? matrixLayout(shape, undefined);
  const { rows, columns: units, panel } = layout;
  for (let unit = 0; unit < units; unit++) {
    const start = columnStart(layout, unit);
    const end = start + rows * panel;
    let squares = 0;
    for (let i = start; i < end; i += panel) squares += values[i] * values[i];
    if (squares <= maxNorm * maxNorm) continue;
    const scale = maxNorm / Math.sqrt(squares);
    for (let i = start; i < end; i += panel) values[i] *= scale;
  }
}
