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
  /** Whether lines can be drawn from layer to layer. */
  readonly connectable: boolean;
  /** The link that what is being dragged would be put on. */
  readonly target: string | undefined;
  /** The layer that is reached by Tab. */
  readonly tabStop: string | undefined;
  /** @param extend whether the selection grows on the way */
  readonly walk: (from: string, by: -1 | 1, extend: boolean) => void;
  /** Opens the palette for a layer behind `id`: for all that read it, or for `before` alone. */
  readonly addAfter: (id: string, before?: string) => void;
}
const Context = createContext<CanvasContext | undefined>(undefined);
export const CanvasProvider = Context.Provider;
export function useCanvas(): CanvasContext {
  const value = useContext(Context);
  if (!value) throw new Error('Only inside the canvas.');
  return value;
}
