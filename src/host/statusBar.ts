import * as vscode from 'vscode';
import { factsOf, failureOf, titleOf, Verdicts } from '../verdict';
import type { Session } from './session';
import type { Sessions } from './sessions';

/**
 * Runs tick many times a second; nobody reads, and no screen reader should be told, more often than this. A status bar
 * that changes at that pace also keeps the browser from opening webviews: the update of their service worker waits.
 */
const REFRESH_INTERVAL = 500;

/** Progress of the run that moved last: name, epoch, time left. Hidden when nothing is alive. */
export function createStatusBar(sessions: Sessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dropoutStudio.run', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Dropout Studio';
  let shown: Session | undefined;
  const verdicts = new Verdicts();
  let time = -Infinity;

  const show = (session: Session): void => {
    if (session.isAlive) shown = session;
    else if (shown === session) shown = sessions.alive[0];
    if (!shown) return item.hide();
    time = Date.now();
    const { text, tooltip } = describe(shown, verdicts);
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: tooltip };
    item.command = { title: 'Show', command: 'vscode.openWith', arguments: [shown.uri, 'dropoutStudio.designer'] };
    item.show();
  };
  const tick = (session: Session): void => {
    const goesOn = session === shown && session.snapshot.state === 'training';
    if (!goesOn || Date.now() - time >= REFRESH_INTERVAL) show(session);
  };
  return vscode.Disposable.from(item, sessions.onDidChange(show), sessions.onDidTick(tick));
}

function describe(session: Session, verdicts: Verdicts): { text: string; tooltip: string } {
  const { state, epoch, epochs, step, progress: share, seconds } = session.snapshot;
  const { name } = session;
  if (state === 'loading') return { text: `$(loading~spin) ${name}: reading data`, tooltip: `${name}: reading data` };
  const verdict = verdictOn(session, verdicts);
  const progress = `epoch ${epoch} of ${epochs}${verdict ? `, ${verdict}` : ''}`;
  if (state === 'paused')
    return {
      text: `$(debug-pause) ${name}: paused, ${progress}`,
      tooltip: `${name}: paused in ${progress}, step ${step}`,
    };
  const left = share > 0 ? (seconds / share) * (1 - share) : undefined;
  const time = left === undefined ? '' : `, ${clock(left)} left`;
  return { text: `$(sync~spin) ${name}: ${progress}${time}`, tooltip: `${name}: training, ${progress}${time}` };
}

/** What the run has come to so far, in a word or two; empty where it is too early. */
function verdictOn({ snapshot }: Session, verdicts: Verdicts): string {
  const { run, model, data, history, epochs, end } = snapshot;
  if (run === undefined || !model || !data) return '';
  const facts = factsOf(model, data, epochs);
  const { kind } = verdicts.of(run, facts, history);
  const failure = failureOf(history, facts, end, String);
  return kind === 'tooEarly' && !failure ? '' : titleOf(kind, failure).toLowerCase();
}

/** 75 seconds as 1:15. */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
