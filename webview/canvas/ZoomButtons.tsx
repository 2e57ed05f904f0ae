/** Out, in, and all of it: below the graph. */
import { useReactFlow, useStore as useFlow } from '@xyflow/react';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';

export function ZoomButtons({ onFit }: { readonly onFit: () => void }) {
  const flow = useReactFlow();
  const zoom = useFlow((s) => s.transform[2]);
  return (
    <div className="zoom" role="group" aria-label="Zoom">
      <IconButton label="Zoom out" onPress={() => void flow.zoomOut()}>
        <Icon name="remove" />
      </IconButton>
      <span>{Math.round(zoom * 100)} %</span>
      <IconButton label="Zoom in" onPress={() => void flow.zoomIn()}>
        <Icon name="add" />
      </IconButton>
      <IconButton label="Fit (1)" onPress={onFit}>
        <Icon name="screen-full" />
      </IconButton>
    </div>
  );
}
