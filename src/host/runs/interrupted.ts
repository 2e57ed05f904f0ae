import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { asError } from '../../protocol/rpc';
import type { RunInfo } from '../../runs/info';
import { foldersOf, openRun } from '../../runs/open';
import { RunningFile, type RunningRun } from '../../runs/runningFile';
import { guarded } from '../commands';
import type { Queue } from '../queue/queue';
import { descriptionOf, isAlive, nameOfRun, type RunEntry } from '../runsView/entry';
import type { RunLibrary } from '../runsView/library';
import type { Session } from '../session';
import type { Sessions } from '../sessions';
import { isModelUri, modelInFront, RUN_SCHEME, viewType } from '../uris';
import { offerIgnoring } from './gitignore';
import { isHeldOn } from './heldOn';
import { runsFolderOf } from './places';

/**
 * Sees to runs that are interrupted: remembers on the disk which are alive, offers to go on with them when the window opens
 * again, and tells where one cannot be kept.
 */
export class InterruptedRuns implements vscode.Disposable {
  private readonly told = new WeakMap<Session, string | undefined>();
  private readonly warned = new WeakMap<Session, string | undefined>();
  private readonly subscriptions: vscode.Disposable;
  /** What was alive when the window closed, and has not been looked at. */
  private earlier: readonly RunningRun[] = [];
  /** What is alive now. */
  private running: readonly RunningRun[] = [];
  private file?: RunningFile;
  private isClosed = false;
  private asked = 0;
  private readonly changed = new vscode.EventEmitter<void>();
  /** How many runs it is being asked for is different. */
  readonly onDidChange = this.changed.event;

  /**
   * @param place where the window remembers things
   * @param memory what was offered already
   */
  constructor(
    private readonly sessions: Sessions,
    private readonly queue: Queue,
    private readonly library: RunLibrary,
    private readonly place: Promise<string | undefined>,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      sessions.onDidChange((session) => this.follow(session)),
      vscode.commands.registerCommand(
        'dropoutStudio.resumeRun',
        guarded((target?: unknown) => this.resume(target instanceof vscode.Uri ? target : undefined)),
      ),
    );
  }

  /** How many runs the window was training when it closed, while the question whether they go on has no answer. */
  get undecided(): number {
    return this.asked;
  }

  /** Looks up what was alive when the window closed. @returns its directories, until `offer` has looked at them */
  async open(): Promise<string[]> {
    const folder = await this.place;
    if (folder === undefined) return [];
    const file = new RunningFile(join(folder, 'running.json'));
    try {
      this.earlier = await file.read();
    } catch (error) {
      this.log.warn(asError(error).message);
    }
    this.file = file;
    if (this.running.length > 0) this.remember();
    return this.earlier.map(({ directory }) => directory);
  }

  /** The window closes: what is alive by now is what was interrupted. Answers when that is on the disk. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.file?.settled();
  }

  /**
   * Offers to go on with what was being trained when the window closed.
   * @param queued how many runs wait in the queue to go on too
   * @returns whether all that goes on
   */
  async offer(queued: number): Promise<boolean> {
    const found: { directory: string; uri: vscode.Uri; info: RunInfo }[] = [];
    for (const { directory, document } of this.earlier) {
      try {
        // Somebody goes on with it. Who opens the window after that one is asked again.
        if (await isHeldOn(directory)) continue;
        this.forget(directory);
        const { info } = await openRun(directory);
        // One that ended meanwhile needs nobody.
        if (info && info.reason === undefined) found.push({ directory, uri: vscode.Uri.parse(document), info });
      } catch (error) {
        this.forget(directory);
        this.log.warn(`The run ${directory} was alive when the window closed, and cannot be read:`, asError(error));
      }
    }
    if (found.length + queued === 0) return false;
    const resume = found.length === 0 ? 'Resume Queue' : found.length + queued === 1 ? 'Resume' : 'Resume All';
    const names = found.map(({ info }) => info.name);
    this.ask(found.length);
    const answer = await vscode.window.showInformationMessage(offerOf(names, queued), resume, 'Not Now');
    this.ask(0);
    if (answer !== resume) return false;
    for (const { directory, uri } of found) await guarded(() => this.goOn(directory, uri))();
    return true;
  }

  private ask(runs: number): void {
    this.asked = runs;
    this.changed.fire();
  }

  /** @param target a run's folder, a file in it, or a model whose runs are to be chosen from */
  private async resume(target?: vscode.Uri): Promise<void> {
    if (target && !isModelUri(target)) return this.goOn(target.fsPath);
    const model = target ?? modelInFront();
    const runs = await this.unfinished(model);
    const picked = await vscode.window.showQuickPick(
      [
        ...runs.map((run) => ({ label: nameOfRun(run), description: descriptionOf(run), directory: run.directory })),
        { label: '$(folder-opened) Choose a run elsewhere...', directory: undefined },
      ],
      {
        title: 'Resume Run',
        placeHolder: runs.length > 0 ? 'Go on with which run?' : 'No interrupted run was found.',
        matchOnDescription: true,
      },
    );
    if (!picked) return;
    if (picked.directory !== undefined) return this.goOn(picked.directory, model);
    const [chosen] =
      (await vscode.window.showOpenDialog({
        canSelectFolders: true,
        canSelectFiles: false,
        openLabel: 'Resume Run',
      })) ?? [];
    if (chosen) await this.goOn(chosen.fsPath);
  }

  private async goOn(directory: string, known?: vscode.Uri): Promise<void> {
    // What the queue began goes on as it was: under an address of its own, and nobody has to watch it.
    const isOfQueue = known?.scheme === RUN_SCHEME;
    const uri = isOfQueue
      ? known
      : ((await modelOf(directory)) ?? known ?? vscode.Uri.file(join(directory, 'model.netjson')));
    const busy = this.sessions.alive.find((session) => session.uri.toString() === uri.toString());
    if (busy) return this.queueUp(directory, busy);
    if (!isOfQueue) await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
    await this.sessions.resumeRun(uri, directory);
  }

  /** Its model is being trained: it goes on in a session of its own, as soon as the queue lets it. */
  private async queueUp(directory: string, busy: Session): Promise<void> {
    if (this.library.sessionOf(directory)) throw new Error(`${busy.name} is being trained already.`);
    const run = await this.library.find(directory);
    if (!run?.model || run.seed === undefined) throw new Error(`There is no whole run in ${directory}.`);
    if (!run.unfinished) throw new Error(`${nameOfRun(run)} has come to its end.`);
    const text = await readFile(join(directory, 'model.netjson'), 'utf8');
    const { file = join(dirname(dirname(directory)), `${run.model.name}.netjson`) } = run.model;
    const name = nameOfRun(run);
    this.queue.add([{ name, file, text, seed: run.seed, epochs: run.epochs, resumes: directory }]);
    const show = 'Show Queue';
    const answer = await vscode.window.showInformationMessage(
      `${busy.name} is being trained: ${name} waits in the queue, and goes on from there.`,
      show,
    );
    if (answer === show) await vscode.commands.executeCommand('dropoutStudio.showQueue');
  }

  /** Those that can be gone on with, the newest first. @param model beside which they are; absent: of the whole workspace */
  private async unfinished(model: vscode.Uri | undefined): Promise<RunEntry[]> {
    if (!model) await this.library.refresh();
    const runs = model ? await this.library.runsIn(runsFolderOf(model)) : this.library.entries;
    return runs
      .filter((run) => run.unfinished && !isAlive(run))
      .sort((a, b) => (b.started ?? '').localeCompare(a.started ?? ''));
  }

  private follow(session: Session): void {
    const { kept } = session.snapshot;
    const directory = kept?.directory;
    // What ends with the window is what is to be gone on with.
    if (directory !== undefined && !this.isClosed) {
      const isKnown = this.running.some((run) => run.directory === directory);
      if (isKnown !== session.isAlive) {
        const others = this.running.filter((run) => run.directory !== directory);
        this.running = session.isAlive ? [...others, { directory, document: session.uri.toString() }] : others;
        this.remember();
        if (session.isAlive) void offerIgnoring(vscode.Uri.file(directory), this.memory);
      }
    }
    if (this.warned.get(session) !== kept?.warning) {
      this.warned.set(session, kept?.warning);
      if (kept?.warning !== undefined) void vscode.window.showWarningMessage(kept.warning);
    }
    if (this.told.get(session) === kept?.problem) return;
    this.told.set(session, kept?.problem);
    if (kept?.problem !== undefined) void this.tell(session, kept.problem);
  }

  private async tell(session: Session, problem: string): Promise<void> {
    this.log.error(problem);
    const answer = await vscode.window.showErrorMessage(problem, 'Try Again', 'Open Settings');
    if (answer === 'Try Again') await session.save();
    if (answer === 'Open Settings')
      await vscode.commands.executeCommand('workbench.action.openSettings', 'dropoutStudio.runsFolder');
  }

  private forget(directory: string): void {
    this.earlier = this.earlier.filter((run) => run.directory !== directory);
    this.remember();
  }

  private remember(): void {
    const now = new Set(this.running.map(({ directory }) => directory));
    this.file
      ?.write([...this.earlier.filter(({ directory }) => !now.has(directory)), ...this.running])
      .catch((error: unknown) => this.log.error('What is being trained cannot be remembered:', asError(error)));
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

/** @param names of the models whose training was interrupted */
function offerOf(names: readonly string[], queued: number): string {
  const waiting = queued === 1 ? '1 run waits in the queue' : `${queued} runs wait in the queue`;
  if (names.length === 0) return `${waiting} since the window closed.`;
  const what = names.length === 1 ? `Training of ${names[0]} was` : `${names.length} trainings were`;
  const more = queued > 0 ? `, and ${waiting}` : '';
  return `${what} interrupted when the window closed${more}. Resume goes on from the last checkpoint, to the same numbers.`;
}

/** The file that a run's model was in, where it still is. */
async function modelOf(directory: string): Promise<vscode.Uri | undefined> {
  const { info } = await openRun(directory);
  const file = info?.model.file;
  if (!info || file === undefined) return undefined;
  for (const folder of foldersOf({ directory, info })) {
    const path = join(folder, file);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return vscode.Uri.file(path);
  }
  return undefined;
}
