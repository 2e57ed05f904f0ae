import { showShape } from '../../model/parameters';
import { ShapeError, sizeOf, type Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { branches } from './parts/merging';

const lastOf = (shape: Shape): number => shape[shape.length - 1];
const frontOf = (shape: Shape): Shape => shape.slice(0, -1);

/** [.., a], [.., b] → [.., a + b]: joined along the last axis, as Keras's Concatenate by default. */
export const concat = defineLayer({
  kind: 'concat',
  title: 'Concatenate',
  help: 'Puts the layers it reads one behind another along the last dimension: the channels of pictures, the values of lists.',
  group: 'Layers',
  inputs: branches,
  kernels: ['copyColumns'],
  parameters: {},
  example: {},
  exampleInputs: [
    [8, 8, 16],
    [8, 8, 4],
  ],
  shape(_params, inputs) {
    const [first] = inputs;
    const other = inputs.findIndex((shape) => frontOf(shape).join() !== frontOf(first).join());
    if (other >= 0)
      throw new ShapeError(
        'A concat layer reads layers whose shapes differ in the last dimension only; ' +
          `found ${showShape(first)} from the first input and ${showShape(inputs[other])} from input ${other + 1}. ` +
          'Give them the same dimensions before the last, or flatten both.',
      );
    return [...frontOf(first), inputs.reduce((sum, shape) => sum + lastOf(shape), 0)];
  },

  build({ kernels, inputs, inputShapes, output, inputGradients, outputGradient: dy, shape }) {
    const width = lastOf(shape);
    const places = sizeOf(frontOf(shape));
    const widths = inputShapes.map(lastOf);
    return {
      forward({ rows }) {
        for (let i = 0, start = 0; i < inputs.length; start += widths[i++])
          kernels.copyColumns(output, start, width, inputs[i], 0, widths[i], widths[i], rows * places, false);
      },
      backward({ rows }) {
        if (!dy) return;
        for (let i = 0, start = 0; i < inputs.length; start += widths[i++]) {
          const dx = inputGradients[i];
          if (!dx) continue;
          kernels.copyColumns(dx.values, 0, widths[i], dy, start, width, widths[i], rows * places, dx.accumulate);
        }
      },
    };
  },
});
