import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { pooledShape, poolParameters, poolWindows } from './parts/pooling';

const name = 'An averagePool2d layer';

/** [height, width, channels] → [rows, columns, channels], as Keras's AveragePooling2D: padding does not count. */
export const averagePool2d = defineLayer({
  kind: 'averagePool2d',
  title: 'Average pooling 2D',
  help: 'Gives the mean of each window of a picture, channel by channel. Padding does not count in it.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['averagePool', 'averagePoolGradient'],
  parameters: poolParameters,
  example: { poolSize: 2 },
  exampleInputs: [[8, 8, 16]],
  shape: (params, inputs) => pooledShape(poolWindows(name, params, inputs)),
  multiplyAdds(params, inputs) {
    const w = poolWindows(name, params, inputs);
    return sizeOf(pooledShape(w)) * w.windowHeight * w.windowWidth;
  },

  build(b) {
    const { kernels, output } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const w = poolWindows(name, b.params, b.inputShapes);
    return {
      forward({ rows }) {
        kernels.averagePool(output, x, rows, w);
      },
      backward({ rows }) {
        if (!dy || !dx) return;
        kernels.averagePoolGradient(dx.values, dy, rows, w, dx.accumulate);
      },
    };
  },
});
