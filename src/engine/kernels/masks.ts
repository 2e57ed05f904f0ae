import { drawMask } from '../rng/philox';
import type { MaskKernels } from './set';

const words = new Uint32Array(4);

/** Masks in plain loops: they are drawn first, then applied. */
export const maskKernels: MaskKernels = {
  drawMasks(mask, rows, units, { seed, stream }, rated, step, firstSample) {
    for (let row = 0; row < rows; row++)
      drawMask(mask, row * units, units, words, seed, stream, step, firstSample + row, rated);
  },

  dropout(to, from, scale, mask, rows, units, source, rated, step, firstSample) {
    maskKernels.drawMasks(mask, rows, units, source, rated, step, firstSample);
    maskKernels.applyMask(to, from, mask, scale, rows * units, false);
  },

  applyMask(to, from, mask, scale, length, accumulate) {
    if (accumulate) for (let i = 0; i < length; i++) to[i] += mask[i] === 1 ? 0 : from[i] * scale;
    else for (let i = 0; i < length; i++) to[i] = mask[i] === 1 ? 0 : from[i] * scale;
  },
};
