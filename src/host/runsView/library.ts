import { basename, dirname, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { RunNotesChange, RunSummary, RunsApi } from '../../protocol/runList';
import { type Connection, asError } from '../../protocol/rpc';
import { runsFolderOf } from '../runs/places';
import type { Session } from '../session';
import type { Sessions } from '../sessions';
import { type RunEntry, entryOf } from './entry';

/** Writing a run touches several files at once: they are looked at when it is quiet. */
const QUIET = 250;
/** How often a run of this window's is shown anew while it trains: more than anybody reads. */
const PACE = 1000;
/** More than so many runs that changed are listed with all the others. */
const FEW = 20;

/** A worker that reads runs: see src/worker/runsMain.ts. */
export interface RunReader {
  ask<T>(question: (worker: Connection<RunsApi>['call']) => Promise<T>): Promise<T>;
}

/**
 * The runs on disk of all models in the workspace, kept up with what changes there and with the sessions of this window.
 * Files are read in a worker, never on the extension host's own thread.
 */
export class RunLibrary implements vscode.Disposable {
  private readonly runs = new Map<string, RunSummary>();
  private readonly watchers = new Map<string, vscode.Disposable>();
  /** By directory, the session that makes the run. */
  private readonly alive = new Map<string, Session>();
  private readonly dirty = new Set<string>();
  private timer?: NodeJS.Timeout;
  private pace?: NodeJS.Timeout;
  private reading?: Promise<void>;
  /** Another look, behind the one that is at work. */
  private again?: Promise<void>;
  /** Before anybody looks at runs, none are looked for. */
  private first?: Promise<void>;
  private readonly changed = new vscode.EventEmitter<string | undefined>();
  /** The run that changed in what it shows; undefined: which there are, or their order. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[] = [this.changed];

  constructor(
    private readonly sessions: Sessions,
    private readonly inspector: RunReader,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const models = vscode.workspace.createFileSystemWatcher('**/*.netjson', false, true, false);
    const again = (): void => {
      if (this.first) void this.refresh();
    };
    this.subscriptions.push(
      models,
      models.onDidCreate((uri) => this.isNews(uri) && again()),
      models.onDidDelete((uri) => this.isNews(uri) && again()),
      sessions.onDidChange((session) => this.follow(session)),
      sessions.onDidTick((session) => this.tick(session)),
      vscode.workspace.onDidChangeWorkspaceFolders(again),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration('dropoutStudio.runsFolder') && again(),
      ),
    );
  }

  /** Answers once runs were looked for. */
  get ready(): Promise<void> {
    if (!this.first) this.first = this.refresh();
    return this.first;
  }

  get entries(): RunEntry[] {
    return [...this.runs.values()].map((run) => this.entry(run));
  }

  get(directory: string): RunEntry | undefined {
    const run = this.runs.get(directory);
    return run && this.entry(run);
  }

  /** A run wherever it is, as the view would show it; undefined where the folder is none. */
  async find(directory: string): Promise<RunEntry | undefined> {
    const known = this.get(directory);
    if (known) return known;
    const run = await this.inspector.ask((worker) => worker.lookAtRun(directory));
    return run && this.entry(run);
  }

  /** The runs in a folder, be it one that the view shows or not, the newest first. */
  async runsIn(folder: string): Promise<RunEntry[]> {
    const runs = await this.inspector.ask((worker) => worker.listRuns(folder));
    return runs.map((run) => this.entry(run));
  }

  /** The session of this window that makes a run, while it is alive. */
  sessionOf(directory: string): Session | undefined {
    return this.alive.get(directory);
  }

  /** Where runs are looked for. */
  get folders(): string[] {
    return [...this.watchers.keys()];
  }

  /** Looks for all runs anew. What is asked while it looks may be about what it has passed already: it looks once more. */
  refresh(): Promise<void> {
    if (this.reading) {
      this.again ??= this.reading.then(() => this.refresh());
      return this.again;
    }
    this.again = undefined;
    this.reading = this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  async note(directory: string, change: RunNotesChange): Promise<void> {
    await this.inspector.ask((worker) => worker.noteRun(directory, change));
    await this.lookAt([directory]);
  }

  /** Bytes that each run takes. */
  sizes(directories: readonly string[]): Promise<number[]> {
    return this.inspector.ask((worker) => worker.sizesOfRuns(directories));
  }

  /**
   * Moves runs to the trash: the system's or, where there is none to be had, `.trash` beside them. All are looked at before
   * the first goes.
   * @returns how many are in `.trash`
   * @throws Error where one of them is being written
   */
  async trash(directories: readonly string[]): Promise<number> {
    for (const directory of directories) await this.inspector.ask((worker) => worker.refuseDeletingRun(directory));
    let beside = 0;
    try {
      for (const directory of directories) {
        try {
          await vscode.workspace.fs.delete(vscode.Uri.file(directory), { recursive: true, useTrash: true });
        } catch (error) {
          // A server has no trash.
          this.log.info(`${directory} cannot be moved to the system's trash: ${asError(error).message}`);
          await this.inspector.ask((worker) => worker.trashRun(directory));
          beside++;
        }
      }
    } finally {
      await this.lookAt(directories);
    }
    return beside;
  }

  private entry(run: RunSummary): RunEntry {
    return entryOf(run, this.alive.get(run.directory)?.snapshot);
  }

  private async read(): Promise<void> {
    this.dirty.clear();
    try {
      const folders = await this.findFolders();
      this.watch(folders);
      const found = await Promise.all(
        [...folders].map(async (folder) => {
          try {
            return await this.inspector.ask((worker) => worker.listRuns(folder));
          } catch (error) {
            this.log.warn(`The runs in ${folder} cannot be listed:`, asError(error));
            return [];
          }
        }),
      );
      this.runs.clear();
      for (const run of found.flat()) this.runs.set(run.directory, run);
    } catch (error) {
      this.log.error('Runs cannot be looked for:', asError(error));
    }
    this.changed.fire(undefined);
  }

  /** The folders that the setting names for the models that are there, and for the workspace's own. */
  private async findFolders(): Promise<Set<string>> {
    const models = await vscode.workspace.findFiles('**/*.netjson', '**/{node_modules,runs}/**');
    const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, '.netjson'));
    const open = this.sessions.alive.map(({ uri }) => uri);
    return new Set(
      [...models, ...roots, ...open].filter(({ scheme }) => scheme === 'file').map((uri) => runsFolderOf(uri)),
    );
  }

  private watch(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.dispose();
      this.watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.watchers.has(folder)) continue;
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.file(folder), '{*,*/run.json,*/notes.json,*/metrics.jsonl,*/run.lock.*}'),
      );
      const look = (uri: vscode.Uri): void => this.mark(folder, uri);
      // A lock's beat says nothing new.
      const lookAtChange = (uri: vscode.Uri): void => {
        if (!basename(uri.fsPath).startsWith('run.lock.')) look(uri);
      };
      const parts = [watcher.onDidCreate(look), watcher.onDidDelete(look), watcher.onDidChange(lookAtChange), watcher];
      this.watchers.set(folder, vscode.Disposable.from(...parts));
    }
  }

  private mark(folder: string, { fsPath }: vscode.Uri): void {
    const [name] = relative(folder, fsPath).split(sep);
    if (!name || name.startsWith('.')) return;
    const directory = join(folder, name);
    // What our own session measures it tells itself.
    if (basename(fsPath) === 'metrics.jsonl' && this.alive.has(directory)) return;
    this.dirty.add(directory);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const changed = [...this.dirty];
      this.dirty.clear();
      void (changed.length > FEW ? this.refresh() : this.lookAt(changed));
    }, QUIET);
  }

  private async lookAt(directories: readonly string[]): Promise<void> {
    // What is read of all runs may be older than what is about to be.
    await this.reading;
    try {
      for (const directory of directories) {
        const run = await this.inspector.ask((worker) => worker.lookAtRun(directory));
        if (run) this.runs.set(directory, run);
        else this.runs.delete(directory);
      }
    } catch (error) {
      this.log.error('A run cannot be looked at:', asError(error));
    }
    this.changed.fire(undefined);
  }

  /** A run's own model says nothing new. */
  private isNews({ scheme, fsPath }: vscode.Uri): boolean {
    return this.first !== undefined && scheme === 'file' && !this.watchers.has(dirname(dirname(fsPath)));
  }

  private follow(session: Session): void {
    const directory = session.snapshot.kept?.directory;
    const { state } = session.snapshot;
    const alive = state === 'training' || state === 'paused';
    for (const [other, of] of [...this.alive])
      if (of === session && (other !== directory || !alive)) {
        this.alive.delete(other);
        this.markDirectory(other);
      }
    if (directory === undefined || !alive) return;
    const known = this.alive.get(directory) === session;
    this.alive.set(directory, session);
    if (this.first && !known && !this.runs.has(directory)) {
      if (!this.watchers.has(dirname(directory))) void this.refresh();
      else this.markDirectory(directory);
    }
    this.changed.fire(known ? directory : undefined);
  }

  private markDirectory(directory: string): void {
    this.mark(dirname(directory), vscode.Uri.file(join(directory, 'run.json')));
  }

  private tick(session: Session): void {
    const directory = session.snapshot.kept?.directory;
    if (directory === undefined || this.alive.get(directory) !== session) return;
    this.pace ??= setTimeout(() => {
      this.pace = undefined;
      for (const [of] of this.alive) this.changed.fire(of);
    }, PACE);
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.pace);
    vscode.Disposable.from(...this.subscriptions, ...this.watchers.values()).dispose();
  }
}
