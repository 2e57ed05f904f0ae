import { showShape } from '../../../model/parameters';
import { ShapeError, type Shape } from '../../../model/spec';

/** How many layers one layer that joins branches may read. */
export const branches = { min: 2, max: 64 } as const;

/**
 * The shape that all inputs of a layer have.
 * @param name what the message calls the layer, such as "An add layer"
 * @throws ShapeError naming the first input that differs
 */
export function commonShape(name: string, inputs: readonly Shape[]): Shape {
  const [first] = inputs;
  const other = inputs.findIndex((shape) => shape.join() !== first.join());
  if (other < 0) return first;
  throw new ShapeError(
    `${name} reads layers of one shape; found ${showShape(first)} from the first input and ${showShape(inputs[other])} ` +
      `from input ${other + 1}. Give them the same shape, for example with a dense or conv2d layer in one branch.`,
  );
}
