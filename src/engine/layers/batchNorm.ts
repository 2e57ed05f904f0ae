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
  kernels: ['measureColumns', 'normalizeColumns', 'normalizeColumnsGradient'],
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
  buffers({ shape, gradients }) {
    const buffer = { type: 'real', length: channelsOf(shape), perSample: false } as const;
    return [
      { name: 'mean', ...buffer },
      { name: 'variance', ...buffer },
      ...(gradients ? ['fromMean', 'fromVariance'] : []).map((name) => ({
        name,
        ...buffer,
        lifetime: 'call' as const,
      })),
    ];
  },

  build(b) {
    const { kernels, output } = b;
    const { momentum, epsilon, center, scale } = b.params;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const channels = channelsOf(b.shape);
    const places = sizeOf(b.shape) / channels;
    const scaling = { gamma: scale ? b.weight('gamma') : undefined, beta: center ? b.weight('beta') : undefined };
    const movingMean = b.weight('movingMean').values;
    const movingVariance = b.weight('movingVariance').values;
    const mean = b.real('mean');
    const variance = b.real('variance');
    const work = b.gradients ? ([b.real('fromMean'), b.real('fromVariance')] as const) : undefined;

    return {
      forward({ mode, rows }) {
        const count = rows * places;
        const train = mode === 'train';
        if (train) kernels.measureColumns(mean, variance, x, count, channels);
        const [centre, spread] = train ? [mean, variance] : [movingMean, movingVariance];
        kernels.normalizeColumns(output, x, centre, spread, scaling, epsilon, count, channels);
      },
      backward({ mode, rows }) {
        const count = rows * places;
        const train = mode === 'train';
        const [centre, spread] = train ? [mean, variance] : [movingMean, movingVariance];
        if (dy && work)
          kernels.normalizeColumnsGradient(
            dx,
            dy,
            x,
            centre,
            spread,
            scaling,
            epsilon,
            train,
            count,
            channels,
            ...work,
          );
        if (!train) return;
        for (let c = 0; c < channels; c++) {
          movingMean[c] = momentum * movingMean[c] + (1 - momentum) * mean[c];
          movingVariance[c] = momentum * movingVariance[c] + (1 - momentum) * variance[c];
        }
      },
    };
  },
});
