import type { JsonObject } from '../model/json';
import type { Model, ModelLayer } from '../model/model';
import type { Change } from '../protocol/training';

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

export interface Moves {
  /** What a run in training is to take over from its document. */
  readonly changes: readonly Change[];
  /** The model it trains once it has. */
  readonly model: Model;
  /** Why something that a run could take over has to wait for the next one. */
  readonly waiting?: string;
}

/**
 * How a run in training follows its document: rates, and numbers of its training section that stand in the place of
 * numbers. All else waits for the next run.
 * @param maxBatch the most samples that a batch of this run has memory for
 */
export function movesOf(trained: Model, model: Model, maxBatch: number): Moves {
  const changes: Change[] = [];
  const layers = trained.layers.map((layer) => {
    const rate = rateMoved(layer, model);
    if (rate === undefined) return layer;
    changes.push({ layer: layer.id, parameter: 'rate', to: rate });
    return { ...layer, params: withRate(layer.params, rate) };
  });
  const [was, now] = [trained.training, model.training];
  if (!was || !now) return { changes, model: { ...trained, layers } };

  const training: { -readonly [K in keyof typeof was]: (typeof was)[K] } = { ...was };
  if (was.optimizer.kind === now.optimizer.kind) {
    const params = { ...was.optimizer.params };
    for (const [name, from] of Object.entries(params)) {
      const to = now.optimizer.params[name];
      if (typeof from !== 'number' || typeof to !== 'number' || from === to) continue;
      changes.push({ parameter: `optimizer.${name}`, to });
      params[name] = to;
    }
    training.optimizer = { ...was.optimizer, params };
  }
  for (const parameter of ['clipValue', 'clipNorm'] as const) {
    const to = now[parameter];
    if (was[parameter] === undefined || to === undefined || was[parameter] === to) continue;
    changes.push({ parameter, to });
    training[parameter] = to;
  }
  const { batchSize } = now;
  const fits = batchSize <= maxBatch;
  if (fits && batchSize !== was.batchSize) {
    changes.push({ parameter: 'batchSize', to: batchSize });
    training.batchSize = batchSize;
  }
  return {
    changes,
    model: { ...trained, layers, training },
    ...(!fits && {
      waiting: `This run has memory for batches of up to ${maxBatch} samples: batches of ${batchSize} begin with the next run.`,
    }),
  };
}

/** A run's model as it is trained: with what was changed by hand. */
export function asChanged(model: Model | undefined, changes: readonly Change[]): Model | undefined {
  if (!model) return undefined;
  const changed = changes.reduce((now, { layer, parameter, to }): Model => {
    if (layer !== undefined)
      return { ...now, layers: now.layers.map((l) => (l.id === layer ? { ...l, params: withRate(l.params, to) } : l)) };
    const { training } = now;
    if (!training) return now;
    const [section, name] = parameter.split('.');
    if (section !== 'optimizer' || name === undefined) return { ...now, training: { ...training, [parameter]: to } };
    const optimizer = { ...training.optimizer, params: { ...training.optimizer.params, [name]: to } };
    return { ...now, training: { ...training, optimizer } };
  }, model);
  return changed;
}
