import { showShape } from '../../model/parameters';
import { ShapeError, type Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { maskDrawer, unshared, type DropMode, type Sharing } from './parts/drawers';
import { maskBuffers, masked } from './parts/masked';
import { rateParameter } from './parts/rate';

/**
 * Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014), in the inverted form:
 * what is kept is scaled in training, so that evaluation is the identity. Their p is the probability of keeping;
 * `rate` is that of dropping, as in Keras and PyTorch. `noiseShape` is read as Keras reads it.
 */
export const dropout = defineLayer({
  kind: 'dropout',
  title: 'Dropout',
  help: 'In training, drops each unit with the probability `rate`, drawing other units for each sample, and scales the rest by 1 / (1 - rate). In evaluation, changes nothing.',
  group: 'Dropout',
  off: { rate: 0 },
  drops: true,
  inputs: { min: 1, max: 1 },
  kernels: ['copy', 'dropout', 'applyMask'],
  parameters: {
    ...rateParameter('The probability of dropping a unit: 0.5 drops half of the units, 0.2 drops a fifth.'),
    mode: {
      type: 'choice',
      title: 'Drawing',
      help: 'Whether the number of dropped units is left to chance.',
      options: [
        { value: 'bernoulli', help: 'Each unit is dropped or kept by itself: how many are dropped varies.' },
        {
          value: 'exact',
          help: 'Drops round(rate · units) units of each sample, any as likely, and scales the rest by units / units kept.',
        },
      ],
      default: 'bernoulli',
    },
    noiseShape: {
      type: 'shape',
      open: true,
      rank: { min: 2, max: 9 },
      title: 'Noise shape',
      help: 'The mask’s own shape, with the batch first: 1 shares the mask along a dimension, null does not. [null, 1, 1, null] drops whole channels of images; a 1 in the first place gives all samples of a batch the same mask.',
      optional: true,
    },
  },
  example: { rate: 0.5 },
  shape({ noiseShape }, [shape]) {
    sharingOf(noiseShape, shape);
    return shape;
  },
  buffers: maskBuffers,
  masks: ({ id, params, shape }, seed) =>
    maskDrawer(shape, sharingOf(params.noiseShape, shape), params.mode as DropMode, seed, id),
  build(b) {
    const sharing = sharingOf(b.params.noiseShape, b.shape);
    const drawer = maskDrawer(b.shape, sharing, b.params.mode as DropMode, b.seed, b.id);
    return masked(b, drawer, b.params.mode === 'exact' ? 'count' : 'rate');
  },
});

/** @throws ShapeError where the noise shape does not fit values of this shape */
function sharingOf(noiseShape: readonly (number | null)[] | undefined, shape: Shape): Sharing {
  if (!noiseShape) return unshared(shape);
  const fits =
    noiseShape.length === shape.length + 1 &&
    noiseShape.every((n, i) => n === null || n === 1 || (i > 0 && n === shape[i - 1]));
  if (!fits)
    throw new ShapeError(
      `"noiseShape" begins with the batch and goes on with the ${showShape(shape)} that the layer reads: ` +
        `${shape.length + 1} entries, each null or 1; found [${noiseShape.map(String).join(', ')}]. ` +
        `[null, ${shape.map(() => 'null').join(', ')}] shares nothing.`,
    );
  const [batch, ...own] = noiseShape;
  return { shape: own.map((n, axis) => n ?? shape[axis]), acrossBatch: batch === 1 };
}
