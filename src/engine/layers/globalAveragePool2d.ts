import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { pictureOf, windowsOf } from './parts/pictures';

const name = 'A globalAveragePool2d layer';

/** [height, width, channels] → [channels]: Lin, Chen and Yan, "Network In Network" (2013), section 3.2. */
export const globalAveragePool2d = defineLayer({
  kind: 'globalAveragePool2d',
  title: 'Global average pooling 2D',
  help: 'Gives the mean of each channel over the whole picture: one value a channel, however large the picture is.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['averagePool', 'averagePoolGradient'],
  parameters: {},
  example: {},
  exampleInputs: [[8, 8, 16]],
  shape: (_params, inputs) => [pictureOf(name, inputs[0])[2]],
  multiplyAdds: (_params, inputs) => sizeOf(inputs[0]),

  build(b) {
    const { kernels, output } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const picture = pictureOf(name, b.inputShapes[0]);
    const window = picture.slice(0, 2);
    const w = windowsOf(picture, { name: 'shape', window, strides: window, dilation: [1, 1], padding: 'valid' });
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
