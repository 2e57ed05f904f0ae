import type { DropCounts } from '../replay/counts';
import type { LensView, Work } from './define';

export interface DropCountsAsk {
  readonly layer: string;
}

/** How often each unit of a layer, or whatever else it drops in one piece, was dropped over the run. Asked again, it counts on where it did not get through: see Counter. */
export const dropCounts = ({ counter }: LensView, { layer }: DropCountsAsk): Work<DropCounts> => counter.count(layer);
