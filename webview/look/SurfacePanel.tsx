/** Where the picture of all answers stands: beside the network where there is room for it, else in the panel below. */
import { useSyncExternalStore } from 'react';
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

export function SurfaceColumn() {
  return (
    <section className="surface-column" aria-label="Answers">
      <Surface size={306} />
    </section>
  );
}

export function SurfacePanel() {
  return <Surface size={260} />;
}
