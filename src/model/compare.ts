import { type Link, joinGraphs } from './compareGraph';
import { pairLayers } from './comparePairs';
import { type Difference, differences, equal } from './differences';
import type { Json, JsonObject } from './json';
import type { Configured, Model, ModelLayer, TrainingConfig } from './model';
import { parametersOf } from './model';

export type Mark = 'same' | 'added' | 'removed' | 'changed';

/** What of a layer differs: something that is written, or what follows from it. */
export interface LayerChange extends Difference {
  readonly of: 'id' | 'kind' | 'parameter' | 'inputs' | 'shape' | 'parameterCount';
}

/** A layer of one model, or of both, with what became of it. */
export interface ComparedLayer {
  /** In the joined graph: the one it has after, where it is still there. */
  readonly id: string;
  readonly mark: Mark;
  readonly before?: ModelLayer;
  readonly after?: ModelLayer;
  /** Empty unless the mark is 'changed'. */
  readonly changes: readonly LayerChange[];
}

export interface Comparison {
  /** In the order of the joined graph. */
  readonly layers: readonly ComparedLayer[];
  /** Who reads whom in either model, by ids of the joined graph. */
  readonly links: readonly Link[];
  /** Outside of the layers: paths begin with "name", "data" or "training". */
  readonly sections: readonly Difference[];
  /** One model with the layers of both: for drawing, not for training. */
  readonly joined: Model;
  /** Trained numbers in all. */
  readonly parameters: { readonly before: number; readonly after: number };
}

/**
 * What became of a model: layers are told by their ids, and a layer that only got another id by its kind, its parameters
 * and its neighbours. Where a layer stands in the file says nothing.
 */
export function compare(before: Model, after: Model): Comparison {
  const pairs = pairLayers(before, after);
  const joined = joinGraphs(before, after, pairs);
  const earlier = new Map(before.layers.map((l) => [l.id, l]));
  const later = new Map(after.layers.map((l) => [l.id, l]));
  const idBefore = new Map([...pairs].map(([b, a]) => [a, b]));
  const layers = joined.model.layers.map(({ id }): ComparedLayer => {
    const a = later.get(id);
    const b = earlier.get(a ? (idBefore.get(id) ?? '') : id);
    if (!a) return { id, mark: 'removed', before: b, changes: [] };
    if (!b) return { id, mark: 'added', after: a, changes: [] };
    const changes = changesOf(b, a, pairs);
    return { id, mark: changes.length > 0 ? 'changed' : 'same', before: b, after: a, changes };
  });
  return {
    layers,
    links: joined.links,
    sections: differences(sectionsOf(before), sectionsOf(after)),
    joined: joined.model,
    parameters: { before: parametersOf(before), after: parametersOf(after) },
  };
}

/** Whether two models are the same network, on the same data, with the same training. */
export const isSame = ({ layers, sections }: Comparison): boolean =>
  sections.length === 0 && layers.every((l) => l.mark === 'same');

function changesOf(before: ModelLayer, after: ModelLayer, pairs: ReadonlyMap<string, string>): LayerChange[] {
  const changes: LayerChange[] = [];
  const note = (of: LayerChange['of'], b: Json, a: Json): void => {
    if (!equal(b, a)) changes.push({ of, path: [], before: b, after: a });
  };
  note('id', before.id, after.id);
  note('kind', before.kind, after.kind);
  for (const d of differences(before.params, after.params)) changes.push({ of: 'parameter', ...d });
  // Reading the same layer under its new id is no change.
  const inputs = before.inputs.map((id) => pairs.get(id));
  if (!equal(inputs as Json, [...after.inputs]))
    changes.push({ of: 'inputs', path: [], before: [...before.inputs], after: [...after.inputs] });
  note('shape', [...before.shape], [...after.shape]);
  note('parameterCount', before.parameters, after.parameters);
  return changes;
}

/** What a model says besides its layers, as one object. */
function sectionsOf({ name, data, training }: Model): JsonObject {
  return { name, ...(data && { data: { source: data.kind, ...data.params } }), ...(training && trainingOf(training)) };
}

function trainingOf({ loss, optimizer, metrics, schedule, ...plain }: TrainingConfig): JsonObject {
  const open = ({ kind, params }: Configured): JsonObject => ({ kind, ...params });
  // What is left out of the file is left out here.
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)) as JsonObject;
  return {
    training: {
      loss: open(loss),
      optimizer: open(optimizer),
      ...(schedule && { schedule: open(schedule) }),
      ...given,
      ...(metrics && { metrics: metrics.map((m) => (Object.keys(m.params).length > 0 ? open(m) : m.kind)) }),
    },
  };
}
