import type { Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { maskDrawer } from './parts/drawers';
import { maskBuffers, masked } from './parts/masked';
import { rateParameter } from './parts/rate';

/** One entry a sample. */
const perSample = (shape: Shape) => ({ shape: shape.map(() => 1), acrossBatch: false });

/**
 * Huang et al., "Deep Networks with Stochastic Depth" (2016), with two later habits: each sample draws for itself, and
 * what is kept is scaled in training rather than everything in evaluation.
 */
export const stochasticDepth = defineLayer({
  kind: 'stochasticDepth',
  title: 'Stochastic depth',
  help: 'In training, drops all that it reads with the probability `rate`, sample by sample, and scales it by 1 / (1 - rate) where it is kept. At the end of a residual branch, before its "add", it makes the network shallower for some samples.',
  group: 'Dropout',
  off: { rate: 0 },
  drops: true,
  inputs: { min: 1, max: 1 },
  parameters: rateParameter('The probability of dropping the branch for a sample.'),
  example: { rate: 0.2 },
  shape: (_params, [shape]) => shape,
  buffers: maskBuffers,
  masks: ({ id, shape }, seed) => maskDrawer(shape, perSample(shape), 'bernoulli', seed, id),
  build: (b) => masked(b, maskDrawer(b.shape, perSample(b.shape), 'bernoulli', b.seed, b.id), 'rate'),
});
