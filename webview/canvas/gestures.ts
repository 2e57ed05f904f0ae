/** What is done to the graph as a whole: keys, connecting, and letting go of a kind out of the palette. */
import { useCallback, useState } from 'react';
import type { DragEvent, KeyboardEvent } from 'react';
import type { Connection, Edge } from '@xyflow/react';
import { useReactFlow } from '@xyflow/react';
import { whyNotConnected } from '../../src/model/connecting';
import { DRAGGED, useAddLayer } from '../palette/add';
import { placeFor } from '../palette/search';
import { selected } from '../store/state';
import { useApp, useStore } from '../store/use';
import type { NodeBox } from './geometry';
import type { Graph } from './graph';
import { linkNear, type Layout, type Placed } from './layout';

/** How near to the middle of a link something is let go to be put on it, on the screen. */
const REACH = 48;

const centreOf = (p: Placed): number => p.x + p.width / 2;

/** Whether `to` may read `from`, and does not yet. */
export function mayConnect(graph: Graph, from: string, to: string): boolean {
  const reader = graph.byId.get(to);
  if (!reader || reader.layer.inputs.includes(from)) return false;
  const most = reader.kind?.inputs.max ?? 1;
  return whyNotConnected(from, reader.layer, most, (id) => graph.byId.get(id)?.layer.inputs) === undefined;
}

/** Keys of the whole graph, besides those of zooming. Called only where it can be edited. */
export function useEditingKeys(graph: Graph): (event: KeyboardEvent) => boolean {
  const store = useStore();
  return useCallback(
    (event) => {
      const at = event.target as HTMLElement;
      if (at.closest('[role=slider], vscode-text-field, input')) return false;
      const layers = selected(store.get());
      const { model } = store.get().snapshot ?? {};
      if (event.ctrlKey || event.metaKey) {
        const key = event.key.toLowerCase();
        if (key === 'a') store.selectAll(graph.nodes.map((n) => n.id));
        else if (key === 'v') void store.paste(model ? placeFor(model, layers[0]) : null);
        else if (layers.length === 0) return false;
        else if (key === 'c') void store.copy();
        else if (key === 'x') void store.cut();
        else if (key === 'd') void store.editAndSelect({ type: 'duplicateLayers', layers });
        else return false;
        return true;
      }
      if (event.altKey || (event.key !== 'Delete' && event.key !== 'Backspace') || layers.length === 0) return false;
      void store.edit({ type: 'removeLayers', layers });
      return true;
    },
    [graph, store],
  );
}

export function useConnecting(graph: Graph) {
  const store = useStore();
  return {
    onConnect: useCallback(
      ({ source, target }: Connection) => void store.edit({ type: 'connect', from: source, to: target }),
      [store],
    ),
    isValidConnection: useCallback(
      ({ source, target }: Connection | Edge) => mayConnect(graph, source, target),
      [graph],
    ),
  };
}

/** A kind dragged out of the palette: onto a link, or anywhere, behind the layer that stands to the left. */
export function useDropping(graph: Graph, layout: Layout, boxes: ReadonlyMap<string, NodeBox>, editable: boolean) {
  const flow = useReactFlow();
  const add = useAddLayer();
  const catalogue = useApp((s) => s.catalogue);
  const [target, setTarget] = useState<string>();
  const near = (event: DragEvent) =>
    linkNear(
      flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }),
      layout,
      boxes,
      REACH / Math.min(1, flow.getZoom()),
    );
  return {
    target,
    onDragOver: (event: DragEvent): void => {
      if (!editable || !event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      setTarget(near(event)?.id);
    },
    onDragLeave: (event: DragEvent): void => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setTarget(undefined);
    },
    onDrop: (event: DragEvent): void => {
      setTarget(undefined);
      const kind = catalogue?.layers.find((k) => k.kind === event.dataTransfer.getData(DRAGGED));
      if (!kind) return;
      event.preventDefault();
      const link = near(event);
      if (link) return add(kind, link.from, link.target);
      const { x } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const centre = (id: string): number => centreOf(layout.nodes.get(id)!);
      const before = graph.nodes.filter((n) => centre(n.id) <= x && n.role !== 'output').map((n) => n.id);
      const last = before.reduce<string | undefined>(
        (best, id) => (best === undefined || centre(id) >= centre(best) ? id : best),
        undefined,
      );
      add(kind, last ?? graph.nodes[0]?.id);
    },
  };
}
