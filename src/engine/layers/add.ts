import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { branches, commonShape } from './parts/merging';

/** y = x_1 + … + x_n, all of one shape. Around layers it makes a residual block: He et al. (2015), arXiv 1512.03385. */
export const add = defineLayer({
  kind: 'add',
  title: 'Add',
  help: 'Sums the layers it reads, value by value. Given what stands before and behind some layers, it makes a shortcut around them.',
  group: 'Layers',
  inputs: branches,
  kernels: ['copy'],
  parameters: {},
  example: {},
  exampleInputs: [
    [8, 8, 16],
    [8, 8, 16],
  ],
  shape: (_params, inputs) => commonShape('An add layer', inputs),
  multiplyAdds: (_params, inputs) => (inputs.length - 1) * sizeOf(inputs[0]),

  build({ kernels, inputs, output, inputGradients, outputGradient, shape }) {
    const size = sizeOf(shape);
    return {
      forward({ rows }) {
        for (let i = 0; i < inputs.length; i++) kernels.copy(output, inputs[i], rows * size, i > 0);
      },
      backward({ rows }) {
        if (!outputGradient) return;
        for (const dx of inputGradients) if (dx) kernels.copy(dx.values, outputGradient, rows * size, dx.accumulate);
      },
    };
  },
});
