import type { Real } from '../real';
import type { WindowKernels, Windows } from './set';

/** Where a window begins along one axis; before 0 where it begins in the padding. */
const startOf = (position: number, stride: number, padding: number): number => position * stride - padding;

/**
 * patches[rows · columns, windowHeight · windowWidth · channels] = what each window sees of the picture that begins at
 * `start` of `images`; padding: 0.
 */
export function unfold(patches: Real, images: Real, start: number, w: Windows): void {
  const { channels } = w;
  let to = 0;
  for (let row = 0; row < w.rows; row++) {
    const top = startOf(row, w.strideY, w.top);
    for (let column = 0; column < w.columns; column++) {
      const left = startOf(column, w.strideX, w.left);
      for (let ky = 0, y = top; ky < w.windowHeight; ky++, y += w.dilationY)
        for (let kx = 0, x = left; kx < w.windowWidth; kx++, x += w.dilationX) {
          const inside = y >= 0 && y < w.height && x >= 0 && x < w.width;
          const from = start + (y * w.width + x) * channels;
          if (inside) for (let c = 0; c < channels; c++) patches[to + c] = images[from + c];
          else for (let c = 0; c < channels; c++) patches[to + c] = 0;
          to += channels;
        }
    }
  }
}

/** Adds each patch's values to the places of the picture that `unfold` took them from: the gradient of `unfold`. */
export function fold(images: Real, start: number, patches: Real, w: Windows): void {
  const { channels } = w;
  let from = 0;
  for (let row = 0; row < w.rows; row++) {
    const top = startOf(row, w.strideY, w.top);
    for (let column = 0; column < w.columns; column++) {
      const left = startOf(column, w.strideX, w.left);
      for (let ky = 0, y = top; ky < w.windowHeight; ky++, y += w.dilationY)
        for (let kx = 0, x = left; kx < w.windowWidth; kx++, x += w.dilationX) {
          const to = start + (y * w.width + x) * channels;
          if (y >= 0 && y < w.height && x >= 0 && x < w.width)
            for (let c = 0; c < channels; c++) images[to + c] += patches[from + c];
          from += channels;
        }
    }
  }
}

/** The loops of pooling in plain TypeScript. Padding is met as places that are not there. */
export const windowKernels: WindowKernels = {
  maxPool(output, chosen, images, samples, w) {
    const { channels } = w;
    const size = w.height * w.width * channels;
    let at = 0;
    for (let sample = 0; sample < samples; sample++)
      for (let row = 0; row < w.rows; row++) {
        const y0 = startOf(row, w.strideY, w.top);
        const yFirst = Math.max(y0, 0);
        const yEnd = Math.min(y0 + w.windowHeight, w.height);
        for (let column = 0; column < w.columns; column++) {
          const x0 = startOf(column, w.strideX, w.left);
          const xFirst = Math.max(x0, 0);
          const xEnd = Math.min(x0 + w.windowWidth, w.width);
          for (let c = 0; c < channels; c++, at++) {
            let best = sample * size + (yFirst * w.width + xFirst) * channels + c;
            for (let y = yFirst; y < yEnd; y++)
              for (let x = xFirst; x < xEnd; x++) {
                const here = sample * size + (y * w.width + x) * channels + c;
                // NaN wins: a network gone wrong must not look healthy.
                if (images[here] > images[best] || Number.isNaN(images[here])) best = here;
              }
            output[at] = images[best];
            chosen[at] = best;
          }
        }
      }
  },

  maxPoolGradient(gradient, outputGradient, chosen, samples, w, accumulate) {
    if (!accumulate) gradient.fill(0, 0, samples * w.height * w.width * w.channels);
    const count = samples * w.rows * w.columns * w.channels;
    for (let at = 0; at < count; at++) gradient[chosen[at]] += outputGradient[at];
  },

  averagePool(output, images, samples, w) {
    const { channels } = w;
    const size = w.height * w.width * channels;
    let at = 0;
    for (let sample = 0; sample < samples; sample++)
      for (let row = 0; row < w.rows; row++) {
        const y0 = startOf(row, w.strideY, w.top);
        const yFirst = Math.max(y0, 0);
        const yEnd = Math.min(y0 + w.windowHeight, w.height);
        for (let column = 0; column < w.columns; column++) {
          const x0 = startOf(column, w.strideX, w.left);
          const xFirst = Math.max(x0, 0);
          const xEnd = Math.min(x0 + w.windowWidth, w.width);
          const count = (yEnd - yFirst) * (xEnd - xFirst);
          for (let c = 0; c < channels; c++, at++) {
            let sum = 0;
            for (let y = yFirst; y < yEnd; y++)
              for (let x = xFirst; x < xEnd; x++) sum += images[sample * size + (y * w.width + x) * channels + c];
            output[at] = sum / count;
          }
        }
      }
  },

  averagePoolGradient(gradient, outputGradient, samples, w, accumulate) {
    const { channels } = w;
    const size = w.height * w.width * channels;
    if (!accumulate) gradient.fill(0, 0, samples * size);
    let at = 0;
    for (let sample = 0; sample < samples; sample++)
      for (let row = 0; row < w.rows; row++) {
        const y0 = startOf(row, w.strideY, w.top);
        const yFirst = Math.max(y0, 0);
        const yEnd = Math.min(y0 + w.windowHeight, w.height);
        for (let column = 0; column < w.columns; column++) {
          const x0 = startOf(column, w.strideX, w.left);
          const xFirst = Math.max(x0, 0);
          const xEnd = Math.min(x0 + w.windowWidth, w.width);
          const count = (yEnd - yFirst) * (xEnd - xFirst);
          for (let c = 0; c < channels; c++, at++) {
            const share = outputGradient[at] / count;
            for (let y = yFirst; y < yEnd; y++)
              for (let x = xFirst; x < xEnd; x++) gradient[sample * size + (y * w.width + x) * channels + c] += share;
          }
        }
      }
  },
};
