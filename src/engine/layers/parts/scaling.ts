import type { Parameters, Shape } from '../../../model/spec';
import type { WeightSpec } from '../../define';
import type { Real } from '../../real';
import type { Typed } from '../../typed';

/** What a normalisation says of the scale and the shift behind it, as in Keras. Spread into a layer's `parameters`. */
export const scalingParameters = {
  epsilon: {
    type: 'number',
    title: 'Epsilon',
    help: 'Added to the variance, so that values that are all alike do not divide by 0.',
    above: 0,
    max: 1,
    step: 0.001,
    default: 0.001,
  },
  center: {
    type: 'boolean',
    title: 'Shift',
    help: 'Add a trained number (beta) to each normalised value. It begins at 0.',
    default: true,
  },
  scale: {
    type: 'boolean',
    title: 'Scale',
    help: 'Multiply each normalised value by a trained number (gamma). It begins at 1.',
    default: true,
  },
} as const satisfies Parameters;

type Params = Pick<Typed<typeof scalingParameters>, 'center' | 'scale'>;

export const scalingWeights = ({ center, scale }: Params, shape: Shape): readonly WeightSpec[] => [
  ...(scale ? [{ name: 'gamma', shape, initialize: (values: Real) => void values.fill(1) }] : []),
  ...(center ? [{ name: 'beta', shape, initialize: () => {} }] : []),
];

/** How many trained numbers `scalingWeights` makes for so many values. */
export const scalingCount = ({ center, scale }: Params, size: number): number =>
  (center ? size : 0) + (scale ? size : 0);
