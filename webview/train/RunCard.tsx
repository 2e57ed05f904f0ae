/** What this run has come to, in numbers: no verdict, only what was measured. */
import type { SessionSnapshot } from '../../src/protocol/designer';
import type { Metrics } from '../../src/protocol/training';
import { useApp } from '../store/use';
import { Icon } from '../ui/icons';
import * as words from '../words';

export function RunCard() {
  const session = useApp((s) => s.session);
  if (session.state === 'failed') return <Failed session={session} />;
  const { history } = session;
  const now = history.at(-1);
  const best =
    history[
      words.bestIndex(
        history.map((e) => e.validation?.loss ?? NaN),
        'lower',
      )
    ];
  const rows: (readonly [string, string, string])[] = [];
  if (now) {
    if (now.validation && best?.validation) {
      rows.push(['Validation loss', words.loss(best.validation.loss), words.loss(now.validation.loss)]);
      const gap = (e: typeof now): string => words.signed((e.validation?.loss ?? NaN) - e.trainDropoutOff.loss);
      rows.push(['Gap to training, dropout off', gap(best), gap(now)]);
      rows.push([measureName(now.validation), measure(best.validation), measure(now.validation)]);
    } else rows.push(['Training loss, dropout off', '', words.loss(now.trainDropoutOff.loss)]);
  }
  return (
    <section className="run-card" aria-label="Run" data-testid="run-card">
      <div className="run-title">
        <Sign state={session.state} />
        <h2>{title(session)}</h2>
        <span className="ellipsis">{subtitle(session)}</span>
      </div>
      {rows.length > 0 && (
        <table className="run-numbers">
          <thead>
            <tr>
              <td />
              <th scope="col">{best ? `best, epoch ${words.count(best.epoch)}` : ''}</th>
              <th scope="col">now</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, a, b]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{a}</td>
                <td>
                  <b>{b}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {session.state === 'finished' && session.end?.test && <TestLine test={session.end.test} />}
    </section>
  );
}

function TestLine({ test }: { readonly test: Metrics }) {
  return (
    <p className="test-line" data-testid="test-metrics">
      <Icon name="pass" />
      <span>
        On the test samples: loss <b>{words.loss(test.loss)}</b>
        {test.accuracy !== undefined && (
          <>
            , accuracy <b>{words.percent(test.accuracy, 1)}</b>
          </>
        )}
        {test.rmse !== undefined && (
          <>
            , error <b>{words.loss(test.rmse)}</b>
          </>
        )}
        {Object.entries(test).map(([name, value]) =>
          value === undefined || ['loss', 'accuracy', 'rmse'].includes(name) ? null : (
            <span key={name}>
              , {name} <b>{words.loss(value)}</b>
            </span>
          ),
        )}
      </span>
    </p>
  );
}

const measureName = (m: Metrics): string =>
  m.accuracy === undefined && m.rmse !== undefined ? 'Validation error' : 'Validation accuracy';
const measure = (m: Metrics): string =>
  m.accuracy === undefined && m.rmse !== undefined ? words.loss(m.rmse) : words.percent(m.accuracy, 1);

function Failed({ session }: { readonly session: SessionSnapshot }) {
  const last = session.history.at(-1);
  return (
    <section className="run-card failed" aria-label="Run" data-testid="run-card">
      <div className="run-title">
        <Icon name="error" className="error-colour" />
        <h2>Failed</h2>
        {session.step > 0 && (
          <span>
            step {words.count(session.step)}, epoch {words.count(session.epoch)}
          </span>
        )}
      </div>
      <p className="failure">{session.message ?? session.end?.message ?? 'No reason was given.'}</p>
      {last && (
        <p className="hint">
          Last good epoch {words.count(last.epoch)}: training loss {words.loss(last.trainDropoutOff.loss)}
          {last.validation && `, validation loss ${words.loss(last.validation.loss)}`}.
        </p>
      )}
    </section>
  );
}

function Sign({ state }: { readonly state: SessionSnapshot['state'] }) {
  switch (state) {
    case 'finished':
      return <Icon name="pass" className="ok-colour" />;
    case 'stopped':
      return <Icon name="debug-stop" />;
    case 'paused':
      return <Icon name="debug-pause" />;
    case 'loading':
    case 'training':
      return <Icon name="refresh" className="info-colour" />;
    case 'idle':
    case 'failed':
      return <Icon name="info" />;
  }
}

function title(session: SessionSnapshot): string {
  switch (session.state) {
    case 'idle':
      return 'Not trained yet';
    case 'loading':
      return 'Loading';
    case 'training':
      return 'Training';
    case 'paused':
      return 'Paused';
    case 'finished':
      return 'Finished';
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return 'Failed';
  }
}

/** Why a run that ended by itself ended, and which weights it has. */
function ending({ end, epoch, epochs }: SessionSnapshot): string {
  const best = end?.best && words.count(end.best.epoch);
  if (end?.reason === 'earlyStopping')
    return `early, in epoch ${words.count(epoch)}: no progress since ${best ?? 'long'}`;
  if (end?.reason === 'target')
    return `the target was reached in epoch ${words.count(epoch)} of ${words.count(epochs)}`;
  if (end?.reason === 'time') return `the time was up in epoch ${words.count(epoch)} of ${words.count(epochs)}`;
  const all = `all ${words.count(epochs)} epochs`;
  return best === undefined ? `${all} are done` : `${all}; best was ${best}`;
}

function subtitle(session: SessionSnapshot): string {
  switch (session.state) {
    case 'idle':
      return session.message ?? 'press Train, and watch what dropout does';
    case 'loading':
      return 'reading the data';
    case 'training':
      return session.lastLoss === undefined ? '' : `loss of the last steps ${words.loss(session.lastLoss)}`;
    case 'paused':
      return `after step ${words.count(session.step)}; everything can be explored`;
    case 'finished':
      return ending(session);
    case 'stopped':
      return `by hand in epoch ${words.count(session.epoch)} of ${words.count(session.epochs)}; weights kept`;
    case 'failed':
      return '';
  }
}
