import type { Parameters, Shape } from '../../../model/spec';
import type { Windows } from '../../kernels/set';
import type { Typed } from '../../typed';
import { paddingParameter, pictureOf, windowsOf } from './pictures';

export const poolParameters = {
  poolSize: {
    type: 'shape',
    title: 'Window',
    help: 'Height and width of the window: 2 for [2, 2].',
    rank: { min: 2, max: 2 },
    single: true,
    default: [2, 2],
  },
  strides: {
    type: 'shape',
    title: 'Strides',
    help: 'How far the window moves down and to the right. Left out: by its own size, so that windows do not overlap.',
    rank: { min: 2, max: 2 },
    single: true,
    optional: true,
  },
  ...paddingParameter,
} as const satisfies Parameters;

/** @param name what messages call the layer, such as "A maxPool2d layer" */
export const poolWindows = (
  name: string,
  { poolSize, strides = poolSize, padding }: Typed<typeof poolParameters>,
  inputs: readonly Shape[],
): Windows =>
  windowsOf(pictureOf(name, inputs[0]), { name: 'poolSize', window: poolSize, strides, dilation: [1, 1], padding });

export const pooledShape = ({ rows, columns, channels }: Windows): Shape => [rows, columns, channels];
