import { useCallback } from 'react';
import type { LayerDescription } from '../../src/protocol/designer';
import { useStore } from '../store/use';
import { placeFor } from './search';

/** What a kind dragged out of the palette carries. */
export const DRAGGED = 'application/x-layer-kind';

/** Adds a layer of a kind behind `after`, for all who read that or for `before` alone; or where a new one belongs. */
export function useAddLayer(): (kind: LayerDescription, after?: string, before?: string) => void {
  const store = useStore();
  return useCallback(
    (kind, after, before) => {
      const { snapshot, selection } = store.get();
      const model = snapshot?.model;
      const place = after ?? (model ? placeFor(model, selection) : null);
      // The new layer is the one to change next.
      void store.editAndSelect({
        type: 'addLayer',
        after: place,
        ...(before !== undefined && { before }),
        kind: kind.kind,
        params: { ...kind.example },
      });
    },
    [store],
  );
}
