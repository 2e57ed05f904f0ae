/** The whole graph in small, where it does not fit its place: shows where one is, and goes where it is clicked. */
import { MiniMap as FlowMiniMap, useStore as useFlow } from '@xyflow/react';
import type { Node, ReactFlowState } from '@xyflow/react';
import { useApp } from '../store/use';
import type { Graph } from './graph';

/** Whether a node lies outside of what is seen. */
function exceeds({ nodeLookup, transform: [x, y, zoom], width, height }: ReactFlowState): boolean {
  for (const { position, width: w = 0, height: h = 0 } of nodeLookup.values()) {
    const left = position.x * zoom + x;
    const top = position.y * zoom + y;
    if (left < -1 || top < -1 || left + w * zoom > width + 1 || top + h * zoom > height + 1) return true;
  }
  return false;
}

const WIDTH = 200;
const HEIGHT = { least: 44, most: 150 };

/** @param shape of the whole graph, height over width */
export function MiniMap({ graph, shape }: { readonly graph: Graph; readonly shape: number }) {
  const needed = useFlow(exceeds);
  const selection = useApp((s) => s.selection);
  if (!needed) return null;
  const classOf = ({ id }: Node): string =>
    `mini ${graph.byId.get(id)?.role ?? ''} ${id === selection ? 'selected' : ''}`;
  const height = Math.min(HEIGHT.most, Math.max(HEIGHT.least, WIDTH * shape));
  return (
    <FlowMiniMap
      pannable
      zoomable
      ariaLabel="The whole network in small"
      nodeClassName={classOf}
      style={{ width: WIDTH, height }}
    />
  );
}
