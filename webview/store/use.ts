import { createContext, useContext, useSyncExternalStore } from 'react';
import type { State } from './state';
import type { Store } from './store';

export const StoreContext = createContext<Store | undefined>(undefined);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error('No store above this component.');
  return store;
}

/** `select` must return something that stays the same while nothing changed: a primitive or a piece of the state. */
export function useApp<T>(select: (state: State) => T): T {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
