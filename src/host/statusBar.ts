import * as vscode from 'vscode';
import { type LoadProgress, progressWords, shareOf } from '../model/loadProgress';
import { factsOf, judgeRun, titleOf, Verdicts } from '../verdict';
import type { Loads } from './loads';
import type { Queue } from './queue/queue';
import type { InterruptedRuns } from './runs/interrupted';
import type { Session } from './session';
import type { Sessions } from './sessions';
import { viewType } from './uris';

/**
 * Runs tick many times a second; nobody reads, and no screen reader should be told, more often than this. A status bar
 * that changes at that pace also keeps the browser from opening webviews: the update of their service worker waits.
 */
const REFRESH_INTERVAL = 500;

/**
 * Epochs of a run that are judged at one go. A small network makes more in a second than can be judged beside all else that
 * this thread has to do: the verdict is told once it has caught up.
 */
const JUDGED_AT_ONCE = 200;

/** Lists what is at work; of the status bar alone. */
const SHOW = 'dropoutStudio.showSessions';
const SHOW_QUEUE = 'dropoutStudio.showQueue';

/**
 * Progress of a run: name, epoch, time left, how many more there are, and how many wait; where nothing is alive, what may be
 * gone on with. Hidden where there is nothing of all that.
 */
export function createStatusBar(
  sessions: Sessions,
  loads: Loads,
  queue: Queue,
  interrupted: InterruptedRuns,
): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dropoutStudio.run', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Dropout Studio';
  let shown: Session | undefined;
  const verdicts = new SessionVerdicts();
  let time = -Infinity;

  const tell = (text: string, label: string, command: vscode.Command): void => {
    item.text = text;
    item.tooltip = label;
    item.accessibilityInformation = { label };
    item.command = command;
    item.show();
  };
  const showWaiting = (): void => {
    const { paused, waiting } = queue.state;
    const { undecided } = interrupted;
    if (undecided > 0) {
      const more = waiting.length > 0 ? `, ${waiting.length} queued` : '';
      const were = undecided === 1 ? 'was' : 'were';
      const label = `${runs(undecided)} ${were} interrupted when the window closed${more}. Show the question whether to go on`;
      // VS Code puts a message away after some seconds. It is still in that list.
      const command = { title: 'Show', command: 'notifications.showList' };
      return tell(`$(debug-disconnect) ${undecided} interrupted${more}`, label, command);
    }
    if (waiting.length === 0) return item.hide();
    const icon = paused ? 'debug-pause' : 'list-ordered';
    const label = `${runs(waiting.length)} in the queue${paused ? ', which is paused' : ''}`;
    tell(`$(${icon}) ${waiting.length} queued`, label, { title: 'Show', command: SHOW_QUEUE });
  };
  const show = (session: Session): void => {
    if (session.isAlive) shown = session;
    else if (shown === session) shown = sessions.alive[0];
    if (!shown) return showWaiting();
    time = Date.now();
    const { alive } = sessions;
    const { text, tooltip } = describe(shown, verdicts, loads.of(shown.uri));
    const more = moreThan(
      alive.filter((other) => other !== shown),
      queue,
    );
    tell(
      more.text ? `${text} (${more.text})` : text,
      more.label ? `${tooltip}; ${more.label}` : tooltip,
      more.text
        ? { title: 'Choose', command: SHOW }
        : { title: 'Show', command: 'vscode.openWith', arguments: [shown.uri, viewType] },
    );
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
    const { paused, waiting } = queue.state;
    const queued = {
      label: '$(list-ordered) Show the queue',
      description: `${runs(waiting.length)}${paused ? ', paused' : ''}`,
      session: undefined,
    };
    const choices = waiting.length > 0 ? [...rows, queued] : rows;
    const picked =
      choices.length === 1
        ? choices[0]
        : await vscode.window.showQuickPick<(typeof rows)[number] | typeof queued>(choices, {
            title: 'Networks at Work',
            placeHolder: 'Show which in the designer?',
          });
    if (picked?.session) await vscode.commands.executeCommand('vscode.openWith', picked.session.uri, viewType);
    else if (picked) await vscode.commands.executeCommand(SHOW_QUEUE);
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
    queue.onDidChange(() => (shown ? show(shown) : showWaiting())),
    interrupted.onDidChange(() => (shown ? show(shown) : showWaiting())),
    vscode.commands.registerCommand(SHOW, choose),
  );
}

const runs = (n: number): string => (n === 1 ? '1 run' : `${n} runs`);

/** What there is besides the run that is shown: "+2" in short. */
function moreThan(others: readonly Session[], { state }: Queue): { readonly text: string; readonly label: string } {
  const paused = others.filter(({ snapshot }) => snapshot.state === 'paused').length;
  const working = others.length - paused;
  const { length: queued } = state.waiting;
  const parts = (...all: readonly (string | false)[]): string => all.filter(Boolean).join(', ');
  return {
    text: parts(others.length > 0 && `+${others.length}`, queued > 0 && `${queued} queued`),
    label: parts(
      working > 0 && `${working} more at work`,
      paused > 0 && `${paused} more paused`,
      queued > 0 && `${queued} queued${state.paused ? ' (the queue is paused)' : ''}`,
    ),
  };
}

function describe(
  session: Session,
  verdicts: SessionVerdicts,
  load: LoadProgress | undefined,
): { text: string; tooltip: string } {
  const { state, epoch, epochs, step, progress: share, seconds } = session.snapshot;
  const { name } = session;
  if (state === 'loading') {
    const far = load ? `, ${Math.floor(100 * shareOf(load))} %` : '';
    const tooltip = `${name}: reading data${load ? `, ${progressWords(load)}` : ''}`;
    return { text: `$(loading~spin) ${name}: reading data${far}`, tooltip };
  }
  const verdict = verdicts.of(session);
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

/** What each run has come to so far. */
class SessionVerdicts {
  readonly #judged = new WeakMap<Session, { run: string; epochs: number; readonly verdicts: Verdicts }>();

  /** In a word or two; empty where it is too early, or not all epochs are judged yet. */
  of(session: Session): string {
    const { run, model, facts: ofData, history, epochs, end } = session.snapshot;
    if (run === undefined || !model || !ofData) return '';
    const known = this.#judged.get(session);
    const judged = known?.run === run ? known : { run, epochs: 0, verdicts: new Verdicts() };
    this.#judged.set(session, judged);
    judged.epochs = Math.min(history.length, judged.epochs + JUDGED_AT_ONCE);
    const isBehind = judged.epochs < history.length;
    const facts = factsOf(model, ofData, epochs);
    const curves = judged.verdicts.of(run, facts, isBehind ? history.slice(0, judged.epochs) : history);
    if (isBehind) return '';
    const { judgement, failure } = judgeRun(facts, history, end, String, curves);
    return judgement.kind === 'tooEarly' && !failure ? '' : titleOf(judgement.kind, failure).toLowerCase();
  }
}

/** 75 seconds as 1:15. */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
