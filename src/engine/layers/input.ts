import { ShapeError, sizeOf } from '../../model/spec';
import { defineLayer } from '../define';

export const input = defineLayer({
  kind: 'input',
  title: 'Input',
  help: 'Where samples enter the network: one unit for each value of a sample.',
  group: 'Inputs',
  inputs: { min: 0, max: 0 },
  kernels: [],
  parameters: {
    shape: {
      type: 'shape',
      title: 'Shape',
      help: 'Dimensions of one sample: [64] for 64 values.',
      rank: { min: 1, max: 3 },
    },
    image: {
      type: 'shape',
      title: 'Picture',
      help: 'Draw the values as a picture of this height and width.',
      rank: { min: 2, max: 2 },
      optional: true,
    },
  },
  example: { shape: [2] },
  shape({ shape, image }) {
    if (image && sizeOf(image) !== sizeOf(shape)) {
      const [height, width] = image;
      throw new ShapeError(
        `A picture of ${height} × ${width} has ${sizeOf(image)} values, but the shape [${shape.join(', ')}] has ${sizeOf(shape)}. ` +
          'Change "image" so that height × width gives that number, or leave it out.',
      );
    }
    return shape;
  },
  // Its output is where the batch is put: nothing is left to compute.
  build: () => ({ forward: () => {}, backward: () => {} }),
});
