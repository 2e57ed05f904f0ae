/** Keeps the store told of what each neuron answers over the plane, while neurons are shown. Draws nothing itself. */
import { useEffect } from 'react';
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
  return null;
}
