/** What is spoken without being asked for: each tenth epoch and the end, politely; a failure, at once. */
import { useApp } from '../store/use';
import * as words from '../words';

export function Announcer() {
  const session = useApp((s) => s.session);
  const { history, state } = session;
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
  return (
    <>
      <div className="spoken" role="status" aria-live="polite" data-testid="live">
        {polite}
      </div>
      <div className="spoken" role="alert" aria-live="assertive">
        {state === 'failed' ? `Training failed. ${session.message ?? session.end?.message ?? ''}` : ''}
      </div>
    </>
  );
}
