import { showShape } from '../../model/parameters';
import { ShapeError, type Shape } from '../../model/spec';
import { defineLayer } from '../define';
import { maskDrawer } from './parts/drawers';
import { maskBuffers, masked } from './parts/masked';
import { rateParameter } from './parts/rate';

/** One entry a channel, shared by all positions. */
const perChannel = (shape: Shape) => ({
  shape: shape.map((n, axis) => (axis === shape.length - 1 ? n : 1)),
  acrossBatch: false,
});

/** Tompson et al., "Efficient Object Localization Using Convolutional Networks" (2015). */
export const spatialDropout = defineLayer({
  kind: 'spatialDropout',
  title: 'Spatial dropout',
  help: 'In training, drops whole channels with the probability `rate`, other ones for each sample, and scales the rest by 1 / (1 - rate): neighbours in a feature map are so alike that dropping single values takes nothing away.',
  group: 'Dropout',
  off: { rate: 0 },
  drops: true,
  inputs: { min: 1, max: 1 },
  parameters: rateParameter('The probability of dropping a channel.'),
  example: { rate: 0.2 },
  exampleInputs: [[4, 4, 6]],
  shape(_params, [shape]) {
    if (shape.length < 2)
      throw new ShapeError(
        `Spatial dropout reads positions and channels, such as [height, width, channels]; found ${showShape(shape)}. ` +
          'For a list of values take "dropout".',
      );
    return shape;
  },
  buffers: maskBuffers,
  masks: ({ id, shape }, seed) => maskDrawer(shape, perChannel(shape), 'bernoulli', seed, id),
  build: (b) => masked(b, maskDrawer(b.shape, perChannel(b.shape), 'bernoulli', b.seed, b.id), 'rate'),
});
