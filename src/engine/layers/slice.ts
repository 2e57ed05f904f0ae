import { ShapeError, sizeOf, type Shape } from '../../model/spec';
import { defineLayer } from '../define';

/** How many values of the last dimension a slice takes. */
export const sliceCount = (
  { start, count }: { readonly start: number; readonly count?: number },
  shape: Shape,
): number => count ?? shape[shape.length - 1] - start;

/** [.., n] → [.., count]: values of the last dimension from `start` on, as indexing with [..., start:start + count]. */
export const slice = defineLayer({
  kind: 'slice',
  title: 'Slice',
  help: 'Takes some of the values along the last dimension: columns of a table, channels of a picture. So one column of indices can go to an embedding while the others go another way.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['copyColumns'],
  parameters: {
    start: {
      type: 'integer',
      title: 'Start',
      help: 'The first that is taken, counted from 0.',
      min: 0,
      max: 100_000_000,
      step: 1,
      default: 0,
    },
    count: {
      type: 'integer',
      title: 'Count',
      help: 'How many are taken; left out: all from there on.',
      min: 1,
      max: 100_000_000,
      step: 1,
      optional: true,
    },
  },
  example: { start: 2, count: 3 },
  exampleInputs: [[8]],
  shape(params, inputs) {
    const [shape] = inputs;
    const last = shape[shape.length - 1];
    const { start } = params;
    const count = sliceCount(params, shape);
    if (count < 1 || start + count > last)
      throw new ShapeError(
        `A slice from ${start}${params.count === undefined ? '' : ` of ${count}`} does not fit: the layer read gives ${last} along its last dimension, numbered from 0 to ${last - 1}. ` +
          'Make "start" or "count" smaller.',
      );
    return [...shape.slice(0, -1), count];
  },

  build({ kernels, params, inputs, inputShapes, output, inputGradients, outputGradient: dy, shape }) {
    const [x] = inputs;
    const [dx] = inputGradients;
    const [inputShape] = inputShapes;
    const width = inputShape[inputShape.length - 1];
    const { start } = params;
    const count = shape[shape.length - 1];
    const places = sizeOf(shape) / count;
    return {
      forward({ rows }) {
        kernels.copyColumns(output, 0, count, x, start, width, count, rows * places, false);
      },
      backward({ rows }) {
        if (!dx) return;
        // What is not taken moves nothing.
        if (!dx.accumulate) dx.values.fill(0, 0, rows * places * width);
        if (dy) kernels.copyColumns(dx.values, start, width, dy, 0, count, count, rows * places, true);
      },
    };
  },
});
