import { sizeOf } from '../../model/spec';
import { defineLayer, type Dropping } from '../define';
import { drawMask, dropoutStream, maskWords } from '../rng/philox';

/**
 * Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014), in the inverted form:
 * what is kept is scaled in training, so that evaluation is the identity. Their p is the probability of keeping;
 * `rate` is that of dropping, as in Keras and PyTorch.
 */
export const dropout = defineLayer({
  kind: 'dropout',
  title: 'Dropout',
  help: 'In training, drops each unit with the probability `rate`, drawing other units for each sample, and scales the rest by 1 / (1 - rate). In evaluation, changes nothing.',
  group: 'Dropout',
  drops: true,
  inputs: { min: 1, max: 1 },
  parameters: {
    rate: {
      type: 'number',
      title: 'Rate',
      help: 'The probability of dropping a unit: 0.5 drops half of the units, 0.2 drops a fifth.',
      min: 0,
      below: 1,
      step: 0.01,
      default: 0.5,
    },
  },
  example: { rate: 0.5 },
  shape: (_params, inputs) => inputs[0],
  buffers: ({ shape }) => [
    { name: 'mask', type: 'uint8', length: sizeOf(shape), perSample: true },
    { name: 'words', type: 'uint32', length: maskWords(sizeOf(shape)), perSample: false },
  ],

  build(b) {
    const { kernels, output, seed } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const dy = b.outputGradient;
    const units = sizeOf(b.shape);
    const stream = dropoutStream(b.id);
    const mask = b.uint8('mask');
    const words = b.uint32('words');
    const dropping: Dropping = { rate: b.params.rate, units, mask };
    // The scale that went with the mask: the rate may have been moved by hand since the forward pass.
    let scale = 1;

    return {
      dropping,
      forward({ mode, rows, step, firstSample }) {
        if (mode === 'evaluate') {
          kernels.copy(output, x, rows * units, false);
          return;
        }
        const { rate } = dropping;
        scale = 1 / (1 - rate);
        for (let row = 0; row < rows; row++)
          drawMask(mask, row * units, units, words, seed, stream, step, firstSample + row, rate);
        kernels.applyMask(output, x, mask, scale, rows * units, false);
      },
      backward({ mode, rows }) {
        if (!dy || !dx) return;
        if (mode === 'evaluate') kernels.copy(dx.values, dy, rows * units, dx.accumulate);
        else kernels.applyMask(dx.values, dy, mask, scale, rows * units, dx.accumulate);
      },
    };
  },
});
