import type { Model, ModelLayer } from './model';
import type { LayerSpec } from './spec';

/**
 * The twin of a model: the same, with everything of the dropout family off. It draws the same first weights and the same
 * batches from the same seed, so what it does otherwise is what dropout did. It has no reason of its own to stop early, for it
 * ends when the model's own run does; which of its epochs is the best is told as in the model.
 * @param layers what says of each kind how it is off
 */
export function twinOf(model: Model, layers: ReadonlyMap<string, Pick<LayerSpec, 'off'>>): Model {
  const withoutDropout = (layer: ModelLayer): ModelLayer => {
    const off = layers.get(layer.kind)?.off;
    if (!off) return layer;
    const params = { ...layer.params, ...off };
    // A schedule of what is off would turn it on again.
    for (const name of Object.keys(off)) delete params[`${name}Schedule`];
    return { ...layer, params };
  };
  const { training } = model;
  return {
    ...model,
    layers: model.layers.map(withoutDropout),
    ...(training && {
      training: {
        ...training,
        ...(training.earlyStopping && { earlyStopping: { ...training.earlyStopping, patience: Infinity } }),
        stopAt: undefined,
        maxSeconds: undefined,
      },
    }),
  };
}
