/** What a panel sees through a lens: asked again as the run goes on, at most so often, and only while it is shown. */
import { useEffect, useRef, useState } from 'react';
import type { Answer, Ask, LensName } from '../../src/protocol/training';
import { asError } from '../../src/protocol/rpc';
import { useApp, useStore } from './use';

export interface Seen<K extends LensName> {
  /** The newest answer; of the same run, also while a newer one is on its way. */
  readonly answer?: Answer<K>;
  /** Why there is none. */
  readonly problem?: string;
}

/**
 * @param ask undefined: nothing is asked
 * @param every milliseconds between an answer and the next question, while the run goes on
 */
export function useLens<K extends LensName>(lens: K, ask: Ask<K> | undefined, every = 500): Seen<K> {
  const store = useStore();
  const run = useApp((s) => s.session.run);
  const step = useApp((s) => s.session.step);
  const loaded = useApp((s) => s.session.state !== 'idle' && s.session.state !== 'loading');
  const visible = useApp((s) => s.pageVisible);
  const [seen, see] = useState<Seen<K> & { readonly key?: string }>({});
  const key = JSON.stringify([run, lens, ask]);
  const last = useRef({ key: '', step: -1, time: -Infinity });
  const busy = useRef(false);
  const [turn, next] = useState(0);

  useEffect(() => {
    if (!loaded || !visible || ask === undefined || busy.current) return undefined;
    const { current } = last;
    if (current.key === key && current.step === step) return undefined;
    const wait = current.key === key ? Math.max(0, current.time + every - performance.now()) : 0;
    const timer = setTimeout(() => {
      busy.current = true;
      last.current = { key, step, time: performance.now() };
      store
        .examine(lens, ask)
        .then((answer) => see({ key, answer }))
        .catch((error: unknown) => see({ key, problem: asError(error).message }))
        .finally(() => {
          busy.current = false;
          last.current = { ...last.current, time: performance.now() };
          next((n) => n + 1);
        });
    }, wait);
    return () => clearTimeout(timer);
    // `key` stands for `ask`, which is a new object at each drawing; `turn` brings the next question.
  }, [key, step, loaded, visible, every, store, lens, turn]);

  return seen.key === key ? seen : {};
}
