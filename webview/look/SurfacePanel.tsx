/** Where the picture of all answers stands: beside the network where there is room for it, else in the panel below. */
import { useSyncExternalStore } from 'react';
import { useSize } from '../ui/useSize';
import { Surface } from './Surface';

/** As wide as both the network and the picture need beside the curves. */
const room = '(min-width: 1280px)';

export const useRoom = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      const query = matchMedia(room);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => matchMedia(room).matches,
  );

/** As large as the column is wide; smaller where two of them would not fit into its height with their words. */
const LARGEST = 306;
const SMALLEST = 200;
const WORDS = 200;

export function SurfaceColumn() {
  const [column, { height }] = useSize<HTMLElement>();
  const size = Math.max(SMALLEST, Math.min(LARGEST, Math.floor((height - WORDS) / 2)));
  return (
    <section className="surface-column" aria-label="Answers" ref={column}>
      <Surface size={size} />
    </section>
  );
}

export function SurfacePanel() {
  return <Surface size={260} />;
}
