import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { branches, commonShape } from './parts/merging';

/** y = x_1 · … · x_n, value by value, all of one shape: one branch can gate another. */
export const multiply = defineLayer({
  kind: 'multiply',
  title: 'Multiply',
  help: 'Multiplies the layers it reads, value by value. A branch that ends in sigmoid lets through as much of the other as it chooses.',
  group: 'Layers',
  inputs: branches,
  kernels: ['multiplyAll'],
  parameters: {},
  example: {},
  exampleInputs: [
    [8, 8, 16],
    [8, 8, 16],
  ],
  shape: (_params, inputs) => commonShape('A multiply layer', inputs),
  multiplyAdds: (_params, inputs) => (inputs.length - 1) * sizeOf(inputs[0]),

  build({ kernels, inputs, output, inputGradients, outputGradient: dy, shape }) {
    const size = sizeOf(shape);
    return {
      forward({ rows }) {
        kernels.multiplyAll(output, undefined, inputs, -1, rows * size, false);
      },
      // The product of the others is taken anew, not by division: a factor may be 0.
      backward({ rows }) {
        if (!dy) return;
        for (let i = 0; i < inputs.length; i++) {
          const dx = inputGradients[i];
          if (dx) kernels.multiplyAll(dx.values, dy, inputs, i, rows * size, dx.accumulate);
        }
      },
    };
  },
});
