import type { Model } from '../model/model';

/**
 * All of a model that a running training cannot follow, as text to compare: everything but the rates, names, and
 * where things stand in the file.
 */
export function structureOf(model: Model): string {
  const layers = model.layers.map(({ id, kind, inputs, params }) => ({
    id,
    kind,
    inputs,
    params: { ...params, rate: null },
  }));
  return JSON.stringify({ data: model.data, layers, training: model.training });
}
