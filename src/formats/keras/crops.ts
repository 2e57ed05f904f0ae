import type { JsonObject } from '../../model/json';
import type { ConfigLayer } from './config';

/** The class that `joinCrops` gives a slice; no name of Keras's. */
export const SLICE = 'slice of the last dimension';

/**
 * A slice as it is written for Keras: a reshape to a picture of one channel, a crop of its width, a reshape back. The three
 * become one layer, under the last one's name, where nothing else reads the two before it.
 */
export function joinCrops(layers: readonly ConfigLayer[]): readonly ConfigLayer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const readers = new Map<string, number>();
  for (const { inputs } of layers) for (const name of inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  const gone = new Set<string>();
  const joined = layers.map((last): ConfigLayer => {
    const crop = byName.get(last.inputs[0]);
    const first = crop && byName.get(crop.inputs[0]);
    const plain = [first, crop, last].every((layer) => layer?.problem === undefined && layer?.inputs.length === 1);
    if (!plain || first!.className !== 'Reshape' || crop!.className !== 'Cropping2D' || last.className !== 'Reshape')
      return last;
    if (readers.get(first!.name) !== 1 || readers.get(crop!.name) !== 1) return last;
    gone.add(first!.name).add(crop!.name);
    const config: JsonObject = {
      picture: first!.config.target_shape ?? null,
      cropping: crop!.config.cropping ?? null,
      data_format: crop!.config.data_format ?? null,
      target_shape: last.config.target_shape ?? null,
    };
    return { name: last.name, className: SLICE, config, inputs: first!.inputs };
  });
  return joined.filter(({ name }) => !gone.has(name));
}
