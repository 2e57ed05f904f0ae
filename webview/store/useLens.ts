/** What a panel sees through a lens: asked again as the run goes on, at most so often, and only while it is shown. */
import { useEffect, useId, useRef, useState } from 'react';
import type { Subject } from '../../src/protocol/designer';
import type { Answer, Ask, LensName, Pace } from '../../src/protocol/training';
import { asError } from '../../src/protocol/rpc';
import type { State } from './state';
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
 * @param first how soon the first answer to a new question is wanted
 * @param of whether the run is looked at, or its twin, which must be there
 * @param unfinished of an answer that is only the beginning: it is asked on for where the run waits, too
 */
export function useLens<K extends LensName>(
  lens: K,
  ask: Ask<K> | undefined,
  every = 500,
  {
    first = 'soon',
    of = 'run',
    unfinished,
  }: { first?: Pace; of?: Subject; unfinished?: (answer: Answer<K>) => boolean } = {},
): Seen<K> {
  const store = useStore();
  const asker = useId();
  const run = useApp((s) => s.session.run);
  const state = useApp((s) => s.session.state);
  const visible = useApp((s) => s.pageVisible);
  const [seen, see] = useState<Seen<K> & { readonly key?: string }>({});
  const key = JSON.stringify([run, of, lens, ask]);
  const wanted = state !== 'idle' && state !== 'loading' && visible && ask !== undefined;
  const last = useRef({ key: '', moment: '', time: -Infinity });
  // An object for each question: one that was left, and asked again, must not be answered by what became of the first.
  const asking = useRef<{ readonly key: string }>(undefined);
  const [turn, next] = useState(0);
  const answered = seen.key === key;
  const more = answered && seen.answer !== undefined && unfinished?.(seen.answer) === true;

  // Whoever closes the panel, or asks something else, waits no longer for what was asked before.
  useEffect(
    () => () => {
      if (asking.current?.key !== key) return;
      asking.current = undefined;
      last.current = { key: '', moment: '', time: -Infinity };
      store.leave(asker);
    },
    [store, asker, key, wanted],
  );

  // The steps of the run are followed here and not by drawing: a panel is drawn when an answer comes, not with every step.
  useEffect(() => {
    if (!wanted) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const question = (): void => {
      const asked = { key };
      const done = (found: Seen<K>): void => {
        if (asking.current !== asked) return;
        asking.current = undefined;
        last.current = { ...last.current, time: performance.now() };
        see({ key, ...found });
        next((n) => n + 1);
      };
      timer = undefined;
      asking.current = asked;
      last.current = { key, moment: momentOf(store.get(), of), time: performance.now() };
      store
        .examine(lens, ask, asker, answered ? 'follow' : first, of)
        .then((answer) => done({ answer }))
        .catch((error: unknown) => done({ problem: asError(error).message }));
    };
    const follow = (): void => {
      const { current } = last;
      if (timer !== undefined || asking.current?.key === key) return;
      if (current.key === key && current.moment === momentOf(store.get(), of) && !more) return;
      const wait = current.key === key && answered ? Math.max(0, current.time + every - performance.now()) : 0;
      timer = setTimeout(question, wait);
    };
    follow();
    const stop = store.subscribe(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
    // `key` stands for `ask`, which is a new object at each drawing; `turn` brings the next question.
  }, [key, wanted, every, store, lens, turn, asker, answered, more, first, of]);

  return answered ? seen : {};
}

/** Where the run stands, and its state: once more when it comes to rest, as what was seen last must be what is there. */
function momentOf({ session: { step, state, twin } }: State, of: Subject): string {
  return `${step} ${state} ${of === 'twin' ? `${twin?.state} ${twin?.history.length}` : ''}`;
}
