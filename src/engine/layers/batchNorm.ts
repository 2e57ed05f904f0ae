import { sizeOf, type Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { scalingCount, scalingParameters, scalingWeights } from './parts/scaling';

const channelsOf = (shape: Shape): number => shape[shape.length - 1];

/**
 * Ioffe and Szegedy, "Batch Normalization" (2015), algorithms 1 and 2: for each channel c, the last axis,
 * y = gamma_c (x - mean_c) / sqrt(variance_c + epsilon) + beta_c. Any shape [.., channels] → the same.
 *
 * In training, mean and variance are those of the batch, over samples and all axes but the last; the variance is the
 * biased one, the sum of squares divided by their number. In evaluation they are moving averages, which each training
 * step moves as in Keras: moving = momentum · moving + (1 - momentum) · batch. PyTorch's momentum is 1 minus this one,
 * and it puts the unbiased variance in its moving average, where we put the biased, as Keras does.
 */
export const batchNorm = defineLayer({
  kind: 'batchNorm',
  title: 'Batch normalisation',
  help: 'Brings each channel (the last dimension) to mean 0 and variance 1 over the batch, then scales and shifts it by trained numbers. Evaluation uses moving averages that training keeps.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  mixesSamples: true,
  parameters: {
    momentum: {
      type: 'number',
      title: 'Momentum',
      help: 'How much of the moving averages is kept at each step, as in Keras (PyTorch’s is 1 minus this). With few steps, take a smaller one: 0.9.',
      min: 0,
      below: 1,
      step: 0.01,
      default: 0.99,
    },
    ...scalingParameters,
  },
  example: { momentum: 0.9 },
  exampleInputs: [[8, 8, 16]],
  shape: (_params, inputs) => inputs[0],
  parameterCount: (params, inputs) => scalingCount(params, channelsOf(inputs[0])),
  multiplyAdds: (_params, inputs) => sizeOf(inputs[0]),
  weights({ params, shape }) {
    const channels = [channelsOf(shape)];
    return [
      ...scalingWeights(params, channels),
      { name: 'movingMean', shape: channels, trained: false, initialize: () => {} },
      { name: 'movingVariance', shape: channels, trained: false, initialize: (values) => void values.fill(1) },
    ];
  },
  buffers: ({ shape }) => [
    { name: 'mean', type: 'real', length: channelsOf(shape), perSample: false },
    { name: 'variance', type: 'real', length: channelsOf(shape), perSample: false },
  ],

  build(b) {
    const { output } = b;
    const { momentum, epsilon, center, scale } = b.params;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const channels = channelsOf(b.shape);
    const places = sizeOf(b.shape) / channels;
    const gamma = scale ? b.weight('gamma') : undefined;
    const beta = center ? b.weight('beta') : undefined;
    const movingMean = b.weight('movingMean').values;
    const movingVariance = b.weight('movingVariance').values;
    const mean = b.real('mean');
    const variance = b.real('variance');

    /** In two passes, in double precision: the sum of squares less the squared sum loses what is left of small variances. */
    function measure(count: number): void {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let row = 0, at = c; row < count; row++, at += channels) sum += x[at];
        const middle = sum / count;
        let squares = 0;
        for (let row = 0, at = c; row < count; row++, at += channels) squares += (x[at] - middle) * (x[at] - middle);
        mean[c] = middle;
        variance[c] = squares / count;
      }
    }

    return {
      forward({ mode, rows }) {
        const count = rows * places;
        if (mode === 'train') measure(count);
        const centre = mode === 'train' ? mean : movingMean;
        const spread = mode === 'train' ? variance : movingVariance;
        for (let c = 0; c < channels; c++) {
          const factor = (gamma ? gamma.values[c] : 1) / Math.sqrt(spread[c] + epsilon);
          const shift = beta ? beta.values[c] : 0;
          for (let row = 0, at = c; row < count; row++, at += channels)
            output[at] = (x[at] - centre[c]) * factor + shift;
        }
      },
      backward({ mode, rows }) {
        const count = rows * places;
        const training = mode === 'train';
        for (let c = 0; c < channels; c++) {
          if (dy) {
            const centre = training ? mean[c] : movingMean[c];
            const inverse = 1 / Math.sqrt((training ? variance[c] : movingVariance[c]) + epsilon);
            let sum = 0;
            let product = 0;
            for (let row = 0, at = c; row < count; row++, at += channels) {
              sum += dy[at];
              product += dy[at] * (x[at] - centre) * inverse;
            }
            if (gamma?.gradient) gamma.gradient[c] = product;
            if (beta?.gradient) beta.gradient[c] = sum;
            if (dx) {
              const factor = (gamma ? gamma.values[c] : 1) * inverse;
              // What the mean and the variance of the batch pass on; the moving averages pass nothing on.
              const fromMean = training ? sum / count : 0;
              const fromVariance = training ? product / count : 0;
              for (let row = 0, at = c; row < count; row++, at += channels) {
                const gradient = factor * (dy[at] - fromMean - (x[at] - centre) * inverse * fromVariance);
                dx.values[at] = dx.accumulate ? dx.values[at] + gradient : gradient;
              }
            }
          }
          if (!training) continue;
          movingMean[c] = momentum * movingMean[c] + (1 - momentum) * mean[c];
          movingVariance[c] = momentum * movingVariance[c] + (1 - momentum) * variance[c];
        }
      },
    };
  },
});
