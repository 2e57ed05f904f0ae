import { store } from '../engine/matrices';
import type { Network } from '../engine/network';
import type { TensorFile } from '../formats/safetensors';
import { RunError } from './error';

/** How many things that do not fit are named one by one. */
const MOST_NAMED = 6;

/**
 * What keeps weights from being those of a network, in words for a person: tensors that are missing or of another shape,
 * then those that are of none of its layers. Nothing where they fit.
 * @param weights the weights alone, as `weightsOf` gives them
 */
export function misfitsOf(network: Network, weights: TensorFile): string[] {
  const wanted = [...network.weights.values()];
  const names = new Set(wanted.map(({ name }) => name));
  const strays = [...weights.tensors.keys()].filter((name) => !names.has(name));
  return [...lacks(network, weights), ...strays.map((name) => `"${name}" is of no layer here`)];
}

function lacks(network: Network, { tensors }: TensorFile): string[] {
  return [...network.weights.values()].flatMap(({ name, shape }) => {
    const found = tensors.get(name)?.shape;
    if (found?.join() === shape.join()) return [];
    return [`"${name}" should be of shape [${shape.join(', ')}], found ${found ? `[${found.join(', ')}]` : 'none'}`];
  });
}

/** The first few of what does not fit, and how many more there are. */
export function tellMisfits(misfits: readonly string[]): string {
  const more = misfits.length - MOST_NAMED;
  return misfits.slice(0, MOST_NAMED).join('; ') + (more > 0 ? `; and ${more} more.` : '.');
}

/**
 * Puts the weights of a checkpoint into a network of the same model; what a checkpoint holds besides is left out.
 * @throws RunError naming those that are missing or have another shape, with nothing changed
 */
export function putWeights(network: Network, file: TensorFile): void {
  const missing = lacks(network, file);
  if (missing.length > 0) throw new RunError(`The checkpoint does not fit the model: ${tellMisfits(missing)}`);
  for (const { name, values, matrix } of network.weights.values()) {
    const from = file.tensors.get(name)!.values;
    if (matrix) store(values, from, matrix);
    else values.set(from);
  }
}
