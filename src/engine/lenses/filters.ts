import { filterShape } from '../../model/filters';
import { layerOf } from '../../model/model';
import { rowMajor } from '../matrices';
import type { LensView } from './define';

export interface FiltersAsk {
  readonly layer: string;
  /** The first unit wanted; at most MOST_FILTERS are given. */
  readonly from: number;
}
export interface FiltersAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly layer: string;
  readonly from: number;
  /** All units, or filters, that the layer has. */
  readonly units: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** filters x height x width x channels. */
  readonly images: Float32Array;
  /** The largest size of a weight in the whole layer: what all images are drawn against. */
  readonly largest: number;
}

export const MOST_FILTERS = 64;

/**
 * What the units of a layer look for in a picture: their weights as pictures, as in figure 7 of Srivastava et al. (2014);
 * of a convolution, its kernels.
 * @throws RangeError where the layer reads no picture, or it has no such unit
 */
export function filters({ trainer }: LensView, { layer: id, from }: FiltersAsk): FiltersAnswer {
  const { network, step } = trainer;
  const { model } = network;
  const shape = filterShape(model, layerOf(model, id));
  if (!shape) throw new RangeError(`Layer "${id}" does not read a picture: its weights make none.`);
  const { values, matrix, shape: dims } = network.weights.get(`${id}/kernel`)!;
  const units = dims[dims.length - 1];
  if (!Number.isInteger(from) || from < 0 || from >= units)
    throw new RangeError(`Layer "${id}" has the units 0 to ${units - 1}; asked for ${from}.`);
  const weights = rowMajor(values, matrix);
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const count = Math.min(MOST_FILTERS, units - from);
  const images = new Float32Array(count * size);
  for (let f = 0; f < count; f++) for (let i = 0; i < size; i++) images[f * size + i] = weights[i * units + from + f];
  let largest = 0;
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, Math.abs(weights[i]));
  return { step, layer: id, from, units, height, width, channels, images, largest };
}
