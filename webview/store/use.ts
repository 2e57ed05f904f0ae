import { createContext, useContext, useSyncExternalStore } from 'react';
import type { DataSummary, Sight } from '../../src/protocol/training';
import { beatOf, sightOf, type Beat } from './picture';
import type { State } from './state';
import type { Store } from './store';

export const StoreContext = createContext<Store | undefined>(undefined);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error('No store above this component.');
  return store;
}

/** Of the run, where a run is shown; of the document, where the design is. */
export const useData = (train: boolean): DataSummary | undefined =>
  useApp((s) => (train ? (s.session.data ?? s.snapshot?.data) : (s.snapshot?.data ?? s.session.data)));

/** `select` must return something that stays the same while nothing changed: a primitive or a piece of the state. */
export function useApp<T>(select: (state: State) => T): T {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

/** What is seen of the run, where a run is shown. */
export const useSight = (train: boolean): Sight | undefined => useApp((s) => (train ? sightOf(s) : undefined));

/** How far slow motion has come; undefined: the whole picture is drawn. */
export const useBeat = (train: boolean): Beat | undefined => useApp((s) => (train ? beatOf(s) : undefined));
