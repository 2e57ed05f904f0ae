import { store } from '../engine/matrices';
import type { Network } from '../engine/network';
import type { TensorFile } from '../formats/safetensors';
import { RunError } from './error';

/**
 * Puts the weights of a checkpoint into a network of the same model; what a checkpoint holds besides is left out.
 * @throws RunError where one is missing or has another shape, with nothing changed
 */
export function putWeights(network: Network, { tensors }: TensorFile): void {
  for (const { name, shape } of network.weights.values()) {
    const found = tensors.get(name);
    if (found?.shape.join() !== shape.join())
      throw new RunError(
        `The checkpoint does not fit the model: "${name}" should be of shape [${shape.join(', ')}], found ${found ? `[${found.shape.join(', ')}]` : 'none'}.`,
      );
  }
  for (const { name, values, matrix } of network.weights.values()) {
    const from = tensors.get(name)!.values;
    if (matrix) store(values, from, matrix);
    else values.set(from);
  }
}
