import * as vscode from 'vscode';
import { type LoadProgress, progressWords, shareOf } from '../model/loadProgress';
import { factsOf, failureOf, titleOf, Verdicts } from '../verdict';
import type { Loads } from './loads';
import type { Session } from './session';
import type { Sessions } from './sessions';
import { viewType } from './uris';

/**
 * Runs tick many times a second; nobody reads, and no screen reader should be told, more often than this. A status bar
 * that changes at that pace also keeps the browser from opening webviews: the update of their service worker waits.
 */
const REFRESH_INTERVAL = 500;

/** Lists what is at work; of the status bar alone. */
const SHOW = 'dropoutStudio.showSessions';

/** Progress of a run: name, epoch, time left, and how many more there are. Hidden when nothing is alive. */
export function createStatusBar(sessions: Sessions, loads: Loads): vscode.Disposable {
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
    const others = sessions.alive.length - 1;
    const { text, tooltip } = describe(shown, verdicts, loads.of(shown.uri));
    item.text = others > 0 ? `${text} (+${others})` : text;
    const label = others > 0 ? `${tooltip}; ${others} more at work` : tooltip;
    item.tooltip = label;
    item.accessibilityInformation = { label };
    item.command =
      others > 0
        ? { title: 'Choose', command: SHOW }
        : { title: 'Show', command: 'vscode.openWith', arguments: [shown.uri, viewType] };
    item.show();
  };
  const tick = (session: Session): void => {
    const goesOn = session === shown && session.snapshot.state === 'training';
    if (!goesOn || Date.now() - time >= REFRESH_INTERVAL) show(session);
  };
  const choose = async (): Promise<void> => {
    const rows = sessions.alive.map((session) => {
      const { text, tooltip } = describe(session, verdicts, loads.of(session.uri));
      const icon = /^\$\([^)]+\)/.exec(text)?.[0] ?? '';
      return { label: `${icon} ${session.name}`, description: tooltip.slice(session.name.length + 2), session };
    });
    const picked =
      rows.length === 1
        ? rows[0]
        : await vscode.window.showQuickPick(rows, {
            title: 'Networks at Work',
            placeHolder: 'Show which in the designer?',
          });
    if (picked) await vscode.commands.executeCommand('vscode.openWith', picked.session.uri, viewType);
  };
  const load = (uri: vscode.Uri): void => {
    if (
      shown?.snapshot.state === 'loading' &&
      shown.uri.toString() === uri.toString() &&
      Date.now() - time >= REFRESH_INTERVAL
    )
      show(shown);
  };
  return vscode.Disposable.from(
    item,
    sessions.onDidChange(show),
    sessions.onDidTick(tick),
    loads.onDidChange(load),
    vscode.commands.registerCommand(SHOW, choose),
  );
}

function describe(
  session: Session,
  verdicts: Verdicts,
  load: LoadProgress | undefined,
): { text: string; tooltip: string } {
  const { state, epoch, epochs, step, progress: share, seconds } = session.snapshot;
  const { name } = session;
  if (state === 'loading') {
    const far = load ? `, ${Math.floor(100 * shareOf(load))} %` : '';
    const tooltip = `${name}: reading data${load ? `, ${progressWords(load)}` : ''}`;
    return { text: `$(loading~spin) ${name}: reading data${far}`, tooltip };
  }
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
