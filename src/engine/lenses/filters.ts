import type { Model, ModelLayer } from '../../model/model';
import { layerOf } from '../../model/model';
import { sizeOf } from '../../model/spec';
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

/** Layers that hand values on in their order. */
const passing = ['dropout', 'flatten', 'gaussianDropout', 'gaussianNoise', 'alphaDropout', 'reshape', 'activation'];

/** The picture that each unit of a layer weighs, as [height, width, channels]; undefined where it is none. */
export function filterShape(model: Model, layer: ModelLayer): readonly [number, number, number] | undefined {
  if (layer.kind === 'conv2d') {
    const [height, width] = layer.params.kernelSize as readonly number[];
    return [height, width, layer.inputShapes[0][2]];
  }
  if (layer.kind !== 'dense') return undefined;
  let source = layerOf(model, layer.inputs[0]);
  while (passing.includes(source.kind)) source = layerOf(model, source.inputs[0]);
  if (source.inputs.length > 0) return undefined;
  const image = source.params.image as readonly number[] | undefined;
  const [height, width, channels = 1] = source.shape.length === 3 ? source.shape : (image ?? []);
  return height * width * channels === sizeOf(source.shape) ? [height, width, channels] : undefined;
}

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
