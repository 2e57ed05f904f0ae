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
    const { output } = b;
    const { axis, epsilon, center, scale } = b.params;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const size = sizeOf(normalised(axis, b.shape));
    const groupsOfSample = sizeOf(b.shape) / size;
    const gamma = scale ? b.weight('gamma') : undefined;
    const beta = center ? b.weight('beta') : undefined;
    const mean = b.real('mean');
    /** 1 / sqrt(variance + epsilon). */
    const inverse = b.real('inverse');

    return {
      forward({ rows }) {
        for (let group = 0, start = 0; group < rows * groupsOfSample; group++, start += size) {
          let sum = 0;
          for (let i = 0; i < size; i++) sum += x[start + i];
          const middle = sum / size;
          let squares = 0;
          for (let i = 0; i < size; i++) squares += (x[start + i] - middle) * (x[start + i] - middle);
          const factor = 1 / Math.sqrt(squares / size + epsilon);
          for (let i = 0; i < size; i++)
            output[start + i] =
              (x[start + i] - middle) * factor * (gamma ? gamma.values[i] : 1) + (beta ? beta.values[i] : 0);
          mean[group] = middle;
          inverse[group] = factor;
        }
      },
      backward({ rows }) {
        if (!dy) return;
        const groups = rows * groupsOfSample;
        for (let i = 0; i < size; i++) {
          let sum = 0;
          let product = 0;
          for (let group = 0, at = i; group < groups; group++, at += size) {
            sum += dy[at];
            product += dy[at] * (x[at] - mean[group]) * inverse[group];
          }
          if (gamma?.gradient) gamma.gradient[i] = product;
          if (beta?.gradient) beta.gradient[i] = sum;
        }
        if (!dx) return;
        for (let group = 0, start = 0; group < groups; group++, start += size) {
          let sum = 0;
          let product = 0;
          for (let i = 0, at = start; i < size; i++, at++) {
            const gradient = dy[at] * (gamma ? gamma.values[i] : 1);
            sum += gradient;
            product += gradient * (x[at] - mean[group]) * inverse[group];
          }
          for (let i = 0, at = start; i < size; i++, at++) {
            const own = dy[at] * (gamma ? gamma.values[i] : 1);
            const normal = (x[at] - mean[group]) * inverse[group];
            const gradient = inverse[group] * (own - sum / size - (normal * product) / size);
            dx.values[at] = dx.accumulate ? dx.values[at] + gradient : gradient;
          }
        }
      },
    };
  },
});
