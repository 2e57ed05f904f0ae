/** What is spoken without being asked for: the verdict when it changes, each tenth epoch and the end, politely; a failure, at once. */
import { useEffect, useRef, useState } from 'react';
import { titleOf } from '../../src/verdict';
import { useApp } from '../store/use';
import { useVerdict } from '../train/verdict';
import * as words from '../words';

const PAUSE_MS = 4000;

export function Announcer() {
  const session = useApp((s) => s.session);
  const { history, state } = session;
  const verdict = useVerdict();
  const kind = verdict?.judgement.kind;
  const since = verdict?.judgement.since;
  // The sentence of the moment it changed: figures move with every epoch, and are not worth an interruption.
  const [changed, change] = useState<{ readonly kind?: string; readonly since?: number; readonly text: string }>({
    text: '',
  });
  if (verdict && !verdict.failure && (changed.kind !== kind || changed.since !== since))
    change({ kind, since, text: verdict.spoken });
  const failed = verdict?.failure;
  const tenth = history.at(-(history.length % 10) - 1);
  let polite = '';
  if (state === 'training' && tenth && tenth.epoch % 10 === 0) {
    const loss = tenth.validation ?? tenth.trainDropoutOff;
    polite = `Epoch ${tenth.epoch} of ${session.epochs}: ${tenth.validation ? 'validation' : 'training'} loss ${words.loss(loss.loss)}.`;
  } else if (state === 'finished' || state === 'stopped') {
    polite = `Training ${state} at epoch ${session.epoch} of ${session.epochs}.`;
    if (session.end?.test?.accuracy !== undefined)
      polite += ` Test accuracy ${words.percent(session.end.test.accuracy, 1)}.`;
  } else if (state === 'paused') polite = `Paused at step ${words.count(session.step)}.`;
  const judged = verdict && changed.kind === kind ? changed.text : '';
  polite = [judged, polite].filter(Boolean).join(' ');
  // A fast run passes tenth epochs faster than they can be spoken: say the newest, not all of them.
  const [said, say] = useState('');
  const spokenAt = useRef(0);
  useEffect(() => {
    const wait = state === 'training' ? Math.max(0, spokenAt.current + PAUSE_MS - Date.now()) : 0;
    const timer = setTimeout(() => {
      spokenAt.current = Date.now();
      say(polite);
    }, wait);
    return () => clearTimeout(timer);
  }, [polite, state]);
  return (
    <>
      <div className="spoken" role="status" aria-live="polite" data-testid="live">
        {said}
      </div>
      <div className="spoken" role="alert" aria-live="assertive">
        {state === 'failed'
          ? `Training failed. ${session.message ?? session.end?.message ?? ''}`
          : failed
            ? `${titleOf('failed', failed)}. ${failed.message}`
            : ''}
      </div>
    </>
  );
}
