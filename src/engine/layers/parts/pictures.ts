import { showShape } from '../../../model/parameters';
import { ShapeError, sizeOf, type Parameters, type Shape } from '../../../model/spec';
import type { Windows } from '../../kernels/set';

/** What Keras calls `padding`, for convolution and pooling. */
export const paddingParameter = {
  padding: {
    type: 'choice',
    title: 'Padding',
    help: 'What happens at the borders.',
    options: [
      { value: 'valid', help: 'The window stays inside, so that the output is smaller than the input.' },
      {
        value: 'same',
        help: 'Zeros are put around the input, so that with strides of 1 the output has the input’s height and width.',
      },
    ],
    default: 'valid',
  },
} as const satisfies Parameters;

export type Picture = readonly [height: number, width: number, channels: number];

/**
 * The input of a layer that reads pictures.
 * @param name what the message calls the layer, such as "A conv2d layer"
 * @throws ShapeError where it is no [height, width, channels]
 */
export function pictureOf(name: string, shape: Shape): Picture {
  if (shape.length === 3) return [shape[0], shape[1], shape[2]];
  const side = Math.sqrt(sizeOf(shape));
  const example = showShape(
    shape.length === 2 ? [...shape, 1] : Number.isInteger(side) ? [side, side, 1] : [1, ...shape, 1],
  );
  throw new ShapeError(
    `${name} reads pictures of shape [height, width, channels]; found ${showShape(shape)}. ` +
      `Give the input such a shape, or put a reshape layer before it: { "kind": "reshape", "shape": ${example} }.`,
  );
}

/**
 * The input of a layer that reads sequences, as a picture of height 1.
 * @throws ShapeError where it is no [length, channels]
 */
export function sequenceOf(name: string, shape: Shape): Picture {
  if (shape.length === 2) return [1, shape[0], shape[1]];
  throw new ShapeError(
    `${name} reads sequences of shape [length, channels]; found ${showShape(shape)}. ` +
      `Give the input such a shape, or put a reshape layer before it: { "kind": "reshape", "shape": [${sizeOf(shape)}, 1] }.`,
  );
}

export interface WindowSettings {
  /** What messages call the window, such as "kernelSize". */
  readonly name: string;
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: string;
}

/**
 * Where a window goes, as Keras and TensorFlow place it: with `valid`, floor((size - reach) / stride) + 1 places, where
 * the reach of a window with gaps is (window - 1) · dilation + 1; with `same`, ceil(size / stride) places, and the
 * padding that takes is halved, the odd one behind.
 * @throws ShapeError where the window is larger than the picture
 */
export function windowsOf([height, width, channels]: Picture, settings: WindowSettings): Windows {
  const [vertical, horizontal] = [height, width].map((size, axis) => {
    const { name, window, strides, dilation, padding } = settings;
    const stride = strides[axis];
    const reach = (window[axis] - 1) * dilation[axis] + 1;
    if (padding === 'same') {
      const places = Math.ceil(size / stride);
      return { places, before: Math.floor(Math.max(0, (places - 1) * stride + reach - size) / 2) };
    }
    if (reach > size)
      throw new ShapeError(
        `The window, ${reach} wide along dimension ${axis + 1} of ${showShape([height, width])}, is larger than the ${size} ` +
          `values there. Make "${name}" smaller, or set "padding": "same".`,
      );
    return { places: Math.floor((size - reach) / stride) + 1, before: 0 };
  });
  return {
    height,
    width,
    channels,
    rows: vertical.places,
    columns: horizontal.places,
    windowHeight: settings.window[0],
    windowWidth: settings.window[1],
    strideY: settings.strides[0],
    strideX: settings.strides[1],
    dilationY: settings.dilation[0],
    dilationX: settings.dilation[1],
    top: vertical.before,
    left: horizontal.before,
  };
}
