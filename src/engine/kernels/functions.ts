/** What the loops are handed, and what a set of kernels may have faster loops for: activations, losses and update rules. */
import type { LossForm } from '../losses/form';
import type { Real } from '../real';

/** Where a gradient goes. Of several readers of one layer, the first to be run backwards writes and the others add. */
export interface GradientTarget {
  readonly values: Real;
  readonly accumulate: boolean;
}

/** What an activation computes; rows x columns matrices, row-major. */
export interface ActivationKernel {
  /** y = f(x). `x` and `y` may be the same array. */
  forward(x: Real, y: Real, rows: number, columns: number): void;
  /**
   * dx = f'(x) applied to dy. `dx` and `dy` may be the same array.
   * @param kept what the activation's `keeps` names: its input x or its output y
   */
  backward(kept: Real, dy: Real, dx: Real, rows: number, columns: number): void;
}

export interface ActivationDefinition extends ActivationKernel {
  readonly kind: string;
  readonly title: string;
  readonly help: string;
  /** What `backward` reads. With 'output' a layer may compute in place and keep nothing else. */
  readonly keeps: 'input' | 'output';
}

/** A loss with its settings, for outputs of a known width. */
export interface LossFunction {
  /** Absent where no set has loops of its own for it. */
  readonly form?: LossForm;
  /**
   * The sum over samples of each sample's loss. All arrays rows x columns.
   * @param before values before the output's activation where `beforeActivation`, else the same as `outputs`
   * @param first the first row that counts, by default 0: `rows` are counted from it on
   */
  total(before: Real, outputs: Real, targets: Real, rows: number, columns: number, first?: number): number;
  /** Writes the gradient of the batch's mean loss. */
  gradient(outputs: Real, targets: Real, gradient: Real, rows: number, columns: number): void;
  /** Present where classes weigh by how rare they are: told once how many training samples each has. */
  balance?(counts: ArrayLike<number>): void;
}

/** The most coefficients that an update rule has. */
export const MAX_COEFFICIENTS = 16;

/** How one optimizer, with its settings, changes weights: what one step has in common, worked out once, and a loop. */
export interface UpdateRule {
  /** Which loop this is. Of one form, rules differ in their coefficients alone: a set of kernels has a loop for each. */
  readonly form: string;
  /**
   * Works out the coefficients of one update, in the order that the optimizer's file gives.
   * @param time number of this update, from 1
   * @param learningRate as its schedule has it: the parameter of that name is where it starts from
   * @param to has room for MAX_COEFFICIENTS
   */
  coefficients(time: number, learningRate: number, to: Float64Array): void;
  /**
   * One update of one weight tensor, in place. Taken apart by index: an iterator would be put on the heap at each step.
   * @param slots the tensors of `OptimizerDefinition.slots`, each as long as the weights, zero before the first update
   * @param coefficients those that `coefficients` wrote last
   */
  update(weights: Real, gradient: Real, slots: readonly Real[], coefficients: Float64Array): void;
}
