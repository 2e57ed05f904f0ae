import type { Parameters, Shape } from '../../model/spec';
import { kindOf, type WeightSpec } from '../define';
import { initializerOptions, initializers } from '../initializers/index';
import type { Typed } from '../typed';

/** What every layer with a kernel takes: how it begins, and what holds it back. Spread into a layer's `parameters`. */
export const kernelParameters = {
  initializer: {
    type: 'choice',
    title: 'Initial weights',
    help: 'The distribution that the kernel’s first values are drawn from.',
    options: initializerOptions,
    default: 'glorotUniform',
  },
  initialValue: {
    type: 'number',
    title: 'Initial value',
    help: 'With "initializer": "constant": what every weight of the kernel begins at.',
    min: -1000,
    max: 1000,
    step: 0.1,
    default: 0,
  },
  l1: {
    type: 'number',
    title: 'L1 penalty',
    help: 'Adds l1 · Σ|w| of the kernel to what training makes small, which drives weights to exactly 0. Reported losses leave it out.',
    min: 0,
    max: 1000,
    step: 0.0001,
    default: 0,
  },
  l2: {
    type: 'number',
    title: 'L2 penalty',
    help: 'Adds l2 · Σw² of the kernel to what training makes small, which keeps weights small (PyTorch’s weight_decay is twice this). Reported losses leave it out.',
    min: 0,
    max: 1000,
    step: 0.0001,
    default: 0,
  },
  maxNorm: {
    type: 'number',
    title: 'Max norm',
    help: 'After each step, a unit’s incoming weights that are longer than this as a vector are scaled back to it. 3 to 4 goes well with dropout.',
    above: 0,
    max: 1_000_000,
    step: 0.5,
    optional: true,
  },
} as const satisfies Parameters;

/**
 * The weight "kernel" of a layer with `kernelParameters`.
 * @param kernel its shape, the units (or channels) it leads to last, as in Keras: [inputs, units] or
 *   [height, width, channels, filters]; `fanIn`, the values that one output sums over; `fanOut`, the outputs that one
 *   input reaches; `matrix`, as in `WeightSpec`
 */
export function kernelWeight(
  { initializer, initialValue, l1, l2, maxNorm }: Typed<typeof kernelParameters>,
  {
    shape,
    fanIn,
    fanOut,
    matrix,
  }: { readonly shape: Shape; readonly fanIn: number; readonly fanOut: number; readonly matrix?: true },
): WeightSpec {
  const units = shape[shape.length - 1];
  const definition = kindOf(initializers, 'initializer', initializer);
  return {
    name: 'kernel',
    shape,
    matrix,
    initialize: (values, random) =>
      definition.initialize(values, random, { fanIn, fanOut, units, value: initialValue }),
    regularization: l1 > 0 || l2 > 0 || maxNorm !== undefined ? { l1, l2, maxNorm } : undefined,
  };
}
