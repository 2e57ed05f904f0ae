import { SELU_ALPHA, SELU_SCALE } from '../activations/selu';
import { defineLayer } from '../define';
import { droppingAt } from '../dropping';
import { maskDrawer, unshared } from './parts/drawers';
import { maskBuffers } from './parts/masked';
import { rateParameter } from './parts/rate';

/** What SELU gives far below 0: a dropped unit has this value. */
export const ALPHA_DROPPED = -SELU_SCALE * SELU_ALPHA;

/** a and b of f(x) = a x + b, which brings values of mean 0 and variance 1 back to those after dropping. */
export function alphaAffine(rate: number): { readonly a: number; readonly b: number } {
  const a = 1 / Math.sqrt((1 - rate) * (1 + rate * ALPHA_DROPPED ** 2));
  return { a, b: -a * rate * ALPHA_DROPPED };
}

/** Klambauer et al., "Self-Normalizing Neural Networks" (2017), section "New Dropout Technique". */
export const alphaDropout = defineLayer({
  kind: 'alphaDropout',
  title: 'Alpha dropout',
  help: 'Dropout for SELU: in training, each unit is set with the probability `rate` to -1.7581, which is SELU’s lowest value, and all are then scaled and shifted so that mean 0 and variance 1 are kept.',
  group: 'Dropout',
  off: { rate: 0 },
  drops: true,
  inputs: { min: 1, max: 1 },
  parameters: rateParameter('The probability of dropping a unit. 0.05 to 0.1 goes well with SELU.'),
  example: { rate: 0.1 },
  shape: (_params, [shape]) => shape,
  buffers: maskBuffers,
  masks: ({ id, shape }, seed) => maskDrawer(shape, unshared(shape), 'bernoulli', seed, id),
  build(build) {
    const { kernels, output, outputGradient: dy } = build;
    const [x] = build.inputs;
    const [dx] = build.inputGradients;
    const drawer = maskDrawer(build.shape, unshared(build.shape), 'bernoulli', build.seed, build.id);
    const { units, source } = drawer;
    const mask = build.uint8('mask');
    const dropping = droppingAt(build.params.rate, { ...drawer, last: mask });
    // Of the last forward pass: the rate may have been moved by hand since.
    let scale = 1;

    return {
      dropping,
      forward({ mode, rows, step, firstSample }) {
        if (mode === 'evaluate') {
          kernels.copy(output, x, rows * units, false);
          return;
        }
        const { rate } = dropping;
        const { a, b } = alphaAffine(rate);
        scale = a;
        const droppedValue = a * ALPHA_DROPPED + b;
        kernels.drawMasks(mask, rows, units, source!, dropping, step, firstSample);
        for (let i = 0; i < rows * units; i++) output[i] = mask[i] === 1 ? droppedValue : a * x[i] + b;
      },
      backward({ mode, rows }) {
        if (!dy || !dx) return;
        if (mode === 'evaluate') kernels.copy(dx.values, dy, rows * units, dx.accumulate);
        else kernels.applyMask(dx.values, dy, mask, scale, rows * units, dx.accumulate);
      },
    };
  },
});
