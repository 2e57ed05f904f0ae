import { sizeOf } from '../../model/spec';
import { activationOptions, activations } from '../activations/index';
import { defineLayer, kindOf } from '../define';

export const activation = defineLayer({
  kind: 'activation',
  title: 'Activation',
  help: 'Applies a function to the values of the layer before. Use it where the activation does not belong to a dense layer.',
  group: 'Layers',
  inputs: { min: 1, max: 1 },
  kernels: ['copy'],
  parameters: {
    activation: {
      type: 'choice',
      title: 'Function',
      help: 'The function applied. Softmax works along the last dimension.',
      options: activationOptions,
      default: 'relu',
    },
  },
  example: { activation: 'relu' },
  shape: (_params, inputs) => inputs[0],
  // Where another reader has already written its part of the gradient, ours is computed aside and added.
  buffers: ({ shape, gradients }) =>
    gradients ? [{ name: 'gradient', type: 'real', length: sizeOf(shape), perSample: true, lifetime: 'call' }] : [],

  build(b) {
    const { kernels, output, fusedWithLoss } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const size = sizeOf(b.shape);
    const columns = b.shape[b.shape.length - 1];
    const rowsOfSample = size / columns;
    const f = b.kernels.activation(kindOf(activations, 'activation', b.params.activation));
    const kept = f.keeps === 'input' ? x : output;
    const aside = b.gradients ? b.real('gradient') : undefined;

    return {
      beforeActivation: fusedWithLoss ? x : undefined,
      forward({ rows }) {
        f.forward(x, output, rows * rowsOfSample, columns);
      },
      backward({ rows }) {
        if (!dy || !dx) return;
        if (fusedWithLoss) {
          kernels.copy(dx.values, dy, rows * size, dx.accumulate);
        } else if (aside && dx.accumulate) {
          f.backward(kept, dy, aside, rows * rowsOfSample, columns);
          kernels.copy(dx.values, aside, rows * size, true);
        } else {
          f.backward(kept, dy, dx.values, rows * rowsOfSample, columns);
        }
      },
    };
  },
});
