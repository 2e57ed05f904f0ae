import type { EditOperation } from '../../model/edit';
import type { Model, ModelLayer } from '../../model/model';

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
  /** Layer kinds that drop. */
  readonly drops: ReadonlySet<string>;
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

/** Layers with units of their own that something else reads: what dropout can stand behind. */
export function hidden({ model }: RemedyFacts): ModelLayer[] {
  return model.layers.filter((l) => l.parameters > 0 && l.id !== model.output && typeof l.params.units === 'number');
}

export const unitsOf = (layer: ModelLayer): number => layer.params.units as number;
