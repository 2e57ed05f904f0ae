import { sizeOf, type Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { scalingCount, scalingParameters, scalingWeights } from './parts/scaling';

/** The dimensions that are normalised together. */
const normalised = (axis: string, shape: Shape): Shape => (axis === 'all' ? shape : shape.slice(-1));

/**
 * Ba, Kiros and Hinton, "Layer Normalization" (2016), eqs. 3 and 4: y = gamma (x - mean) / sqrt(variance + epsilon) +
 * beta, with the mean and the biased variance of the last axis, or of the whole sample. Any shape → the same. As Keras's
 * LayerNormalization (PyTorch's default epsilon is 1e-5).
 */
export const layerNorm = defineLayer({
  kind: 'layerNorm',
  title: 'Layer normalisation',
  help: 'Brings the values of each sample to mean 0 and variance 1, then scales and shifts them by trained numbers. Unlike batch normalisation it does the same in training and in evaluation.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['normalizeRows', 'normalizeRowsGradient'],
  parameters: {
    axis: {
      type: 'choice',
      title: 'Over',
      help: 'Which values are normalised together.',
      options: [
        {
          value: 'last',
          help: 'Those along the last dimension: the channels of each place, as Keras does by default.',
        },
        { value: 'all', help: 'All values of the sample.' },
      ],
      default: 'last',
    },
    ...scalingParameters,
  },
  example: { axis: 'last' },
  exampleInputs: [[8, 16]],
  shape: (_params, inputs) => inputs[0],
  parameterCount: (params, inputs) => scalingCount(params, sizeOf(normalised(params.axis, inputs[0]))),
  // One for the mean, one for the variance, one for the value.
  multiplyAdds: (_params, inputs) => 3 * sizeOf(inputs[0]),
  weights: ({ params, shape }) => scalingWeights(params, normalised(params.axis, shape)),
  buffers: ({ params, shape }) => {
    const groups = sizeOf(shape) / sizeOf(normalised(params.axis, shape));
    return [
      { name: 'mean', type: 'real', length: groups, perSample: true },
      { name: 'inverse', type: 'real', length: groups, perSample: true },
    ];
  },

  build(b) {
    const { kernels, output } = b;
    const { axis, epsilon, center, scale } = b.params;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const size = sizeOf(normalised(axis, b.shape));
    const groupsOfSample = sizeOf(b.shape) / size;
    const scaling = { gamma: scale ? b.weight('gamma') : undefined, beta: center ? b.weight('beta') : undefined };
    const mean = b.real('mean');
    /** 1 / sqrt(variance + epsilon). */
    const inverse = b.real('inverse');

    return {
      forward({ rows }) {
        kernels.normalizeRows(output, mean, inverse, x, scaling, epsilon, rows * groupsOfSample, size);
      },
      backward({ rows }) {
        if (dy) kernels.normalizeRowsGradient(dx, dy, x, mean, inverse, scaling, rows * groupsOfSample, size);
      },
    };
  },
});
