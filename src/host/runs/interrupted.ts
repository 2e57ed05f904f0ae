import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type RunInfo, isUnfinished } from '../../runs/info';
import { holderOf } from '../../runs/lock';
import { listRuns, type ListedRun } from '../../runs/list';
import { foldersOf, openRun } from '../../runs/open';
import { asError } from '../../protocol/rpc';
import { guarded } from '../commands';
import { isModelUri, modelInFront, RUN_SCHEME, viewType } from '../uris';
import type { Session } from '../session';
import type { Sessions } from '../sessions';
import { offerIgnoring } from './gitignore';
import { runsFolderOf } from './places';

/** Runs that are alive in this window, kept over its end: by directory, the document they belong to. */
const RUNNING = 'dropoutStudio.running';

/** How long an extension host that is about to end is waited for, and how often it is looked for: milliseconds. */
const ENDING = 30_000;
const ASKING = 250;

/**
 * Sees to runs that are interrupted: remembers which are alive, offers to go on with them when the window opens again,
 * and tells where one cannot be kept.
 */
export class InterruptedRuns implements vscode.Disposable {
  private readonly told = new WeakMap<Session, string | undefined>();
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly sessions: Sessions,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = vscode.Disposable.from(
      sessions.onDidChange((session) => this.follow(session)),
      vscode.commands.registerCommand(
        'dropoutStudio.resumeRun',
        guarded((target?: unknown) => this.resume(target instanceof vscode.Uri ? target : undefined)),
      ),
    );
  }

  /** Of the runs that were alive when the window closed, until `offer` has looked at them. */
  get directories(): string[] {
    return Object.keys(this.running);
  }

  /**
   * Offers to go on with what was being trained when the window closed.
   * @param queued how many runs wait in the queue to go on too
   * @returns whether all that goes on
   */
  async offer(queued: number): Promise<boolean> {
    const found: { directory: string; uri: vscode.Uri; info: RunInfo }[] = [];
    for (const [directory, uri] of Object.entries(this.running)) {
      try {
        // Somebody goes on with it. Who opens the window after that one is asked again.
        if (await isHeldOn(directory)) continue;
        await this.forget(directory);
        const { info } = await openRun(directory);
        // One that ended meanwhile needs nobody.
        if (info && info.reason === undefined) found.push({ directory, uri: vscode.Uri.parse(uri), info });
      } catch (error) {
        await this.forget(directory);
        this.log.warn(`The run ${directory} was alive when the window closed, and cannot be read:`, asError(error));
      }
    }
    if (found.length + queued === 0) return false;
    const resume = found.length === 0 ? 'Resume Queue' : found.length + queued === 1 ? 'Resume' : 'Resume All';
    const names = found.map(({ info }) => info.name);
    const answer = await vscode.window.showInformationMessage(offerOf(names, queued), resume, 'Not Now');
    if (answer !== resume) return false;
    for (const { directory, uri } of found) await guarded(() => this.goOn(directory, uri))();
    return true;
  }

  /** @param target a run's folder, a file in it, or a model whose runs are to be chosen from */
  private async resume(target?: vscode.Uri): Promise<void> {
    if (target && !isModelUri(target)) return this.goOn(target.fsPath);
    const model = target ?? modelInFront();
    const runs = model ? await unfinishedIn(runsFolderOf(model)) : await this.unfinished();
    const picked = await vscode.window.showQuickPick(
      [
        ...runs.map(({ directory, info }) => ({ label: basename(directory), description: described(info), directory })),
        { label: '$(folder-opened) Choose a run elsewhere...', directory: undefined },
      ],
      {
        title: 'Resume Run',
        placeHolder: runs.length > 0 ? 'Go on with which run?' : 'No interrupted run was found.',
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
    if (!isOfQueue) await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
    await this.sessions.resumeRun(uri, directory);
  }

  /** Those of all models in the workspace. */
  private async unfinished(): Promise<ListedRun[]> {
    const models = await vscode.workspace.findFiles('**/*.netjson', '**/{node_modules,runs}/**');
    const folders = new Set(models.map((uri) => runsFolderOf(uri)));
    return (await Promise.all([...folders].map((folder) => unfinishedIn(folder)))).flat();
  }

  private follow(session: Session): void {
    const { kept } = session.snapshot;
    const directory = kept?.directory;
    if (directory !== undefined) {
      const before = this.running;
      const others = Object.fromEntries(Object.entries(before).filter(([other]) => other !== directory));
      const running = session.isAlive ? { ...others, [directory]: session.uri.toString() } : others;
      const changes = directory in before !== directory in running;
      if (changes) void this.memory.update(RUNNING, running);
      if (changes && session.isAlive) void offerIgnoring(vscode.Uri.file(directory), this.memory);
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

  private async forget(directory: string): Promise<void> {
    await this.memory.update(
      RUNNING,
      Object.fromEntries(Object.entries(this.running).filter(([d]) => d !== directory)),
    );
  }

  private get running(): Record<string, string> {
    return this.memory.get<Record<string, string>>(RUNNING, {});
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

/**
 * Whether a run is being written, and goes on being. A window that was loaded again opens while its extension host of
 * before is still about to end.
 */
async function isHeldOn(directory: string): Promise<boolean> {
  for (const end = Date.now() + ENDING; ;) {
    if (!(await holderOf(directory))) return false;
    if (Date.now() > end) return true;
    await pause(ASKING);
  }
}

const unfinishedIn = async (folder: string): Promise<ListedRun[]> =>
  (await listRuns(folder)).filter(({ info, state }) => info && state !== 'running' && isUnfinished(info));

const described = (info: RunInfo | undefined): string =>
  info ? `${info.name}, ${new Date(info.started).toLocaleString()}, ${info.reason ?? 'interrupted'}` : '';

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
