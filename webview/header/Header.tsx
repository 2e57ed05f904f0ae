/** View, run controls, facts of the run, progress. */
import { useApp, useStore } from '../store/use';
import { alive, trainable } from '../store/state';
import { canResume, wasInterrupted, type SessionSnapshot } from '../../src/protocol/designer';
import { Button, IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { useVerdict } from '../train/verdict';
import { headline, titleOf } from '../../src/verdict';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';
import { MoreControls } from '../ui/Menu';
import { Seed, TwinChoice } from './RunChoices';

const STATE_WORDS: Readonly<Record<SessionSnapshot['state'], string>> = {
  idle: 'Ready',
  loading: 'Loading the data',
  training: 'Training',
  paused: 'Paused',
  finished: 'Finished',
  stopped: 'Stopped',
  failed: 'Failed',
};

export function Header() {
  const store = useStore();
  const view = useApp((s) => s.view);
  const session = useApp((s) => s.session);
  const empty = useApp((s) => s.snapshot?.empty ?? false);
  const outdated = session.outdated === true && alive(session.state);
  const share = session.progress;
  return (
    <header className="header">
      <Segmented
        label="View"
        value={view}
        options={[
          { value: 'design', label: 'Design' },
          { value: 'train', label: 'Train' },
        ]}
        disabled={empty}
        onChange={store.setView}
        testId="view"
      />
      <RunControls session={session} />
      <span className="rule" />
      <div className="facts" data-testid="state" data-state={session.state}>
        <Facts session={session} empty={empty} />
      </div>
      {view === 'design' && <LastVerdict session={session} />}
      <span className="grow" />
      {outdated && (
        <span className="outdated" role="note">
          <Icon name="info" /> {session.waiting ?? 'The model changed since this run began; the next run uses it.'}
        </span>
      )}
      {view === 'train' && (
        <>
          <span className="run-choices">
            <Seed />
            <TwinChoice />
          </span>
          <span className="run-choices-more">
            <MoreControls label="Seed and twin" testId="run-choices">
              <Seed />
              <TwinChoice />
            </MoreControls>
          </span>
        </>
      )}
      {alive(session.state) && (
        <div
          className={`progress ${session.state === 'loading' ? 'waiting' : ''}`}
          role="progressbar"
          aria-label="Training progress"
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </header>
  );
}

/** In Design: what the run came to. A way to it. */
function LastVerdict({ session }: { readonly session: SessionSnapshot }) {
  const store = useStore();
  const verdict = useVerdict();
  if (!verdict || (!verdict.failure && !verdict.judgement.measured)) return null;
  const { judgement, failure } = verdict;
  const beside = failure ? '' : headline(judgement, session.end);
  return (
    <button
      type="button"
      className="link last-verdict"
      title={verdict.spoken || 'Show the run'}
      data-testid="last-verdict"
      onClick={() => store.setView('train')}
    >
      {titleOf(judgement.kind, failure)}
      {beside && (judgement.kind === 'overfitting' || judgement.kind === 'underfitting' ? ` ${beside}` : `, ${beside}`)}
    </button>
  );
}

function RunControls({ session }: { readonly session: SessionSnapshot }) {
  const store = useStore();
  const snapshot = useApp((s) => s.snapshot);
  const may = trainable(snapshot);
  const step = (
    <IconButton
      label="Step"
      title="Make one step (F10)"
      className="step"
      testId="step"
      onPress={() => store.control('step')}
    >
      <Icon name="debug-step-over" />
    </IconButton>
  );
  const stop = (
    <IconButton
      label="Stop"
      title="Stop and keep the weights (Shift+F5)"
      className="stop"
      testId="stop"
      onPress={() => store.control('stop')}
    >
      <Icon name="debug-stop" />
    </IconButton>
  );
  switch (session.state) {
    case 'training':
      return (
        <div className="run">
          <Button testId="pause" title="Pause after the step at work" onPress={() => store.control('pause')}>
            <Icon name="debug-pause" /> Pause
          </Button>
          {step}
          {stop}
        </div>
      );
    case 'paused':
      return (
        <div className="run">
          <Button primary testId="resume" title="Go on training (F5)" onPress={() => store.control('resume')}>
            <Icon name="debug-start" /> Resume
          </Button>
          {step}
          {stop}
        </div>
      );
    case 'loading':
      return (
        <div className="run">
          <Button disabled testId="train" onPress={() => undefined}>
            <Icon name="loading" className="spin" /> Loading
          </Button>
          {stop}
        </div>
      );
    case 'idle':
    case 'finished':
    case 'stopped':
    case 'failed':
      return (
        <div className="run">
          <Button
            primary
            disabled={!may.ok}
            testId="train"
            title={may.ok ? 'Train this network (F5)' : may.reason}
            onPress={() => store.control('train')}
          >
            <Icon name="debug-start" /> {session.state === 'idle' ? 'Train' : 'Train again'}
          </Button>
          {canResume(session) && (
            <Button
              testId="resume-run"
              title="Go on with this run from its last checkpoint, to the same numbers"
              onPress={() => store.control('resumeRun')}
            >
              Resume
            </Button>
          )}
          {may.ok && step}
        </div>
      );
  }
}

function Facts({ session, empty }: { readonly session: SessionSnapshot; readonly empty: boolean }) {
  const snapshot = useApp((s) => s.snapshot);
  const may = trainable(snapshot);
  if (empty) return <span>This file is empty</span>;
  if (session.state === 'idle') {
    if (!may.ok)
      return (
        <span className="reason ellipsis" title={may.reason}>
          Cannot train: {may.reason}
        </span>
      );
    return <span className="ellipsis">{session.message ?? STATE_WORDS.idle}</span>;
  }
  if (session.state === 'loading') return <span>{STATE_WORDS.loading}</span>;
  return (
    <>
      {session.state !== 'training' && (
        <span className={`state ${session.state}`}>
          {wasInterrupted(session) ? 'Interrupted' : STATE_WORDS[session.state]}
        </span>
      )}
      <Fact name="Epoch" value={`${words.count(session.epoch)} of ${words.count(session.epochs)}`} />
      <Fact name="Step" value={words.count(session.step)} />
      <Fact name="Time" value={words.duration(session.seconds)} />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <span className={`fact ${name.toLowerCase()}`}>
      <span>{name}</span> <b>{value}</b>
    </span>
  );
}
