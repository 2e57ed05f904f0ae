import type { Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { droppingAt, type MaskDrawer } from '../dropping';
import { finish, productKernels } from '../kernels/products';
import type { Real } from '../real';
import { drawMask, dropoutStream } from '../rng/philox';
import {
  activationOf,
  affineParameters,
  affineWeights,
  featuresOf as featuresFor,
  keepsSum,
  sumBuffer,
} from './parts/affine';
import { rateParameter } from './parts/rate';

const featuresOf = (inputs: readonly Shape[]): number => featuresFor('A dropConnect layer', inputs);

/**
 * Wan et al., "Regularization of Neural Networks using DropConnect" (2013). As there, every sample has a mask of its own;
 * unlike there, biases stay, what is kept is scaled in training, and evaluation takes the weights as they are, which is
 * the mean over masks, instead of drawing from a Gaussian.
 *
 * The connection from value i to unit j is dropped where `dropoutMask`, asked for features x units, has a 1 at
 * i x units + j.
 */
export const dropConnect = defineLayer({
  kind: 'dropConnect',
  title: 'DropConnect',
  help: 'A dense layer that in training drops connections instead of units: each weight of the kernel with the probability `rate`, other ones for each sample, scaling the rest by 1 / (1 - rate). In evaluation it is a dense layer.',
  group: 'Dropout',
  off: { rate: 0 },
  inputs: { min: 1, max: 1 },
  parameters: {
    ...affineParameters,
    ...rateParameter('The probability of dropping a connection.'),
  },
  example: { units: 16, activation: 'relu', rate: 0.5 },
  shape({ units }, inputs) {
    featuresOf(inputs);
    return [units];
  },
  parameterCount: ({ units, bias }, inputs) => featuresOf(inputs) * units + (bias ? units : 0),
  multiplyAdds: ({ units }, inputs) => featuresOf(inputs) * units,
  weights: ({ params, inputShapes }) => affineWeights(params, featuresOf(inputShapes)),
  buffers: (facts) => [
    ...sumBuffer(facts),
    { name: 'mask', type: 'uint8', length: featuresOf(facts.inputShapes) * facts.params.units, perSample: true },
  ],

  build(b) {
    const { kernels, output, fusedWithLoss, seed, outputGradient: dy } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const features = featuresOf(b.inputShapes);
    const { units } = b.params;
    const size = features * units;
    const kernel = b.weight('kernel');
    const bias = b.params.bias ? b.weight('bias') : undefined;
    const activation = activationOf(b);
    const sum = keepsSum(b) ? b.real('sum') : output;
    const kept = activation.keeps === 'input' ? sum : output;
    const mask = b.uint8('mask');
    const words = new Uint32Array(4);
    const stream = dropoutStream(b.id);
    const draw: MaskDrawer['draw'] = (to, offset, rated, step, sample) =>
      drawMask(to, offset, size, words, seed, stream, step, sample, rated);
    const dropping = droppingAt(b.params.rate, undefined, { features, units, draw });
    // Sums are carried in double precision and rounded once, as in the kernels.
    const sums = new Float64Array(units);
    // Of the last forward pass: the rate may have been moved by hand since.
    let scale = 1;

    /** sum = (x scale) (kernel with this row's connections) */
    const connect = (row: number): void => {
      sums.fill(0);
      for (let i = 0, at = row * size, w = 0; i < features; i++) {
        const value = x[row * features + i] * scale;
        for (let j = 0; j < units; j++, at++, w++) if (mask[at] === 0) sums[j] += value * kernel.values[w];
      }
      for (let j = 0; j < units; j++) sum[row * units + j] = sums[j];
    };

    const kernelGradient = (gradient: Real, from: Real, rows: number): void => {
      for (let i = 0; i < features; i++) {
        sums.fill(0);
        for (let row = 0; row < rows; row++) {
          const value = x[row * features + i] * scale;
          const at = row * size + i * units;
          for (let j = 0; j < units; j++) if (mask[at + j] === 0) sums[j] += value * from[row * units + j];
        }
        for (let j = 0; j < units; j++) gradient[i * units + j] = sums[j];
      }
    };

    const inputGradient = (to: Real, from: Real, rows: number, accumulate: boolean): void => {
      for (let row = 0, at = 0; row < rows; row++)
        for (let i = 0, w = 0; i < features; i++) {
          let total = 0;
          for (let j = 0; j < units; j++, at++, w++)
            if (mask[at] === 0) total += kernel.values[w] * from[row * units + j];
          const value = total * scale;
          to[row * features + i] = accumulate ? to[row * features + i] + value : value;
        }
    };

    return {
      dropping,
      beforeActivation: fusedWithLoss ? sum : undefined,
      forward({ mode, rows, step, firstSample }) {
        if (mode === 'evaluate') {
          productKernels.affine(sum, output, x, kernel.values, bias?.values, activation, rows, features, units);
          return;
        }
        scale = 1 / (1 - dropping.rate);
        for (let row = 0; row < rows; row++) {
          draw(mask, row * size, dropping, step, firstSample + row);
          connect(row);
        }
        finish(sum, output, bias?.values, activation, rows, units);
      },
      backward({ mode, rows }) {
        if (!dy || !kernel.gradient) return;
        if (!fusedWithLoss) activation.backward(kept, dy, dy, rows, units);
        if (bias?.gradient) kernels.sumColumns(bias.gradient, dy, rows, units);
        if (mode === 'evaluate') {
          productKernels.affineWeightGradient(kernel, x, dy, rows, features, units);
          if (dx)
            productKernels.affineInputGradient(dx.values, dy, kernel.values, rows, features, units, dx.accumulate);
        } else {
          kernelGradient(kernel.gradient, dy, rows);
          if (dx) inputGradient(dx.values, dy, rows, dx.accumulate);
        }
      },
    };
  },
});
