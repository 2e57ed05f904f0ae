/** What stands between header and picture: invalid text, a gesture that was not made, a run that failed, data being read. */
import { progressWords, shareOf } from '../../src/model/loadProgress';
import { useApp, useStore } from '../store/use';
import { Button, IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import * as words from '../words';

export function Notices() {
  return (
    <>
      <InvalidText />
      <Refused />
      <FailedRun />
      <Reading />
    </>
  );
}

function InvalidText() {
  const store = useStore();
  const snapshot = useApp((s) => s.snapshot);
  if (!snapshot || snapshot.empty || snapshot.current) return null;
  const errors = snapshot.diagnostics.filter((d) => d.severity === 'error');
  const first = errors[0];
  const more = errors.length > 1 ? ` ${words.plural(errors.length - 1, 'more error')} under Problems.` : '';
  const picture = !snapshot.model
    ? 'The picture appears as soon as the text is valid.'
    : snapshot.editable
      ? 'The picture shows the last valid version; it can still be edited.'
      : 'The picture shows the last valid version, read only. It follows again as soon as the text is valid.';
  return (
    <div className="notice error" role="alert" data-testid="banner">
      <Icon name="error" />
      <div className="notice-text">
        <b>{first ? `Line ${first.line}, column ${first.column}: ${first.message}` : 'The text is not valid.'}</b>
        <span>
          {picture}
          {more}
        </span>
        {first && (
          <code className="excerpt">
            <i>{first.line}</i>
            <Excerpt text={first.excerpt} column={first.column} length={first.length} />
          </code>
        )}
      </div>
      {snapshot.editable &&
        first?.fixes?.slice(0, 2).map((fix, i) => (
          <Button key={fix.title} primary={i === 0} testId="fix" onPress={() => void store.edit(fix.operation)}>
            {fix.title}
          </Button>
        ))}
      {first && (
        <Button
          primary={!snapshot.editable || !first.fixes?.length}
          testId="show-in-text"
          onPress={() => store.reveal({ offset: first.offset, length: first.length })}
        >
          Show in text
        </Button>
      )}
    </div>
  );
}

function Excerpt({
  text,
  column,
  length,
}: {
  readonly text: string;
  readonly column: number;
  readonly length: number;
}) {
  const start = Math.min(text.length, Math.max(0, column - 1));
  const end = Math.min(text.length, start + Math.max(1, length));
  const indent = text.length - text.trimStart().length;
  const from = Math.min(indent, start);
  return (
    <span>
      {text.slice(from, start)}
      <u>{text.slice(start, end) || ' '}</u>
      {text.slice(end)}
    </span>
  );
}

function Refused() {
  const store = useStore();
  const message = useApp((s) => s.message);
  if (!message) return null;
  const { retry } = message;
  return (
    <div className="notice warning" role="alert" data-testid="message">
      <Icon name="warning" />
      <div className="notice-text">
        <span>{message.text}</span>
      </div>
      {retry && (
        <Button testId="try-again" onPress={() => void store.edit(retry)}>
          Try again
        </Button>
      )}
      <IconButton label="Close" onPress={store.dismiss}>
        <Icon name="close" />
      </IconButton>
    </div>
  );
}

function FailedRun() {
  const session = useApp((s) => s.session);
  const view = useApp((s) => s.view);
  if (session.state !== 'failed' || view !== 'design') return null;
  return (
    <div className="notice error" role="alert">
      <Icon name="error" />
      <div className="notice-text">
        <b>Training failed</b>
        <span>{session.message ?? 'No reason was given.'}</span>
      </div>
    </div>
  );
}

/** Not a live region: its words change several times a second. */
function Reading() {
  const store = useStore();
  const loading = useApp((s) => s.loading);
  if (!loading) return null;
  const share = shareOf(loading);
  return (
    <section className="notice reading" aria-label="Reading data" data-testid="reading">
      <Icon name="loading" className="spin" />
      <div className="notice-text">
        <span>Reading {progressWords(loading)}</span>
        <div
          className="reading-bar"
          role="progressbar"
          aria-label={`Reading ${loading.path}`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(100 * share)}
          aria-valuetext={progressWords(loading)}
        >
          <div style={{ width: `${100 * share}%` }} />
        </div>
      </div>
      <Button testId="cancel-load" onPress={store.cancelLoad}>
        Cancel
      </Button>
    </section>
  );
}
