import { layerOf, type Model } from '../model/model';
import { kindOf, type LayerDefinition } from './define';
import { layers as builtInLayers } from './layers/index';
import { checkSeed } from './rng/philox';

/**
 * The mask that the training step `step` uses for one sample of any layer that drops values: a byte a value, 1 where it
 * is dropped. It depends on nothing else: no network need be there.
 * @throws RangeError where there is no such layer, it drops no values, the rate is outside [0, 1) or the seed is none
 */
export function maskOf(
  model: Model,
  key: {
    readonly seed: number;
    readonly layer: string;
    /** Number of the training step, from 0, and position in its batch, from 0. */
    readonly step: number;
    readonly sample: number;
    readonly rate: number;
  },
  layers: ReadonlyMap<string, LayerDefinition> = builtInLayers,
): Uint8Array {
  const { seed, layer: id, step, sample, rate } = key;
  checkSeed(seed);
  if (!(rate >= 0 && rate < 1))
    throw new RangeError(`Layer "${id}": a rate is a number from 0 to below 1; found ${rate}.`);
  const { kind, params, shape } = layerOf(model, id);
  const drawer = kindOf(layers, 'layer kind', kind).masks?.({ id, params, shape }, seed);
  if (!drawer) throw new RangeError(`Layer "${id}", of kind "${kind}", drops no values, so it has no mask.`);
  const mask = new Uint8Array(drawer.units);
  drawer.draw(mask, 0, { rate }, step, sample);
  return mask;
}
