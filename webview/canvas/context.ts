/** What every node of the canvas needs and no node owns. */
import { createContext, useContext } from 'react';
import type { Graph } from './graph';
import type { Density, NodeBox } from './geometry';
import type { Layout } from './layout';

export interface CanvasContext {
  readonly graph: Graph;
  readonly boxes: ReadonlyMap<string, NodeBox>;
  readonly layout: Layout;
  readonly density: Density;
  /** Whether pictures of a run are drawn, or the hollow units of a design. */
  readonly train: boolean;
  readonly editable: boolean;
  /** The layer that is reached by Tab. */
  readonly tabStop: string | undefined;
  readonly walk: (from: string, by: -1 | 1) => void;
  readonly addAfter: (id: string) => void;
}
const Context = createContext<CanvasContext | undefined>(undefined);
export const CanvasProvider = Context.Provider;
export function useCanvas(): CanvasContext {
  const value = useContext(Context);
  if (!value) throw new Error('Only inside the canvas.');
  return value;
}
