/** What there is to see of the data that the document names: asked for only while somebody looks. */
import { useEffect, useState } from 'react';
import type { DataView } from '../../src/model/dataView';
import { asError } from '../../src/protocol/rpc';
import { useApp, useStore } from '../store/use';

export interface SeenData {
  /** The newest; also while a newer one is on its way. */
  readonly view?: DataView;
  /** Why there is none. */
  readonly problem?: string;
  readonly loading: boolean;
}

/** Typing in a field makes a version a keystroke. */
const WAIT_MS = 250;

export function useDataView(): SeenData {
  const store = useStore();
  const model = useApp((s) => s.snapshot?.model);
  const current = useApp((s) => s.snapshot?.current ?? false);
  /** New whenever the data was looked at again, as after a change of its file. */
  const summary = useApp((s) => s.snapshot?.data);
  const [seen, see] = useState<SeenData>({ loading: true });
  const input = model?.layers.find((l) => l.inputs.length === 0);
  const key = JSON.stringify([model?.data, input?.shape, input?.params, model?.training?.seed]);
  const named = model?.data !== undefined;
  useEffect(() => {
    if (!current || !named) return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      see((was) => ({ ...was, loading: true }));
      store.dataView().then(
        (view) => wanted && see({ view, loading: false }),
        (error: unknown) => wanted && see({ problem: asError(error).message, loading: false }),
      );
    }, WAIT_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [store, key, summary, current, named]);
  return named ? seen : { problem: 'No data yet. Choose a source under Data, on the right.', loading: false };
}
