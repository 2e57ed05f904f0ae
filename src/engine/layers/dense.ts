import { ShapeError, sizeOf, type Shape } from '../../model/spec';
import { activationOptions, activations } from '../activations/index';
import { defineLayer, kindOf } from '../define';
import { kernelParameters, kernelWeight } from './kernel';

function featuresOf(inputs: readonly Shape[]): number {
  const shape = inputs[0];
  if (shape.length !== 1)
    throw new ShapeError(
      `A dense layer reads one list of values, such as [${sizeOf(shape)}]; found [${shape.join(', ')}]. ` +
        'Put a flatten layer before it: { "kind": "flatten" }.',
    );
  return shape[0];
}

const activationOf = (kind: string) => kindOf(activations, 'activation', kind);

export const dense = defineLayer({
  kind: 'dense',
  title: 'Dense',
  help: 'Every unit reads every value of the layer before: output = activation(input · kernel + bias).',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  parameters: {
    units: {
      type: 'integer',
      title: 'Units',
      help: 'How many units, each giving one value.',
      min: 1,
      max: 1_000_000,
      step: 1,
    },
    activation: {
      type: 'choice',
      title: 'Activation',
      help: 'The function applied to each unit’s sum.',
      options: activationOptions,
      default: 'linear',
    },
    bias: {
      type: 'boolean',
      title: 'Bias',
      help: 'Add a trained number to each unit’s sum. It begins at 0.',
      default: true,
    },
    ...kernelParameters,
  },
  example: { units: 16, activation: 'relu' },
  shape({ units }, inputs) {
    featuresOf(inputs);
    return [units];
  },
  parameterCount: ({ units, bias }, inputs) => featuresOf(inputs) * units + (bias ? units : 0),
  multiplyAdds: ({ units }, inputs) => featuresOf(inputs) * units,

  weights({ params, inputShapes }) {
    const features = featuresOf(inputShapes);
    return [
      kernelWeight(params, { shape: [features, params.units], fanIn: features, fanOut: params.units }),
      ...(params.bias ? [{ name: 'bias', shape: [params.units], initialize: () => {} }] : []),
    ];
  },

  // The sum is kept apart from the activated value only where something reads it later.
  buffers: ({ params, fusedWithLoss }) =>
    fusedWithLoss || activationOf(params.activation).keeps === 'input'
      ? [{ name: 'sum', type: 'real', length: params.units, perSample: true }]
      : [],

  build(b) {
    const { kernels, output, fusedWithLoss } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const features = featuresOf(b.inputShapes);
    const { units } = b.params;
    const kernel = b.weight('kernel');
    const bias = b.params.bias ? b.weight('bias') : undefined;
    const activation = activationOf(b.params.activation);
    const sum = fusedWithLoss || activation.keeps === 'input' ? b.real('sum') : output;
    const kept = activation.keeps === 'input' ? sum : output;
    const dy = b.outputGradient;

    return {
      beforeActivation: fusedWithLoss ? sum : undefined,
      forward({ rows }) {
        kernels.multiply(sum, x, kernel.values, rows, units, features, false);
        if (bias) kernels.addBias(sum, bias.values, rows, units);
        activation.forward(sum, output, rows, units);
      },
      backward({ rows }) {
        if (!dy || !kernel.gradient) return;
        // In place: nobody reads the gradient of the activated value again.
        if (!fusedWithLoss) activation.backward(kept, dy, dy, rows, units);
        kernels.multiplyTransposedA(kernel.gradient, x, dy, features, units, rows, false);
        if (bias?.gradient) kernels.sumColumns(bias.gradient, dy, rows, units);
        if (dx) kernels.multiplyTransposedB(dx.values, dy, kernel.values, rows, features, units, dx.accumulate);
      },
    };
  },
});
