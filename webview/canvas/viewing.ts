/** How a graph is looked at, in the designer and in the comparison alike: moved and zoomed, and nothing done to it. */
import type { KeyboardEvent } from 'react';
import type { ReactFlowInstance, ReactFlowProps } from '@xyflow/react';

export const SMALLEST_ZOOM = 0.1;

/** Layout, selection and keys are ours. */
export const viewing: ReactFlowProps = {
  nodesDraggable: false,
  nodesConnectable: false,
  nodesFocusable: false,
  edgesFocusable: false,
  elementsSelectable: false,
  disableKeyboardA11y: true,
  deleteKeyCode: null,
  panOnScroll: true,
  minZoom: SMALLEST_ZOOM,
  maxZoom: 3,
  proOptions: { hideAttribution: true },
};

/** + and − zoom, 1 shows the whole. */
export function zoomByKey(
  { key }: KeyboardEvent,
  flow: Pick<ReactFlowInstance, 'zoomIn' | 'zoomOut'>,
  fit: () => void,
): void {
  if (key === '+') void flow.zoomIn();
  else if (key === '-' || key === '\u2212') void flow.zoomOut();
  else if (key === '1') fit();
}
