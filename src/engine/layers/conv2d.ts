import type { Shape } from '../../model/spec';
import { defineLayer } from '../define';
import {
  buildConvolution,
  convolutionBuffers,
  convolutionCount,
  convolutionMultiplyAdds,
  convolutionWeights,
  filterParameters,
  filtersParameter,
} from './parts/convolution';
import { paddingParameter, pictureOf, windowsOf } from './parts/pictures';

interface WindowParams {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: string;
}
const windows = ({ kernelSize, strides, dilationRate, padding }: WindowParams, inputs: readonly Shape[]) =>
  windowsOf(pictureOf('A conv2d layer', inputs[0]), {
    name: 'kernelSize',
    window: kernelSize,
    strides,
    dilation: dilationRate,
    padding,
  });

/**
 * [height, width, channels] → [rows, columns, filters], kernel [kernel height, kernel width, channels, filters], as
 * Keras's Conv2D; places of the window: `windowsOf`.
 */
export const conv2d = defineLayer({
  kind: 'conv2d',
  title: 'Convolution 2D',
  help: 'Slides a small window over a picture. At each place every filter gives one value: activation(window · kernel + bias). The same weights serve everywhere, so a pattern is found wherever it is.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['convolve', 'convolveInputGradient', 'convolveWeightGradient', 'sumColumns'],
  parameters: {
    ...filtersParameter,
    kernelSize: {
      type: 'shape',
      title: 'Window',
      help: 'Height and width of the window: 3 for [3, 3].',
      rank: { min: 2, max: 2 },
      single: true,
    },
    strides: {
      type: 'shape',
      title: 'Strides',
      help: 'How far the window moves down and to the right. 2 halves height and width.',
      rank: { min: 2, max: 2 },
      single: true,
      default: [1, 1],
    },
    ...paddingParameter,
    dilationRate: {
      type: 'shape',
      title: 'Dilation',
      help: 'Steps between the values that the window sees: 2 leaves out every other one, so that it sees further.',
      rank: { min: 2, max: 2 },
      single: true,
      default: [1, 1],
    },
    ...filterParameters,
  },
  example: { filters: 16, kernelSize: 3, activation: 'relu' },
  exampleInputs: [[8, 8, 3]],
  shape(params, inputs) {
    const { rows, columns } = windows(params, inputs);
    return [rows, columns, params.filters];
  },
  parameterCount: (params, inputs) => convolutionCount(params, windows(params, inputs)),
  multiplyAdds: (params, inputs) => convolutionMultiplyAdds(params, windows(params, inputs)),
  weights({ params, inputShapes }) {
    const w = windows(params, inputShapes);
    return convolutionWeights(params, w, [w.windowHeight, w.windowWidth, w.channels, params.filters]);
  },
  buffers: (facts) => convolutionBuffers(facts, windows(facts.params, facts.inputShapes)),
  build: (b) => buildConvolution(b, windows(b.params, b.inputShapes)),
});
