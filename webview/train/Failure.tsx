/** Where a failure happened, if the run can still be looked at: in words, and as marks on the layers of the graph. */
import { useEffect, useMemo } from 'react';
import type { Failure, Judgement } from '../../src/verdict';
import { useApp, useStore } from '../store/use';
import { useLens } from '../store/useLens';
import { suspects, suspectsOf, type Suspect } from './suspects';

/** Of the range: a network that has learned less than this has next to nothing to show. */
const NEXT_TO_NOTHING = 0.9;
/** Milliseconds between two looks at the layers. */
const LOOK_EVERY = 5000;

export function FailureText({ failure, judgement }: { readonly failure?: Failure; readonly judgement: Judgement }) {
  const store = useStore();
  const step = useApp((s) => s.session.history.at(-1)?.step);
  const { kind, measured } = judgement;
  const nothing =
    kind === 'underfitting' && measured !== undefined && measured.train > NEXT_TO_NOTHING * measured.range;
  const look = failure ? failure.kind === 'stuck' || failure.kind === 'exploding' : nothing;
  const { answer } = useLens('health', look ? {} : undefined, LOOK_EVERY);
  const layer = failure?.kind === 'notFinite' ? failure.layer : undefined;
  const marks = useMemo((): readonly Suspect[] => {
    if (layer !== undefined) return [{ layer, text: 'Here the first number that is not finite was seen.' }];
    return look && answer ? suspectsOf(answer) : [];
  }, [layer, look, answer]);
  useEffect(() => {
    store.patch({ suspects: marks });
    return () => store.patch({ suspects: [] });
  }, [store, marks]);
  const lines = look && answer ? suspects(answer) : [];
  return (
    <>
      {failure && <p className="failure">{failure.message}</p>}
      {lines.length > 0 && (
        <ul className="failure-lines" aria-label="Where" data-testid="failure-where">
          {lines.map((line) => (
            <li key={line} className="failure-where">
              {line}
            </li>
          ))}
        </ul>
      )}
      {failure?.kind === 'broken' && step !== undefined && (
        <p className="hint">What was measured until then is below.</p>
      )}
    </>
  );
}
