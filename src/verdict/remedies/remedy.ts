import type { EditOperation } from '../../model/edit';
import { readersOf, type Model, type ModelLayer } from '../../model/model';

export type RemedyAction =
  /** One undo step; a new run shows what it did. */
  | { readonly type: 'edit'; readonly operation: EditOperation }
  /** Ends the run with the weights of its best epoch. */
  | { readonly type: 'stopAtBest' }
  /** Goes on with the run from what is on disk. */
  | { readonly type: 'resumeRun' }
  /** Begins a new run of what the document says. */
  | { readonly type: 'train' };

export interface Remedy {
  /** Stable and short, for tests. */
  readonly id: string;
  /** What it does: "Rate 0.5 after dense2". */
  readonly title: string;
  /** What is there now: "now 0.3". */
  readonly now?: string;
  /** Why it should help, in one sentence. */
  readonly why: string;
  readonly action: RemedyAction;
}

export interface RemedyFacts {
  readonly model: Model;
  /** True while the run can still be told something. */
  readonly alive: boolean;
  /** Training samples. */
  readonly samples: number;
  /** Where the run at hand was interrupted, and can be gone on with: the step it goes on from. */
  readonly resumable?: number;
}

export type Maybe = Remedy | undefined;

export const setValue = (path: readonly string[], value: EditValue): RemedyAction => ({
  type: 'edit',
  operation: { type: 'setValue', path, value },
});
type EditValue = Extract<EditOperation, { type: 'setValue' }>['value'];

export const setParameter = (layer: string, key: string, value: EditValue): RemedyAction => ({
  type: 'edit',
  operation: { type: 'setParameter', layer, key, value },
});

/** At most two digits that count, and no 0.30000000000000004. */
export const round = (x: number): number => Number(x.toPrecision(2));

/** What a layer has many of, and how many. */
export interface Size {
  readonly key: 'units' | 'filters';
  readonly size: number;
}
const ownSize = ({ params }: ModelLayer): Size | undefined => {
  const key = (['units', 'filters'] as const).find((name) => typeof params[name] === 'number');
  return key && { key, size: params[key] as number };
};
export const sizeOf = (layer: ModelLayer): Size => ownSize(layer)!;

/** Layers with weights, and units or filters of their own, but for those that give the answer. */
export function hidden({ model }: RemedyFacts): ModelLayer[] {
  const layers = new Map(model.layers.map((l) => [l.id, l]));
  const answering = new Set<string>();
  const goBack = (id: string): void => {
    const layer = layers.get(id)!;
    if (ownSize(layer)) answering.add(id);
    else layer.inputs.forEach(goBack);
  };
  goBack(model.output);
  return model.layers.filter((l) => l.parameters > 0 && ownSize(l) && !answering.has(l.id));
}

/** Kinds that take any number of values, and hand on as many of them as they got. */
const PASSING = new Set([
  ...['activation', 'batchNorm', 'layerNorm', 'flatten', 'concat', 'gaussianNoise', 'dropout', 'gaussianDropout'],
  ...[
    'alphaDropout',
    'spatialDropout',
    'dropBlock',
    'stochasticDepth',
    'maxPool2d',
    'averagePool2d',
    'globalAveragePool2d',
  ],
]);

/** Hidden layers whose number of units or filters is nobody else's business: not that of what is added to theirs, say. */
export function resizable(facts: RemedyFacts): ModelLayer[] {
  const layers = new Map(facts.model.layers.map((l) => [l.id, l]));
  const readers = readersOf(facts.model);
  const isFree = (id: string): boolean => {
    const behind = (readers.get(id) ?? []).map((reader) => layers.get(reader)!);
    return behind.length > 0 && behind.every((l) => ownSize(l) !== undefined || (PASSING.has(l.kind) && isFree(l.id)));
  };
  return hidden(facts).filter(({ id }) => isFree(id));
}
