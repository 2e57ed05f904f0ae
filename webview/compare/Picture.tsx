/** Both versions as one graph: what was added, removed and changed is told by word, icon and border. */
import { createContext, memo, useCallback, useContext, useEffect, useMemo, useRef } from 'react';
import {
  Background,
  Handle,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore as useFlow,
} from '@xyflow/react';
import type { Edge, EdgeProps, Node, NodeProps, ReactFlowInstance } from '@xyflow/react';
import type { ComparedLayer, Comparison } from '../../src/model/compare';
import type { CatalogueDescription } from '../../src/protocol/designer';
import { imageOf } from '../canvas/graph';
import type { Placed } from '../canvas/layout';
import { SMALLEST_ZOOM, viewing, zoomByKey } from '../canvas/viewing';
import { ZoomButtons } from '../canvas/ZoomButtons';
import { Drawn, iconOf } from '../ui/icons';
import { MarkSign } from './MarkSign';
import { drawingOf, told, type Drawing } from './drawing';
import { spokenLayer } from './words';

interface Shown {
  readonly drawing: Drawing;
  readonly layers: ReadonlyMap<string, ComparedLayer>;
  readonly catalogue: CatalogueDescription;
  readonly tabStop: string | undefined;
  readonly key: (event: React.KeyboardEvent, id: string) => void;
  readonly onFocus: (id: string) => void;
}
const Context = createContext<Shown | undefined>(undefined);
function useShown(): Shown {
  const shown = useContext(Context);
  if (!shown) throw new Error('Only inside the picture.');
  return shown;
}

interface Props {
  readonly comparison: Comparison;
  readonly catalogue: CatalogueDescription;
  /** The layer that was gone to last, in the picture or the table. */
  readonly at: string | undefined;
  readonly onMove: (id: string) => void;
  /** Leads to what the table says of a layer. */
  readonly onOpen: (id: string) => void;
}

export function Picture(props: Props) {
  return (
    <ReactFlowProvider>
      <Inside {...props} />
    </ReactFlowProvider>
  );
}

const nodeTypes = { layer: memo(LayerNode) };
const edgeTypes = { link: memo(LinkEdge) };
/** Room kept free around the graph. */
const ROOM = 32;
/** Smaller than this little can be read: of a larger network the first difference is shown. */
const LEAST = 0.6;

function centre(flow: ReactFlowInstance, { x, y, width, height }: Placed, zoom: number): void {
  void flow.setCenter(x + width / 2, y + height / 2, { zoom });
}

function Inside({ comparison, catalogue, at, onMove, onOpen }: Props) {
  const flow = useReactFlow();
  const width = useFlow((s) => s.width);
  const height = useFlow((s) => s.height);
  const drawing = useMemo(() => drawingOf(comparison, catalogue), [comparison, catalogue]);
  const layers = useMemo(() => new Map(comparison.layers.map((l) => [l.id, l])), [comparison]);
  const order = comparison.layers;
  const tabStop = at !== undefined && layers.has(at) ? at : order[0]?.id;

  const nodes = useMemo(
    () =>
      [...drawing.nodes.values()].map(({ id, x, y, width: w, height: h }): Node => ({
        id,
        type: 'layer',
        position: { x, y },
        width: w,
        height: h,
        data: {},
        measured: { width: w, height: h },
      })),
    [drawing],
  );
  const edges = useMemo(
    () => [...drawing.lines.values()].map((l): Edge => ({ id: l.id, source: l.from, target: l.to, type: 'link' })),
    [drawing],
  );

  // A picture that nobody has moved follows the place and the network.
  const moved = useRef(false);
  const structure = order.map((l) => l.id).join(' ');
  useEffect(() => {
    moved.current = false;
  }, [structure]);
  const fit = useCallback(
    (least: number): void => {
      const { size } = drawing;
      const fitting = Math.min(1, (width - 2 * ROOM) / size.width, (height - 2 * ROOM) / size.height);
      const first = order.find((l) => l.mark !== 'same') ?? order[0];
      if (fitting < least) centre(flow, drawing.nodes.get(first.id)!, least);
      else void flow.fitView({ minZoom: fitting, maxZoom: fitting });
    },
    [flow, drawing, order, width, height],
  );
  useEffect(() => {
    if (!moved.current && width > 0) fit(LEAST);
  }, [fit, width]);

  /** Brings a layer into sight where it is out of it. */
  const reveal = useCallback(
    (id: string) => {
      const place = drawing.nodes.get(id);
      if (!place) return;
      const { x, y, zoom } = flow.getViewport();
      const [left, top] = [place.x * zoom + x, place.y * zoom + y];
      const inside = left >= 0 && top >= 0 && left + place.width * zoom <= width && top + place.height * zoom <= height;
      if (!inside) centre(flow, place, zoom);
    },
    [drawing, flow, width, height],
  );

  const key = useCallback(
    (event: React.KeyboardEvent, id: string): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const here = order.findIndex((l) => l.id === id);
      const steps: Readonly<Record<string, number>> = {
        ArrowLeft: here - 1,
        ArrowUp: here - 1,
        ArrowRight: here + 1,
        ArrowDown: here + 1,
        Home: 0,
        End: order.length - 1,
      };
      if (event.key === 'Enter') onOpen(id);
      else if (Object.hasOwn(steps, event.key)) {
        const next = order[steps[event.key]];
        if (next) onMove(next.id);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
    [order, onMove, onOpen],
  );
  const zoomKeys = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    zoomByKey(event, flow, fitAll);
  };
  const fitAll = (): void => {
    moved.current = false;
    fit(SMALLEST_ZOOM);
  };
  const shown = useMemo<Shown>(
    () => ({ drawing, layers, catalogue, tabStop, key, onFocus: reveal }),
    [drawing, layers, catalogue, tabStop, key, reveal],
  );

  return (
    <div className="canvas" role="region" aria-label="Both versions as one graph" onKeyDown={zoomKeys}>
      <Context value={shown}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          {...viewing}
          onMoveEnd={(event) => {
            if (event) moved.current = true;
          }}
        >
          <Background gap={20} size={1} />
        </ReactFlow>
      </Context>
      <ZoomButtons onFit={fitAll} />
    </div>
  );
}

function LayerNode({ id }: NodeProps) {
  const { drawing, layers, catalogue, tabStop, key, onFocus } = useShown();
  const node = drawing.graph.byId.get(id);
  const layer = layers.get(id);
  const place = drawing.nodes.get(id);
  if (!node || !layer || !place) return null;
  const rate = node.layer.params['rate'];
  const meta = node.role === 'gate' && typeof rate === 'number' ? `${node.meta}, rate ${rate}` : node.meta;
  return (
    <div
      className={`node ${node.role} mark-${layer.mark}`}
      style={{ width: place.width, height: place.height }}
      role="group"
      aria-roledescription="layer"
      aria-label={spokenLayer(layer, catalogue, { index: node.layer.index, layers: layers.size })}
      tabIndex={tabStop === id ? 0 : -1}
      data-node={id}
      data-mark={layer.mark}
      onKeyDown={(event) => key(event, id)}
      onFocus={() => onFocus(id)}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <div className="node-head">
        <Drawn name={iconOf(node.layer.kind, node.role, imageOf(node.layer) !== undefined)} />
        <div className="node-title">
          <b title={id}>{layer.mark === 'removed' ? <s>{id}</s> : id}</b>
          <span title={meta}>{meta}</span>
        </div>
      </div>
      {layer.mark !== 'same' && <MarkSign mark={layer.mark} />}
      {layer.changes.length > 0 && (
        <ul className="node-changes">
          {told(layer).map((line) => (
            <li key={line} title={line}>
              {line}
            </li>
          ))}
        </ul>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

function LinkEdge({ id }: EdgeProps) {
  const line = useShown().drawing.lines.get(id);
  if (!line) return null;
  const { x, y } = line.end;
  return (
    <>
      <path className={`link mark-${line.mark}`} d={line.path} />
      <path className={`arrow mark-${line.mark}`} d={`M${x - 7} ${y - 4}l7 4-7 4z`} />
    </>
  );
}
