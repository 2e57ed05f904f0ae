import { defineLayer } from '../define';
import {
  activationOf,
  affineParameters,
  affineWeights,
  featuresOf as featuresFor,
  keepsSum,
  sumBuffer,
} from './parts/affine';
import type { Shape } from '../../model/spec';

const featuresOf = (inputs: readonly Shape[]): number => featuresFor('A dense layer', inputs);

export const dense = defineLayer({
  kind: 'dense',
  title: 'Dense',
  help: 'Every unit reads every value of the layer before: output = activation(input · kernel + bias).',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['affine', 'affineInputGradient', 'affineWeightGradient', 'sumColumns'],
  parameters: affineParameters,
  example: { units: 16, activation: 'relu' },
  shape({ units }, inputs) {
    featuresOf(inputs);
    return [units];
  },
  parameterCount: ({ units, bias }, inputs) => featuresOf(inputs) * units + (bias ? units : 0),
  multiplyAdds: ({ units }, inputs) => featuresOf(inputs) * units,

  weights: ({ params, inputShapes }) => affineWeights(params, featuresOf(inputShapes), true),
  buffers: sumBuffer,

  build(b) {
    const { kernels, output, fusedWithLoss } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const features = featuresOf(b.inputShapes);
    const { units } = b.params;
    const kernel = b.weight('kernel');
    const bias = b.params.bias ? b.weight('bias') : undefined;
    const activation = activationOf(b);
    const sum = keepsSum(b) ? b.real('sum') : output;
    const kept = activation.keeps === 'input' ? sum : output;
    const dy = b.outputGradient;

    return {
      beforeActivation: fusedWithLoss ? sum : undefined,
      forward({ rows }) {
        kernels.affine(sum, output, x, kernel.values, bias?.values, activation, rows, features, units);
      },
      backward({ rows }) {
        if (!dy || !kernel.gradient) return;
        // In place: nobody reads the gradient of the activated value again.
        if (!fusedWithLoss) activation.backward(kept, dy, dy, rows, units);
        if (bias?.gradient) kernels.sumColumns(bias.gradient, dy, rows, units);
        // Before the weights may move.
        if (dx) kernels.affineInputGradient(dx.values, dy, kernel.values, rows, features, units, dx.accumulate);
        kernels.affineWeightGradient(kernel, x, dy, rows, features, units);
      },
    };
  },
});
