/** What there is to see of the data that the document names: asked for only while somebody looks. */
import { useCallback, useEffect, useState } from 'react';
import type { DataView } from '../../src/model/dataView';
import { asError } from '../../src/protocol/rpc';
import { useApp, useStore } from '../store/use';

export interface SeenData {
  /** The newest; also while a newer one is on its way. */
  readonly view?: DataView;
  /** Why there is none. */
  readonly problem?: string;
  /** Somebody cancelled the reading. */
  readonly cancelled?: boolean;
  readonly loading: boolean;
  /** Reads it again. */
  readonly again: () => void;
}

/** Typing in a field makes a version a keystroke. */
const WAIT_MS = 250;

export function useDataView(): SeenData {
  const store = useStore();
  const model = useApp((s) => s.snapshot?.model);
  const current = useApp((s) => s.snapshot?.current ?? false);
  /** New whenever the data was looked at again, as after a change of its file. */
  const summary = useApp((s) => s.snapshot?.data);
  const [seen, see] = useState<Omit<SeenData, 'again'>>({ loading: true });
  const [times, setTimes] = useState(0);
  const again = useCallback(() => setTimes((n) => n + 1), []);
  const input = model?.layers.find((l) => l.inputs.length === 0);
  const key = JSON.stringify([model?.data, input?.shape, input?.params, model?.training?.seed]);
  const named = model?.data !== undefined;
  useEffect(() => {
    if (!current || !named) return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      see(({ view }) => ({ view, loading: true }));
      store.dataView().then(
        (view) => wanted && see({ view, loading: false }),
        (error: unknown) => {
          if (!wanted) return;
          const { name, message } = asError(error);
          // What was seen before stays in sight.
          if (name === 'LoadCancelled') see(({ view }) => ({ view, cancelled: !view, loading: false }));
          else see({ problem: message, loading: false });
        },
      );
    }, WAIT_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [store, key, summary, current, named, times]);
  return named
    ? { ...seen, again }
    : { problem: 'No data yet. Choose a source under Data, on the right.', loading: false, again };
}
