import { patchOf, placesOf } from '../products';
import type { ProductKernels, Windows } from '../set';
import type { Machine } from './machine';
import { isFused, WORTH_SHARING } from './products';
import { writeWindows } from './windows';

/** Convolution with weights in panels. The patches are packed from the pictures, never made: `patches` stays unused. */
export function wasmConvolution(
  machine: Machine,
): Pick<ProductKernels, 'convolve' | 'convolveInputGradient' | 'convolveWeightGradient'> {
  const { words, scratch } = machine;
  const forward = machine.kernel('convolve');
  const inputGradient = machine.kernel('convolveInputGradient');
  const weightGradient = machine.kernel('convolveWeightGradient');

  const run = (kernel: number, samples: number, filters: number, w: Windows): void => {
    writeWindows(words, w);
    machine.run(kernel, samples * placesOf(w) * patchOf(w) * filters >= WORTH_SHARING);
  };

  return {
    convolve(sum, output, images, w, bias, activation, samples, filters, windows) {
      words[0] = sum.byteOffset;
      words[1] = images.byteOffset;
      words[2] = w.byteOffset;
      words[3] = bias ? bias.byteOffset : 0;
      words[4] = samples;
      words[5] = filters;
      words[6] = activation.kind === 'relu' && sum === output ? 1 : 0;
      words[7] = scratch;
      run(forward, samples, filters, windows);
      if (!isFused(activation, sum, output)) activation.forward(sum, output, samples * placesOf(windows), filters);
    },

    convolveInputGradient(dx, dy, w, samples, filters, windows, _patches, accumulate) {
      words[0] = dx.byteOffset;
      words[1] = dy.byteOffset;
      words[2] = w.byteOffset;
      words[3] = samples;
      words[4] = filters;
      words[5] = accumulate ? 1 : 0;
      words[6] = scratch;
      run(inputGradient, samples, filters, windows);
    },

    convolveWeightGradient(w, images, dy, samples, filters, windows) {
      words[0] = w.gradient!.byteOffset;
      words[1] = images.byteOffset;
      words[2] = dy.byteOffset;
      words[3] = samples;
      words[4] = filters;
      words[5] = scratch;
      run(weightGradient, samples, filters, windows);
    },
  };
}
