/** Keeps the store told of what neurons answer over the plane, and of what connects them, while they are shown. Draws nothing itself. */
import { useEffect } from 'react';
import { sizeOf } from '../../src/model/spec';
import { NEURONS } from '../canvas/geometry';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import { inputsOf } from './Surface';

const SIDE = 20;

export function Responses() {
  const store = useStore();
  const two = useApp((s) => inputsOf(s) === 2);
  const { answer } = useLens('responses', two ? { side: SIDE, mostUnits: NEURONS } : undefined);
  useEffect(() => store.patch({ responses: answer }), [store, answer]);
  return <Weights />;
}

/** And of what the connections between neurons weigh. */
function Weights() {
  const store = useStore();
  const some = useApp((s) => {
    const layers = (s.session.model ?? s.snapshot?.model)?.layers ?? [];
    return layers.filter(({ shape }) => sizeOf(shape) <= NEURONS).length > 1;
  });
  const { answer } = useLens('weights', some ? { mostUnits: NEURONS } : undefined, 500, { first: 'follow' });
  useEffect(() => store.patch({ weights: answer }), [store, answer]);
  return null;
}
