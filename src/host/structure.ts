import type { JsonObject } from '../model/json';
import type { Model, ModelLayer } from '../model/model';

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

/**
 * The rate that a layer in training is to take from its document, where that changed. A plain rate in the place of a
 * schedule counts as changed by hand; a new schedule waits for the next run.
 */
export function rateMoved(trained: ModelLayer, model: Model): number | undefined {
  const now = model.layers.find((l) => l.id === trained.id && l.kind === trained.kind)?.params;
  if (typeof now?.rate !== 'number' || now.rateSchedule) return undefined;
  return now.rate === trained.params.rate && !trained.params.rateSchedule ? undefined : now.rate;
}

/** Parameters with a rate set by hand: it follows no schedule. */
export function withRate(params: JsonObject, rate: number): JsonObject {
  const moved: JsonObject = { ...params, rate };
  delete moved.rateSchedule;
  return moved;
}
