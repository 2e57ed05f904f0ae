import type { Real } from '../../real';
import { patchOf, placesOf } from '../products';
import type { ProductKernels, Windows } from '../set';
import type { Machine } from './machine';
import { isFused, WORTH_SHARING } from './products';

/** Where the geometry begins among the words of a call. */
const GEOMETRY = 16;

/** Convolution with weights in panels. The patches are packed from the pictures, never made: `patches` stays unused. */
export function wasmConvolution(
  machine: Machine,
): Pick<ProductKernels, 'convolve' | 'convolveInputGradient' | 'convolveWeightGradient'> {
  const { words, scratch } = machine;
  const forward = machine.kernel('convolve');
  const inputGradient = machine.kernel('convolveInputGradient');
  const weightGradient = machine.kernel('convolveWeightGradient');

  const run = (kernel: number, samples: number, filters: number, w: Windows): void => {
    words[GEOMETRY] = w.height;
    words[GEOMETRY + 1] = w.width;
    words[GEOMETRY + 2] = w.channels;
    words[GEOMETRY + 3] = w.rows;
    words[GEOMETRY + 4] = w.columns;
    words[GEOMETRY + 5] = w.windowHeight;
    words[GEOMETRY + 6] = w.windowWidth;
    words[GEOMETRY + 7] = w.strideY;
    words[GEOMETRY + 8] = w.strideX;
    words[GEOMETRY + 9] = w.dilationY;
    words[GEOMETRY + 10] = w.dilationX;
    words[GEOMETRY + 11] = w.top;
    words[GEOMETRY + 12] = w.left;
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

    convolveInputGradient(dx: Real, dy, w, samples, filters, windows, _patches, accumulate) {
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
