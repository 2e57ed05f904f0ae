import type { Json, JsonObject } from './json';

/**
 * A gesture on the picture. Layers are named by id, never by index, so that a gesture made on an older version of the
 * text still finds its layer, or is refused because the layer is gone.
 */
export type EditOperation =
  /** `value: undefined` removes the key, so that the default holds again. */
  | { readonly type: 'setParameter'; readonly layer: string; readonly key: string; readonly value?: Json }
  | {
      readonly type: 'addLayer';
      /** Stands behind this layer; null: at the very start. */
      readonly after: string | null;
      readonly kind: string;
      readonly params: JsonObject;
      readonly id?: string;
    }
  | { readonly type: 'removeLayer'; readonly layer: string }
  /** In the chain of layers, one place earlier or later. */
  | { readonly type: 'moveLayer'; readonly layer: string; readonly by: -1 | 1 }
  | { readonly type: 'renameLayer'; readonly layer: string; readonly id: string }
  /** A value in `data` or `training`, such as ["training", "optimizer", "learningRate"]. */
  | { readonly type: 'setValue'; readonly path: readonly string[]; readonly value?: Json };
