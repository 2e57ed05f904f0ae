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
import { paddingParameter, sequenceOf, windowsOf } from './parts/pictures';

interface WindowParams {
  readonly kernelSize: number;
  readonly strides: number;
  readonly dilationRate: number;
  readonly padding: string;
}
const windows = ({ kernelSize, strides, dilationRate, padding }: WindowParams, inputs: readonly Shape[]) =>
  windowsOf(sequenceOf('A conv1d layer', inputs[0]), {
    name: 'kernelSize',
    window: [1, kernelSize],
    strides: [1, strides],
    dilation: [1, dilationRate],
    padding,
  });

/** [length, channels] → [places, filters], kernel [kernel size, channels, filters], as Keras's Conv1D. */
export const conv1d = defineLayer({
  kind: 'conv1d',
  title: 'Convolution 1D',
  help: 'Slides a small window along a sequence. At each place every filter gives one value: activation(window · kernel + bias).',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['convolve', 'convolveInputGradient', 'convolveWeightGradient', 'sumColumns'],
  parameters: {
    ...filtersParameter,
    kernelSize: {
      type: 'integer',
      title: 'Window',
      help: 'How many steps of the sequence the window sees.',
      min: 1,
      max: 65_536,
      step: 1,
    },
    strides: {
      type: 'integer',
      title: 'Strides',
      help: 'How far the window moves. 2 halves the length.',
      min: 1,
      max: 65_536,
      step: 1,
      default: 1,
    },
    ...paddingParameter,
    dilationRate: {
      type: 'integer',
      title: 'Dilation',
      help: 'Steps between the values that the window sees: 2 leaves out every other one, so that it sees further.',
      min: 1,
      max: 65_536,
      step: 1,
      default: 1,
    },
    ...filterParameters,
  },
  example: { filters: 16, kernelSize: 3, activation: 'relu' },
  exampleInputs: [[32, 4]],
  shape(params, inputs) {
    return [windows(params, inputs).columns, params.filters];
  },
  parameterCount: (params, inputs) => convolutionCount(params, windows(params, inputs)),
  multiplyAdds: (params, inputs) => convolutionMultiplyAdds(params, windows(params, inputs)),
  weights({ params, inputShapes }) {
    const w = windows(params, inputShapes);
    return convolutionWeights(params, w, [w.windowWidth, w.channels, params.filters]);
  },
  buffers: (facts) => convolutionBuffers(facts, windows(facts.params, facts.inputShapes)),
  build: (b) => buildConvolution(b, windows(b.params, b.inputShapes)),
});
