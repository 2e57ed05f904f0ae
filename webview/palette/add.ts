import { useCallback } from 'react';
import type { LayerDescription } from '../../src/protocol/designer';
import { useStore } from '../store/use';
import { placeFor } from './search';

/** What a kind dragged out of the palette carries. */
export const DRAGGED = 'application/x-layer-kind';

/** Adds a layer of a kind behind `after`, or where a new one belongs. */
export function useAddLayer(): (kind: LayerDescription, after?: string) => void {
  const store = useStore();
  return useCallback(
    (kind, after) => {
      const { snapshot, selection } = store.get();
      const model = snapshot?.model;
      const place = after ?? (model ? placeFor(model, selection) : null);
      const known = new Set(model?.layers.map((l) => l.id));
      void store.edit({ type: 'addLayer', after: place, kind: kind.kind, params: { ...kind.example } }).then((made) => {
        // The new layer is the one to change next.
        const fresh = made && store.get().snapshot?.model?.layers.find((l) => !known.has(l.id));
        if (fresh) store.select(fresh.id);
      });
    },
    [store],
  );
}
