import type { Json, JsonObject, JsonPath } from '../json';

/**
 * A gesture on the picture. Layers are named by id, never by index, so that a gesture made on an older version of the
 * text still finds its layer, or is refused because the layer is gone.
 */
export type EditOperation =
  /** `value: undefined` removes the key, so that the default holds again. */
  | { readonly type: 'setParameter'; readonly layer: string; readonly key: string; readonly value?: Json }
  /** The same of several layers. */
  | { readonly type: 'setParameters'; readonly layers: readonly string[]; readonly key: string; readonly value?: Json }
  | {
      readonly type: 'addLayer';
      /** Stands behind this layer; null: at the very start. */
      readonly after: string | null;
      /** The one reader of `after` that reads the new layer in its place; absent: all of them do. */
      readonly before?: string;
      readonly kind: string;
      readonly params: JsonObject;
      readonly id?: string;
    }
  /** Between a layer and all that it reads; other readers of those keep what they have. */
  | { readonly type: 'addLayerBefore'; readonly layer: string; readonly kind: string; readonly params: JsonObject }
  | { readonly type: 'removeLayer'; readonly layer: string }
  /** Readers of each read what it read. */
  | { readonly type: 'removeLayers'; readonly layers: readonly string[] }
  /** Makes `to` read `from`: in the place of what it read where its kind reads one layer, besides it where it reads several. */
  | { readonly type: 'connect'; readonly from: string; readonly to: string }
  | { readonly type: 'disconnect'; readonly from: string; readonly to: string }
  /** Copies of layers behind the last of them, joined as they are. */
  | { readonly type: 'duplicateLayers'; readonly layers: readonly string[] }
  /** Layers out of a text as `layersText` makes it. */
  | { readonly type: 'pasteLayers'; readonly after: string | null; readonly text: string }
  /** In the chain of layers, one place earlier or later. */
  | { readonly type: 'moveLayer'; readonly layer: string; readonly by: -1 | 1 }
  | { readonly type: 'renameLayer'; readonly layer: string; readonly id: string }
  /** A value in `data` or `training`, such as ["training", "optimizer", "learningRate"]. */
  | { readonly type: 'setValue'; readonly path: readonly string[]; readonly value?: Json }
  /** What a column of the data is for. */
  | { readonly type: 'useColumn'; readonly column: string; readonly use: ColumnUse }
  | TextOperation;

export type ColumnUse = 'input' | 'category' | 'target' | 'ignored';

/** What the fix of a finding does to the very text in which it was found: it names places, not layers. */
export type TextOperation =
  /** `value: undefined` removes what stands there; `first`: a new key goes to the front of its object. */
  | { readonly type: 'setPath'; readonly path: JsonPath; readonly value?: Json; readonly first?: true }
  | { readonly type: 'renameKey'; readonly path: JsonPath; readonly key: string }
  | ({ readonly type: 'replaceText' } & TextChange)
  /** Writes the text in the newest version of the format. */
  | { readonly type: 'bringUpToDate' };

/** True where an operation made for one version of the text means something else in another. */
export const isBoundToText = ({ type }: EditOperation): boolean =>
  type === 'setPath' || type === 'renameKey' || type === 'replaceText';

/** The document moved on, or the gesture does not fit: says which, and what to do. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused';
}

export interface TextChange {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}
