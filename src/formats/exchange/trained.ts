import type { StoredArrays, StoredColumns, StoredTarget } from '../../engine/preparation';
import type { Tensor } from '../../engine/real';
import { layerOf, type Model, type ModelLayer } from '../../model/model';
import { sizeOf } from '../../model/spec';
import { FormatError } from '../error';

/** A network with its weights, on its way to another program or from one. */
export interface TrainedModel {
  readonly model: Model;
  /** By name, such as "dense1/kernel", row-major, in the shapes of the engine (docs/netjson.md: channels last). */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What the outputs mean. */
  readonly target?: StoredTarget;
  /** Names of the inputs, where they have some. */
  readonly inputNames?: readonly string[];
  /** What was done to the inputs before the network saw them. */
  readonly scaling?: InputScaling;
  /** The same, and how each column of a table became inputs. */
  readonly preparation?: StoredColumns | StoredArrays;
}

/** The network sees (f(x) - offset) / scale, an input each, where f is ln(1 + x) for those of `logarithm`, else x. */
export interface InputScaling {
  readonly offset: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
  /** 1 for inputs that are taken to ln(1 + x) first. */
  readonly logarithm?: ArrayLike<number>;
}

/**
 * A weight of a layer, as 32-bit floats.
 * @throws FormatError where it is not there, or not of the size that its shape says
 */
export function weightOf(
  { weights }: TrainedModel,
  layer: ModelLayer,
  name: string,
): { shape: readonly number[]; values: Float32Array } {
  const tensor = weights.get(`${layer.id}/${name}`);
  if (!tensor) throw new FormatError(`The weights lack "${layer.id}/${name}": they are of another network.`);
  return { shape: tensor.shape, values: Float32Array.from(tensor.values) };
}

/** What the outputs of a network mean that came without saying so: classes where its answers are probabilities, else numbers. */
export function targetOf(model: Model): StoredTarget {
  const { params, shape } = layerOf(model, model.output);
  const size = sizeOf(shape);
  if (params.activation === 'softmax' && shape.length === 1)
    return { type: 'classes', names: Array.from({ length: size }, (_, i) => `class ${i}`) };
  return { type: 'numbers', names: Array.from({ length: size }, (_, i) => `output ${i}`) };
}

/** What an export could not say in the other program's words: of which layer, and what stands in its place. */
export interface ExportNote {
  readonly layer: string;
  readonly message: string;
}

/**
 * The dimensions of a tensor in another order.
 * @param order of each new dimension, the old one it is
 */
export function permuted(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const out = new Float32Array(values.length);
  const at = sizes.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[from];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++at[axis] < sizes[axis]) break;
      from -= steps[axis] * sizes[axis];
      at[axis] = 0;
    }
  }
  return out;
}
