import { showShape } from '../../model/parameters';
import { ShapeError, sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { passOn } from './parts/passing';

/** Any shape → another with as many values. The last dimension runs fastest, as in Keras and PyTorch. */
export const reshape = defineLayer({
  kind: 'reshape',
  title: 'Reshape',
  help: 'Gives the values of a sample another shape, in the order they have: [64] becomes the picture [8, 8, 1].',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['copy'],
  parameters: {
    shape: {
      type: 'shape',
      title: 'Shape',
      help: 'The new dimensions. Their product is the number of values, which stays as it is.',
      rank: { min: 1, max: 3 },
    },
  },
  example: { shape: [8, 8, 1] },
  exampleInputs: [[64]],
  shape({ shape }, inputs) {
    const [before] = inputs;
    if (sizeOf(before) !== sizeOf(shape))
      throw new ShapeError(
        `The shape ${showShape(shape)} has ${sizeOf(shape)} values, but the layer read gives ${showShape(before)}, ` +
          `which is ${sizeOf(before)}. Change "shape" so that its numbers multiply to ${sizeOf(before)}.`,
      );
    return shape;
  },
  build: passOn,
});
