import type { Tensor } from '../../engine/real';
import type { Model, ModelLayer } from '../../model/model';
import { sizeOf } from '../../model/spec';
import { namesFor } from '../pytorch/python';
import type { TensorFile } from '../safetensors';
import { ImportError } from './imported';
import { permuted } from './trained';

/** A weight as a network wants it. */
export interface WantedWeight {
  readonly name: string;
  readonly layer: string;
  readonly shape: readonly number[];
}

/** PyTorch's names of weights, by ours. A Linear's and a convolution's kernel, and a norm's scale, are all "weight". */
const THEIRS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
  embeddings: 'weight',
};

/**
 * Fits the tensors of a safetensors file to a network: under our names ("dense1/kernel"), or as a PyTorch `state_dict`.
 * There, modules are found by the layers' ids ("dense1.weight"), as our own program for PyTorch names them, or, where all are numbered as in a Sequential, in their
 * order. Nothing is guessed: a tensor that fits no weight, a weight that gets no tensor, and shapes that differ are listed.
 * @param wanted all weights of the network, in the order of its layers
 * @throws ImportError with every reason
 */
export function weightsFor(
  model: Model,
  wanted: readonly WantedWeight[],
  { tensors }: TensorFile,
): ReadonlyMap<string, Tensor> {
  if (wanted.every(({ name }) => tensors.has(name))) return ownWeights(wanted, tensors);
  const modules = groupsOf(tensors);
  const layers = [...new Set(wanted.map(({ layer }) => layer))];
  const names = [...modules.keys()];
  const numbered = names.every((name) => /(^|\.)\d+$/.test(name));
  const pythonNames = namesFor(model.layers.map(({ id }) => id));
  const named = [(id: string) => id, (id: string) => pythonNames.get(id)!].find((nameOf) =>
    layers.every((id) => names.includes(nameOf(id))),
  );
  const byId = named !== undefined;
  if (!byId && !numbered)
    throw new ImportError([
      `Modules of the file are ${names.join(', ')}; layers with weights are ${layers.join(', ')}. ` +
        'Name the modules as the layers, or put them into one Sequential, where they are numbered.',
    ]);
  if (!byId && names.length !== layers.length)
    throw new ImportError([
      `The file has ${names.length} modules with weights (${names.join(', ')}), the network ${layers.length} (${layers.join(', ')}).`,
    ]);
  const inOrder = byId ? names : [...names].sort((a, b) => lastNumber(a) - lastNumber(b));
  const moduleOf = new Map(layers.map((id, i) => [id, named?.(id) ?? inOrder[i]]));
  const layerOfModule = new Map(model.layers.map((layer) => [moduleOf.get(layer.id) ?? named?.(layer.id), layer]));
  const problems: string[] = [];
  const found = new Map<string, Tensor>();
  const used = new Set<string>();
  for (const { name, layer, shape } of wanted) {
    const module = moduleOf.get(layer)!;
    const theirs = `${module}.${THEIRS[name.slice(name.lastIndexOf('/') + 1)]}`;
    const tensor = tensors.get(theirs);
    used.add(theirs);
    const turned =
      tensor &&
      ours(
        tensor,
        shape,
        model.layers.find((l) => l.id === layer)!,
        name,
      );
    if (!tensor) problems.push(`"${name}" gets nothing: there is no "${theirs}".`);
    else if (!turned)
      problems.push(
        `"${theirs}" of shape [${tensor.shape.join(', ')}] does not fit "${name}" of shape [${shape.join(', ')}].`,
      );
    else found.set(name, turned);
  }
  for (const [name, { values }] of tensors)
    if (!used.has(name) && !name.endsWith('num_batches_tracked') && !isIdle(name, values, layerOfModule))
      problems.push(`"${name}" has no place in the network.`);
  if (problems.length > 0) throw new ImportError(problems);
  return found;
}

/** True for a scale of ones or a shift of zeros, where the layer has none: PyTorch's norms cannot leave out one of them. */
function isIdle(
  name: string,
  values: ArrayLike<number>,
  layerOfModule: ReadonlyMap<string | undefined, ModelLayer>,
): boolean {
  const at = name.lastIndexOf('.');
  const params = layerOfModule.get(name.slice(0, at))?.params;
  const all = (value: number): boolean => Array.from(values).every((v) => v === value);
  return (
    (name.slice(at) === '.weight' && params?.scale === false && all(1)) ||
    (name.slice(at) === '.bias' && params?.center === false && all(0))
  );
}

function ownWeights(wanted: readonly WantedWeight[], tensors: TensorFile['tensors']): Map<string, Tensor> {
  const problems = wanted.flatMap(({ name, shape }) => {
    const found = tensors.get(name)!;
    if (found.shape.join() === shape.join()) return [];
    return [`"${name}" should be of shape [${shape.join(', ')}], found [${found.shape.join(', ')}].`];
  });
  if (problems.length > 0) throw new ImportError(problems);
  return new Map(wanted.map(({ name }) => [name, tensors.get(name)!]));
}

/** Modules by name, each with the names of its tensors. */
function groupsOf(tensors: TensorFile['tensors']): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of tensors.keys()) {
    const module = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    groups.set(module, [...(groups.get(module) ?? []), name]);
  }
  return groups;
}

const lastNumber = (name: string): number => Number(/\d+$/.exec(name)![0]);

/**
 * A tensor in our shape: a Linear's [units, features] is turned, a convolution's [filters, channels, window..] too.
 * @returns undefined where it does not fit
 */
function ours(tensor: Tensor, shape: readonly number[], layer: ModelLayer, name: string): Tensor | undefined {
  const rank = shape.length;
  const turns = name.endsWith('/kernel') && (layer.kind === 'dense' || layer.kind === 'dropConnect' || rank > 2);
  const order = turns
    ? rank === 2
      ? [1, 0]
      : [...shape.slice(2).map((_, i) => i + 2), 1, 0]
    : shape.map((_, axis) => axis);
  const fits = tensor.shape.length === rank && order.every((axis, i) => tensor.shape[axis] === shape[i]);
  if (!fits || sizeOf(shape) !== tensor.values.length) return undefined;
  return { shape, values: turns ? permuted(Float32Array.from(tensor.values), tensor.shape, order) : tensor.values };
}
