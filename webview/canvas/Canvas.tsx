/** The graph: laid out by itself, as roomy as the place allows, to pan, zoom and walk with the arrow keys. */
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { Background, Position, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import type { Edge, Node } from '@xyflow/react';
import type { Model } from '../../src/model/model';
import { isSelected } from '../store/state';
import { useSize } from '../ui/useSize';
import { useApp, useData, useStore } from '../store/use';
import { CanvasProvider, type CanvasContext } from './context';
import { LinkEdge } from './edges';
import { boxesOf, DENSITIES } from './geometry';
import { useConnecting, useDropping, useEditingKeys } from './gestures';
import { graphOf } from './graph';
import { layoutOf, type Layout } from './layout';
import { MiniMap } from './MiniMap';
import { LayerNode } from './nodes';
import { SMALLEST_ZOOM, viewing, zoomByKey } from './viewing';
import { ZoomButtons } from './ZoomButtons';

const nodeTypes = { layer: LayerNode };
const edgeTypes = { link: LinkEdge };
const NONE: readonly string[] = [];
/** Where lines are drawn from: as in canvas.css. */
const HANDLE = 11;
/** The smallest scale at which a network is shown as a whole unasked, and the one at which it is shown in part. */
const SMALLEST = 0.5;
const LEGIBLE = 0.75;
/** From so many layers on only those in sight are drawn: the keyboard walks to others by moving the picture. */
const MANY = 60;

interface Props {
  readonly model: Model;
  readonly train: boolean;
  readonly dimmed: boolean;
  readonly editable: boolean;
  readonly children?: React.ReactNode;
  /** Opens the palette for a layer behind this one. */
  readonly onAdd: (after: string, before?: string) => void;
}

export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Inside {...props} />
    </ReactFlowProvider>
  );
}

/** Room kept free around the graph: the legend above, the zoom buttons below. */
const ROOM = { x: 16, top: 44, bottom: 20 };

function Inside({ model, train, dimmed, editable, children, onAdd }: Props) {
  const store = useStore();
  const flow = useReactFlow();
  const [frame, size] = useSize();
  const catalogue = useApp((s) => s.catalogue);
  const selection = useApp((s) => s.selection);
  const data = useData(train);
  // What the rows of the output are called.
  const classes = data?.targets ?? data?.classes ?? NONE;

  const graph = useMemo(() => graphOf(model, catalogue), [model, catalogue]);
  const room = { width: size.width - 2 * ROOM.x, height: size.height - ROOM.top - ROOM.bottom };
  const { density, boxes, layout } = useMemo(() => {
    const tries = DENSITIES.map((d) => {
      const b = boxesOf(graph, { density: d, train, classes });
      return { density: d, boxes: b, layout: layoutOf(graph, b, d.gap, room.width) };
    });
    // The roomiest that fits; where none does, the one that has to be made smallest least.
    const scale = (l: Layout): number => Math.min(1, room.width / l.width, room.height / l.height);
    return tries.reduce((best, t) => (scale(t.layout) > scale(best.layout) + 0.01 ? t : best));
  }, [graph, train, classes, room.width, room.height]);

  const fit = useCallback(
    (whole: boolean) => {
      if (size.width === 0) return;
      const fitting = Math.min(1, room.width / layout.width, room.height / layout.height);
      // What would be too small to read as a whole begins at its input, and the map shows where one is.
      const zoom = fitting >= SMALLEST ? fitting : whole ? Math.max(SMALLEST_ZOOM, fitting) : LEGIBLE;
      const slack = Math.max(0, room.width - layout.width * zoom);
      void flow.setViewport({
        x: Math.round(ROOM.x + slack / 2 - layout.left * zoom),
        y: Math.round(ROOM.top + (room.height - layout.height * zoom) / 2 - layout.top * zoom),
        zoom,
      });
    },
    [flow, layout, room.width, room.height, size.width],
  );
  // A picture that nobody has moved follows the place and the network; one that was moved by hand stays.
  const moved = useRef(false);
  const structure = `${train} ${graph.nodes.map((n) => n.id).join(' ')}`;
  useEffect(() => {
    moved.current = false;
  }, [structure]);
  useEffect(() => {
    if (!moved.current) fit(false);
  }, [fit, structure]);

  const nodes = useMemo(
    () =>
      graph.nodes.map((n): Node => {
        const place = layout.nodes.get(n.id)!;
        const { width, height } = place;
        const y = boxes.get(n.id)!.axis - HANDLE / 2;
        return {
          id: n.id,
          type: 'layer',
          position: { x: place.x, y: place.y },
          width,
          height,
          data: {},
          measured: { width, height },
          // Told beforehand: a node without them would be drawn wherever it is, only to be measured.
          handles: [
            { type: 'target', position: Position.Left, x: -HANDLE / 2, y, width: HANDLE, height: HANDLE },
            { type: 'source', position: Position.Right, x: width - HANDLE / 2, y, width: HANDLE, height: HANDLE },
          ],
        };
      }),
    [graph, layout, boxes],
  );
  const edges = useMemo(
    () => layout.links.map((l): Edge => ({ id: l.id, source: l.source, target: l.target, type: 'link' })),
    [layout],
  );

  const bringIntoSight = useCallback(
    (id: string) => {
      const place = layout.nodes.get(id);
      if (!place || size.width === 0) return;
      const { x, y, zoom } = flow.getViewport();
      const left = place.x * zoom + x;
      const top = place.y * zoom + y;
      const right = left + place.width * zoom;
      const bottom = top + place.height * zoom;
      // In part is enough where the layer is larger than the place.
      const across = left >= 0 && right <= size.width;
      const down = top < size.height && bottom > 0;
      if (across && down) return;
      moved.current = true;
      void flow.setViewport({
        x: across ? x : size.width / 2 - (place.x + place.width / 2) * zoom,
        y: down ? y : size.height / 2 - (place.y + place.height / 2) * zoom,
        zoom,
      });
    },
    [flow, layout, size],
  );
  const walk = useCallback(
    (from: string, by: -1 | 1, extend: boolean) => {
      const at = graph.nodes.findIndex((n) => n.id === from);
      const next = graph.nodes[at + by];
      if (!next) return;
      if (extend && !isSelected(store.get(), next.id)) store.toggle(next.id);
      if (!extend) store.select(next.id);
      bringIntoSight(next.id);
      const focus = (): boolean => {
        const node = frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(next.id)}"]`);
        node?.focus({ preventScroll: true });
        return node !== null;
      };
      if (focus()) return;
      // It is drawn a moment later, and the node left is gone by then: keys come to the frame meanwhile.
      frame.current?.focus({ preventScroll: true });
      requestAnimationFrame(() => requestAnimationFrame(() => store.get().selection === next.id && focus()));
    },
    [graph, frame, store, bringIntoSight],
  );
  // What is selected elsewhere, in the text or a table, is to be seen here.
  useEffect(() => {
    if (selection !== undefined) bringIntoSight(selection);
    // Only then: a picture that is moved by hand stays where it was moved to.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selection]);
  const connectable = editable && !train;
  const connecting = useConnecting(graph);
  const { target, ...dropping } = useDropping(graph, layout, boxes, editable);
  const editingKeys = useEditingKeys(graph);
  const tabStop = selection !== undefined && graph.byId.has(selection) ? selection : graph.nodes[0]?.id;
  const context = useMemo<CanvasContext>(
    () => ({ graph, boxes, layout, density, train, editable, connectable, target, tabStop, walk, addAfter: onAdd }),
    [graph, boxes, layout, density, train, editable, connectable, target, tabStop, walk, onAdd],
  );
  const keys = (event: React.KeyboardEvent): void => {
    if (editable && editingKeys(event)) {
      event.preventDefault();
      // VS Code has commands of its own on these keys.
      event.stopPropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (arrow && event.target === event.currentTarget && selection !== undefined)
      walk(selection, arrow, event.shiftKey);
    else zoomByKey(event, flow, fitAll);
  };
  const fitAll = (): void => {
    moved.current = false;
    fit(true);
  };

  return (
    <div
      className={`canvas ${dimmed ? 'dimmed' : ''} ${density.compact ? 'compact' : ''}`}
      ref={frame}
      role="region"
      aria-label="Network"
      tabIndex={-1}
      onKeyDown={keys}
      {...dropping}
    >
      <CanvasProvider value={context}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          {...viewing}
          nodesConnectable={connectable}
          connectionRadius={32}
          {...connecting}
          onlyRenderVisibleElements={graph.nodes.length > MANY}
          onMoveEnd={(event) => {
            if (event) moved.current = true;
          }}
          onPaneClick={() => store.select(undefined)}
        >
          <Background gap={20} size={1} />
          <MiniMap graph={graph} shape={layout.height / layout.width} />
        </ReactFlow>
      </CanvasProvider>
      {children}
      <ZoomButtons onFit={fitAll} />
    </div>
  );
}
