/** What this run has come to: the verdict, what it stands on, and what to do about it. */
import { wasInterrupted, type SessionSnapshot } from '../../src/protocol/designer';
import type { Metrics } from '../../src/protocol/training';
import {
  closeCall,
  doubtOf,
  evidenceOf,
  headline,
  reachOf,
  titleOf,
  type EvidenceRow,
  type Remedy,
} from '../../src/verdict';
import { Explain } from '../explain/Explain';
import type { Idea } from '../explain/ideas';
import { useApp, useStore } from '../store/use';
import { Icon } from '../ui/icons';
import * as words from '../words';
import { FailureText } from './Failure';
import { Scale } from './Scale';
import { StoredLine } from './StoredLine';
import { TwinTable } from './TwinTable';
import { figures, useRemedies, useVerdict, type ShownVerdict } from './verdict';

export function RunCard() {
  const session = useApp((s) => s.session);
  const verdict = useVerdict();
  const remedies = useRemedies(verdict);
  const judged = verdict && (verdict.failure || verdict.judgement.measured) ? verdict : undefined;
  const { history } = session;
  const fits = judged && !judged.failure ? judged.judgement : undefined;
  const { place, measured } = fits ?? {};
  const needle = place !== undefined && measured && { place, reach: reachOf(measured) };
  const call = fits && closeCall(fits, figures);
  const doubt = fits && doubtOf(fits, figures);
  return (
    <section
      className={`run-card ${verdict?.failure ? 'failed' : ''}`}
      aria-label="Verdict"
      data-testid="run-card"
      data-verdict={verdict?.failure?.kind ?? verdict?.judgement.kind}
    >
      <div className="run-title">
        {judged ? <VerdictSign verdict={judged} /> : <Sign state={session.state} />}
        <h2>{judged ? titleOf(judged.judgement.kind, judged.failure) : title(session)}</h2>
        {judged && <Explain idea={ideaOf(judged)} />}
        <TrainedBy session={session} />
        {needle && <Scale {...needle} />}
        <span className="run-aside">{judged ? since(judged, session) : subtitle(session)}</span>
      </div>
      {judged && !judged.failure && <p className="run-state">{`${title(session)}${comma(subtitle(session))}`}</p>}
      {judged && <FailureText {...judged} />}
      {call !== undefined && (
        <p className="failure-where" data-testid="close-call">
          {call}
        </p>
      )}
      {doubt !== undefined && (
        <p className="failure-where" data-testid="doubt">
          {doubt}
        </p>
      )}
      {judged && (
        <Evidence
          rows={evidenceOf(judged.judgement, history, figures)}
          best={judged.judgement.measured?.best}
          kept={session.end?.kept}
        />
      )}
      {session.end?.test && <TestLine test={session.end.test} />}
      <TwinTable />
      {remedies.length > 0 && <Remedies remedies={remedies} />}
      <KeptLine session={session} />
      <StoredLine />
    </section>
  );
}

/** Told where it is not the engine, which trains unless something else was asked for. */
function TrainedBy({ session: { backend, stored } }: { readonly session: SessionSnapshot }) {
  if (!backend) return null;
  const { torch, processes } = backend;
  const how = `${stored ? 'Its steps were made' : 'Steps are made'} by PyTorch ${torch} in ${words.plural(processes, 'process', 'processes')}`;
  return (
    <span className="badge" title={how} data-testid="trained-by">
      PyTorch<span className="spoken">. {how}.</span>
    </span>
  );
}

const comma = (text: string): string => (text ? `: ${text}` : '');

function since({ judgement, failure }: ShownVerdict, { end, step, epoch }: SessionSnapshot): string {
  if (!failure) return headline(judgement, end);
  return step > 0 ? `step ${words.count(step)}, epoch ${words.count(epoch)}` : '';
}

function Evidence({
  rows,
  best,
  kept,
}: {
  readonly rows: readonly EvidenceRow[];
  readonly kept: number | undefined;
  readonly best: { readonly epoch: number } | undefined;
}) {
  if (rows.length === 0) return null;
  return (
    <table className="run-numbers" data-testid="evidence">
      <thead>
        <tr>
          <td />
          <th scope="col">
            {best ? `${kept === best.epoch ? 'kept' : 'best'}, epoch ${words.count(best.epoch)}` : ''}
          </th>
          <th scope="col">{kept === undefined ? 'now' : 'last'}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, best: then, now }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{then}</td>
            <td>
              <b>{now}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ICONS = {
  edit: 'settings-gear',
  stopAtBest: 'debug-stop',
  resumeRun: 'debug-start',
  train: 'debug-start',
} as const satisfies Record<Remedy['action']['type'], string>;

function Remedies({ remedies }: { readonly remedies: readonly Remedy[] }) {
  const store = useStore();
  const apply = async ({ action }: Remedy): Promise<void> => {
    if (action.type !== 'edit') store.control(action.type);
    // Refused edits are told of, and begin nothing.
    else if (await store.edit(action.operation)) store.control('trainAnew');
  };
  return (
    <ul className="remedies" aria-label="What to do" data-testid="remedies">
      {remedies.map((remedy, i) => (
        <li key={remedy.id}>
          <button
            type="button"
            className={`remedy ${i === 0 ? 'first' : ''}`}
            title={remedy.why}
            data-testid={`remedy-${remedy.id}`}
            onClick={() => void apply(remedy)}
          >
            <Icon name={ICONS[remedy.action.type]} />
            <span className="remedy-title">
              {remedy.title}
              {remedy.action.type === 'edit' && <span className="weak">, new run</span>}
            </span>
            {remedy.now && <span className="weak">{remedy.now}</span>}
            {i === 0 && <span className="remedy-why">{remedy.why}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function VerdictSign({ verdict: { judgement, failure } }: { readonly verdict: ShownVerdict }) {
  if (failure) return <Icon name="error" className="error-colour" />;
  switch (judgement.kind) {
    case 'overfitting':
    case 'underfitting':
    case 'nothingToLearn':
      return <Icon name="warning" className="warning-colour" />;
    case 'rightFit':
      return <Icon name="pass" className="ok-colour" />;
    case 'failed':
      return <Icon name="error" className="error-colour" />;
    case 'tooEarly':
    case 'stillLearning':
      return <Icon name="refresh" className="info-colour" />;
    case 'notValidated':
      return <Icon name="info" className="info-colour" />;
  }
}

function ideaOf({ judgement, failure }: ShownVerdict): Idea {
  if (failure) return 'failures';
  switch (judgement.kind) {
    case 'underfitting':
    case 'nothingToLearn':
      return 'underfitting';
    case 'overfitting':
      return 'overfitting';
    case 'notValidated':
      return 'validation';
    case 'tooEarly':
    case 'stillLearning':
    case 'rightFit':
    case 'failed':
      return 'rightFit';
  }
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

/** Where the run is kept, or that it is not. */
function KeptLine({ session: { kept, state, stored } }: { readonly session: SessionSnapshot }) {
  const making = kept !== undefined && kept.directory === undefined && kept.problem === undefined;
  if (state === 'idle' || state === 'loading' || making || stored) return null;
  if (kept?.problem !== undefined)
    return (
      <p className="kept-line problem" role="alert" data-testid="kept">
        <Icon name="warning" />
        <span>{kept.problem}</span>
      </p>
    );
  const name = kept?.directory?.split(/[\\/]/).at(-1);
  return (
    <p className="kept-line" data-testid="kept" title={kept?.directory}>
      <Icon name="save" />
      <span className="ellipsis">
        {name === undefined ? 'In memory only: save the file to keep its runs.' : `Kept as ${name}`}
      </span>
    </p>
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
      return wasInterrupted(session) ? 'Interrupted' : 'Stopped';
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
      if (session.lastLoss === undefined) return session.backend ? 'PyTorch starts' : '';
      return `loss of the last steps ${words.loss(session.lastLoss)}`;
    case 'paused':
      return `after step ${words.count(session.step)}; everything can be explored`;
    case 'finished':
      return ending(session);
    case 'stopped':
      if (wasInterrupted(session)) return `in epoch ${words.count(session.epoch)} of ${words.count(session.epochs)}`;
      return `by hand in epoch ${words.count(session.epoch)} of ${words.count(session.epochs)}; weights ${session.end?.kept === undefined ? '' : `of epoch ${words.count(session.end.kept)} `}kept`;
    case 'failed':
      return '';
  }
}
