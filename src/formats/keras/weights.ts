import type { Tensor } from '../../engine/real';
import type { Shape } from '../../model/spec';
import type { Hdf5ArrayReader, Hdf5GroupReader } from '../hdf5/read';
import { inKerasOrder, weightGroups } from './order';

/** A layer whose weights are looked for. */
export interface WeightedLayer {
  readonly name: string;
  readonly className: string;
  readonly inputs: readonly string[];
}
/** An array of numbers of a file, read when it is asked for. */
export interface StoredArray {
  readonly shape: Shape;
  read(): Tensor['values'];
}
/** The arrays of a layer. */
export interface StoredLayer {
  readonly count: number;
  /** @param place in Keras's order @param name Keras's, by which it is found where the file names its arrays */
  at(place: number, name: string): StoredArray | undefined;
}
/** @returns undefined where the file has none for the layer */
export type StoredWeights = (layer: WeightedLayer) => StoredLayer | undefined;

export const byName = (arrays: ReadonlyMap<string, StoredArray>): StoredLayer => ({
  count: arrays.size,
  at: (_place, name) => arrays.get(name),
});
const byPlace = (arrays: readonly StoredArray[]): StoredLayer => ({
  count: arrays.length,
  at: (place) => arrays[place],
});

/** Numbers as 32-bit floats, which all weights here are. */
const stored = (array: Hdf5ArrayReader): StoredArray => ({
  shape: array.shape,
  read: () => {
    const values = array.read();
    return values instanceof Float32Array ? values : Float32Array.from(values);
  },
});

const groupIn = (group: Hdf5GroupReader | undefined, name: string): Hdf5GroupReader | undefined => {
  const item = group?.names.includes(name) ? group.get(name) : undefined;
  return item?.kind === 'group' ? item : undefined;
};

/**
 * Of "model.weights.h5" in a ".keras" file: "layers/dense_1/vars/0". Later versions of Keras say the layer's name on the
 * group; in earlier ones groups are numbered by class, in the order in which Keras goes through a network.
 */
export function weightsByClass(root: Hdf5GroupReader, layers: readonly WeightedLayer[], output: string): StoredWeights {
  const all = layersIn(root);
  const named = new Map<string, Hdf5GroupReader>();
  for (const name of all?.names ?? []) {
    const vars = groupIn(groupIn(all, name), 'vars');
    const of = vars?.attributes.has('name') ? vars.attributes.text('name') : undefined;
    if (vars && of !== undefined) named.set(of, vars);
  }
  if (named.size === 0) return weightsByNumber(root, layers, output).stored;
  return ({ name }) => inVars(named.get(name));
}

/** The same by numbers alone, as Keras finds them; and the groups with weights that none of the layers has. */
export function weightsByNumber(
  root: Hdf5GroupReader,
  layers: readonly WeightedLayer[],
  output: string,
): { readonly stored: StoredWeights; readonly leftOver: () => readonly string[] } {
  const all = layersIn(root);
  const numbered = weightGroups(inKerasOrder(layers, output));
  const inGroup = (name: string): StoredLayer | undefined => inVars(groupIn(groupIn(all, name), 'vars'));
  return {
    stored: ({ name }) => inGroup(numbered.get(name) ?? ''),
    leftOver() {
      const known = new Set(numbered.values());
      return (all?.names ?? []).filter((name) => !known.has(name) && (inGroup(name)?.count ?? 0) > 0);
    },
  };
}

// Files of Keras 2.12 have longer names for the same.
const layersIn = (root: Hdf5GroupReader): Hdf5GroupReader | undefined =>
  groupIn(root, 'layers') ?? groupIn(root, '_layer_checkpoint_dependencies');

/** The arrays of a group "vars", which are numbered. */
function inVars(vars: Hdf5GroupReader | undefined): StoredLayer | undefined {
  if (!vars) return undefined;
  const places = [...vars.names].sort((a, b) => Number(a) - Number(b));
  const arrays = places.flatMap((name) => {
    const item = vars.get(name);
    return item?.kind === 'array' ? [stored(item)] : [];
  });
  return byPlace(arrays);
}

/** Of an HDF5 file with a whole model: a group for each layer, whose attribute "weight_names" says what is in it. */
export function weightsByLayer(root: Hdf5GroupReader): StoredWeights {
  const all = groupIn(root, 'model_weights') ?? root;
  return (layer) => {
    const group = groupIn(all, layer.name);
    if (!group?.attributes.has('weight_names')) return undefined;
    const arrays = new Map(
      (group.attributes.texts('weight_names') ?? []).flatMap((path): [string, StoredArray][] => {
        let item: Hdf5GroupReader | Hdf5ArrayReader | undefined = group;
        for (const part of path.split('/')) item = item?.kind === 'group' ? item.get(part) : undefined;
        return item?.kind === 'array' ? [[weightName(path), stored(item)]] : [];
      }),
    );
    return byName(arrays);
  };
}

/** "dense_1/kernel:0" is "kernel". */
export const weightName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/:\d+$/, '');

/** The arrays of a layer in the order wanted, or what the file lacks of them. */
export function weightsOfLayer(
  found: StoredLayer | undefined,
  wanted: readonly { readonly theirs: string; readonly shape: Shape }[],
): readonly StoredArray[] | string {
  if (wanted.length === 0) return [];
  if (!found) return 'has no weights in the file';
  if (found.count !== wanted.length)
    return `has ${found.count} arrays of weights in the file; ${wanted.map(({ theirs }) => theirs).join(', ')} expected`;
  const arrays: StoredArray[] = [];
  for (const [i, { theirs, shape }] of wanted.entries()) {
    const array = found.at(i, theirs);
    if (!array) return `has no "${theirs}" in the file`;
    if (array.shape.join() !== shape.join())
      return `has "${theirs}" of shape [${array.shape.join(', ')}] in the file; [${shape.join(', ')}] expected`;
    arrays.push(array);
  }
  return arrays;
}
