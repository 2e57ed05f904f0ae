import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { pooledShape, poolParameters, poolWindows } from './parts/pooling';

const name = 'A maxPool2d layer';

/**
 * [height, width, channels] → [rows, columns, channels], as Keras's MaxPooling2D. Padding is never the largest. The
 * gradient goes to the largest value, of equal ones to the first, as in PyTorch.
 */
export const maxPool2d = defineLayer({
  kind: 'maxPool2d',
  title: 'Max pooling 2D',
  help: 'Keeps the largest value of each window of a picture, channel by channel: whether a pattern is there, less exactly where.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['maxPool', 'maxPoolGradient'],
  parameters: poolParameters,
  example: { poolSize: 2 },
  exampleInputs: [[8, 8, 16]],
  shape: (params, inputs) => pooledShape(poolWindows(name, params, inputs)),
  buffers: ({ shape }) => [{ name: 'chosen', type: 'uint32', length: sizeOf(shape), perSample: true }],

  build(b) {
    const { kernels, output } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const w = poolWindows(name, b.params, b.inputShapes);
    const chosen = b.uint32('chosen');
    return {
      forward({ rows }) {
        kernels.maxPool(output, chosen, x, rows, w);
      },
      backward({ rows }) {
        if (!dy || !dx) return;
        kernels.maxPoolGradient(dx.values, dy, chosen, rows, w, dx.accumulate);
      },
    };
  },
});
