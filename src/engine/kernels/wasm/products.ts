import type { ActivationDefinition } from '../functions';
import type { Real } from '../../real';
import type { ProductKernels } from '../set';
import type { Machine } from './machine';
import { isKernelRule, type KernelRule } from './optimizers';

/** Rows up to which the sums of a weight's gradient are whole at once: DEPTH_BLOCK of kernels/assembly/products.ts. */
const DEPTH_BLOCK = 256;

/** Multiply-adds from which on a product is worth sharing: below, waiting for one another takes longer. */
export const WORTH_SHARING = 100_000;

/** Whether the product itself applies the activation, for it costs it nothing: where the sum is not needed besides. */
export const isFused = ({ kind }: ActivationDefinition, sum: Real, output: Real): boolean =>
  sum === output && (kind === 'relu' || kind === 'linear');

/** Products with weights in panels. */
export function wasmProducts(
  machine: Machine,
): Pick<ProductKernels, 'affine' | 'affineInputGradient' | 'affineWeightGradient'> {
  const { words, scratch } = machine;
  const product = machine.kernel('product');
  const inputGradient = machine.kernel('productInputGradient');
  const weightGradient = machine.kernel('productWeightGradient');
  const shared = (rows: number, depth: number, columns: number): boolean => rows * depth * columns >= WORTH_SHARING;

  return {
    affine(sum, output, x, w, bias, activation, rows, depth, columns) {
      words[0] = sum.byteOffset;
      words[1] = x.byteOffset;
      words[2] = w.byteOffset;
      words[3] = bias ? bias.byteOffset : 0;
      words[4] = rows;
      words[5] = depth;
      words[6] = columns;
      words[7] = activation.kind === 'relu' && sum === output ? 1 : 0;
      words[8] = scratch;
      machine.run(product, shared(rows, depth, columns));
      if (!isFused(activation, sum, output)) activation.forward(sum, output, rows, columns);
    },

    affineInputGradient(dx, dy, w, rows, depth, columns, accumulate) {
      words[0] = dx.byteOffset;
      words[1] = dy.byteOffset;
      words[2] = w.byteOffset;
      words[3] = rows;
      words[4] = depth;
      words[5] = columns;
      words[6] = accumulate ? 1 : 0;
      words[7] = scratch;
      machine.run(inputGradient, shared(rows, depth, columns));
    },

    affineWeightGradient(w, x, dy, rows, depth, columns) {
      const pending = w.update;
      const early = pending !== undefined && rows <= DEPTH_BLOCK && isKernelRule(pending.rule);
      words[0] = w.gradient!.byteOffset;
      words[1] = x.byteOffset;
      words[2] = dy.byteOffset;
      words[3] = rows;
      words[4] = depth;
      words[5] = columns;
      words[6] = 0;
      words[7] = scratch;
      words[8] = 0;
      if (early) {
        const { slots, rule } = pending;
        words[8] = (rule as KernelRule).number + 1;
        words[9] = w.values.byteOffset;
        words[10] = slots.length > 0 ? slots[0].byteOffset : 0;
        words[11] = slots.length > 1 ? slots[1].byteOffset : 0;
        words[12] = (rule as KernelRule).address;
        words[13] = slots.length > 2 ? slots[2].byteOffset : 0;
        pending.done = true;
      }
      machine.run(weightGradient, shared(rows, depth, columns));
    },
  };
}
