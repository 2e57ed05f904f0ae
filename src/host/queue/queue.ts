import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { catalogue } from '../../catalogue';
import { LoadCancelled } from '../../data/source';
import { analyze } from '../../model/analyze';
import { asError } from '../../protocol/rpc';
import { changeNotes } from '../../runs/notes';
import { type QueuedRun, type QueueState, type Repeats, RunQueue } from '../../runs/queue';
import { QueueFile } from '../../runs/queueFile';
import { newRunDirectory } from '../../runs/store';
import { keepRequest } from '../runs/places';
import { dateOf } from '../runsView/entry';
import { modelAsItWas, placeOf } from '../runsView/modelAsItWas';
import type { Session } from '../session';
import type { TrainingSource } from '../sessionState';
import type { Sessions } from '../sessions';
import { isShown, RUN_SCHEME } from '../uris';
import { memoryLimit, threads, workspaceOf } from '../workspace';
import { Failures } from './failures';

/**
 * The runs of this window that wait, and those that were begun from there. Each is trained in a session of its own, under
 * the address of its model as it was: any number of them can be of one file, and that file can be edited meanwhile.
 */
export class Queue implements vscode.Disposable {
  private readonly queue: RunQueue;
  private readonly failures = new Failures();
  /** By the id of the run: those that are being begun. */
  private readonly beginning = new Map<string, Session>();
  /** By directory, the models of runs that are not on the disk yet. */
  private readonly texts = new Map<string, string>();
  /** By directory, names that runs get once they are on the disk. */
  private readonly names = new Map<string, string>();
  /** Directories of runs that ended and are still being written. */
  private readonly settling = new Set<string>();
  /** Sessions that train a run of their own address, and which one; others only show what is on the disk. */
  private readonly trained = new WeakMap<Session, string | undefined>();
  /** Sessions whose runs are over: kept while somebody looks at them. */
  private readonly over = new Set<Session>();
  /** Directories of runs that were interrupted: whether to go on with them is being asked. */
  private asked: ReadonlySet<string> = new Set();
  private isOpen = false;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly endedRepeats = new vscode.EventEmitter<Repeats>();
  /** All runs of some repeats are over. */
  readonly onDidEndRepeats = this.endedRepeats.event;
  private readonly subscriptions: vscode.Disposable;

  /** Undefined until it is opened, and where the window has no place: then its queue is not remembered. */
  private file?: QueueFile;

  /** @param place where the window remembers things */
  constructor(
    private readonly sessions: Sessions,
    private readonly place: Promise<string | undefined>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.queue = new RunQueue({
      limit: parallelRuns,
      busy: () => this.busy,
      begin: (run) => this.begin(run),
      cancel: ({ id }) => void this.beginning.get(id)?.stop(),
      isAlive: (directory) => this.isAlive(directory),
      changed: () => this.tell(),
      failed: (run, problem) => this.fail(`${titleOf(run)} could not be trained. ${problem}`),
      ended: (repeats) => this.endedRepeats.fire(repeats),
    });
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.endedRepeats,
      sessions.onDidChange((session) => this.follow(session)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.length > 0) void this.releaseUnseen();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('dropoutStudio.parallelRuns')) this.queue.fill();
      }),
    );
  }

  get state(): QueueState {
    return this.queue.state;
  }

  /** Whether the queue is there again with the next window; until it was opened that is not known yet. */
  get isRemembered(): boolean {
    return !this.isOpen || this.file !== undefined;
  }

  get(id: string): QueuedRun | undefined {
    return this.state.waiting.find((run) => run.id === id);
  }

  isBeginning(id: string): boolean {
    return this.queue.isBeginning(id);
  }

  /**
   * Takes up what was remembered.
   * @param interrupted directories of runs that may be gone on with; `decided` tells whether they are
   * @returns how many runs are held back until somebody says that the queue goes on
   */
  async open(interrupted: readonly string[]): Promise<number> {
    this.asked = new Set(interrupted);
    try {
      const folder = await this.place;
      this.file = folder === undefined ? undefined : new QueueFile(join(folder, 'queue.json'));
      return this.file ? this.queue.restore(await this.file.read()) : 0;
    } catch (error) {
      this.fail(asError(error).message);
      return 0;
    } finally {
      this.isOpen = true;
      this.tell();
    }
  }

  /** Somebody has said whether what was interrupted goes on, or has closed the question. */
  decided(goesOn: boolean): void {
    this.asked = new Set();
    if (goesOn) this.queue.resume();
    else this.queue.fill();
  }

  readonly add: RunQueue['add'] = (runs, repeats) => this.queue.add(runs, repeats);
  readonly move: RunQueue['move'] = (id, by) => this.queue.move(id, by);
  readonly remove: RunQueue['remove'] = (ids) => this.queue.remove(ids);
  readonly retry: RunQueue['retry'] = (id) => this.queue.retry(id);
  readonly pause: RunQueue['pause'] = () => this.queue.pause();
  readonly resume: RunQueue['resume'] = () => this.queue.resume();

  /** The address under which the model of a run that waits can be looked at. */
  addressOf(run: QueuedRun): vscode.Uri {
    return modelAsItWas(`${run.name}, seed ${run.seed}, queued`, {
      directory: placeInQueue(run),
      folder: dirname(run.file),
    });
  }

  /** The model of a run that is not on the disk yet, by the directory of its address. */
  readonly textOf = (directory: string): string | undefined =>
    this.texts.get(directory) ?? this.state.waiting.find((run) => placeInQueue(run) === directory)?.text;

  /** Of a run that this window began from the queue: where it is shown as it was trained, for as long as that is known. */
  sessionOf(directory: string): Session | undefined {
    return [...this.over, ...this.sessions.alive].find((session) => isOf(session, directory));
  }

  /** The window closes: nothing begins any more. Answers when the queue is on the disk. */
  async close(): Promise<void> {
    this.queue.close();
    await this.file?.settled();
  }

  /** Runs that are being trained, those left out that are just being begun: these the queue counts itself. */
  private get busy(): number {
    const beginning = [...this.beginning.values()];
    return this.sessions.alive.filter((s) => s.snapshot.state !== 'paused' && !beginning.includes(s)).length;
  }

  private isAlive(directory: string): boolean {
    return (
      this.settling.has(directory) ||
      this.asked.has(directory) ||
      this.sessions.alive.some((session) => session.snapshot.kept?.directory === directory || isOf(session, directory))
    );
  }

  private async begin(run: QueuedRun): Promise<string | undefined> {
    const { keep, ...source } = sourceOf(run);
    const directory = run.resumes ?? (await newRunDirectory(keep.folder, keep.name));
    const uri = modelAsItWas(titleOf(run), { directory, folder: source.folder });
    if (run.resumes === undefined) this.texts.set(directory, run.text);
    if (run.repeats !== undefined) this.names.set(directory, titleOf(run));
    const session = this.sessions.get(uri);
    this.beginning.set(run.id, session);
    try {
      if (run.resumes === undefined) await session.train({ ...source, keep: { ...keep, directory } });
      else await this.sessions.resumeRun(uri, directory);
      this.trained.set(session, session.snapshot.run);
      this.follow(session);
      return directory;
    } catch (error) {
      await this.sessions.release(uri);
      // Empty: nothing was written yet. What is not empty stays.
      await rmdir(directory).catch(() => undefined);
      this.texts.delete(directory);
      this.names.delete(directory);
      if (error instanceof LoadCancelled) return undefined;
      throw error;
    } finally {
      this.beginning.delete(run.id);
    }
  }

  private follow(session: Session): void {
    if (session.uri.scheme === RUN_SCHEME) {
      const { kept, run } = session.snapshot;
      const { directory } = placeOf(session.uri);
      if (kept?.directory === directory) {
        this.nameRun(directory);
        // One that is gone on with as well.
        if (session.isAlive) this.trained.set(session, run);
      }
      if (session.isAlive) this.over.delete(session);
      else if (run !== undefined && this.trained.get(session) === run) {
        this.trained.delete(session);
        this.over.add(session);
        void this.settle(session, directory);
      }
    }
    this.queue.fill();
  }

  /** The run is on the disk: its directory can be written to, and its model is read from there. */
  private nameRun(directory: string): void {
    this.texts.delete(directory);
    const name = this.names.get(directory);
    this.names.delete(directory);
    if (name !== undefined)
      changeNotes(directory, { name }).catch((error: unknown) =>
        this.log.warn(`${directory} cannot be named:`, asError(error)),
      );
  }

  /** A run of the queue is over: once it is written, nobody needs its worker who does not look at it. */
  private async settle(session: Session, directory: string): Promise<void> {
    this.settling.add(directory);
    try {
      const { state, message = 'Training failed.' } = session.snapshot;
      if (state === 'failed') this.fail(`${session.name}: ${message}`);
      await session.save();
    } catch (error) {
      this.log.error(`${directory} could not be written:`, asError(error));
    } finally {
      this.settling.delete(directory);
    }
    await this.releaseUnseen();
    this.queue.fill();
  }

  private async releaseUnseen(): Promise<void> {
    const unseen = [...this.over].filter((session) => {
      const { directory, problem } = session.snapshot.kept ?? {};
      const isWritten = directory === undefined || !this.settling.has(directory);
      return isWritten && problem === undefined && !isShown(session.uri);
    });
    for (const session of unseen) this.over.delete(session);
    await Promise.all(unseen.map(({ uri }) => this.sessions.release(uri)));
  }

  private tell(): void {
    this.changed.fire();
    // Before it is read, nothing is written over it.
    if (this.isOpen)
      this.file
        ?.write(this.state)
        .catch((error: unknown) => this.log.error('The queue cannot be remembered:', asError(error)));
  }

  private fail(message: string): void {
    this.log.error(message);
    this.failures.tell(message);
  }

  dispose(): void {
    this.queue.close();
    this.subscriptions.dispose();
  }
}

/** The setting `dropoutStudio.parallelRuns`. */
export const parallelRuns = (): number =>
  vscode.workspace.getConfiguration('dropoutStudio').get<number>('parallelRuns', 1);

/** What a run is called: repeats by their seed, others by when they begin; one that is gone on with has its name already. */
export const titleOf = ({ name, seed, repeats, resumes }: QueuedRun): string =>
  resumes !== undefined
    ? name
    : `${name}, ${repeats === undefined ? dateOf(new Date().toISOString()) : `seed ${seed}`}`;

const placeInQueue = ({ id }: QueuedRun): string => `queue/${id}`;

const isOf = ({ uri }: Session, directory: string): boolean =>
  uri.scheme === RUN_SCHEME && placeOf(uri).directory === directory;

/** @throws Error where the text is no model any more */
function sourceOf({ file, text, seed, epochs }: QueuedRun): TrainingSource & Required<Pick<TrainingSource, 'keep'>> {
  const uri = vscode.Uri.file(file);
  const { model } = analyze(text, catalogue);
  // It was one when it was queued, by another version.
  if (!model?.training) throw new Error('Its model cannot be trained by this version. Queue it again.');
  const beside = parallelRuns() - 1;
  return {
    text,
    seed,
    epochs,
    folder: dirname(file),
    memoryLimit: memoryLimit(),
    workspace: workspaceOf(uri),
    threads: threads(),
    ...(beside > 0 && { beside }),
    model: { ...model, training: { ...model.training, seed, epochs: epochs ?? model.training.epochs } },
    keep: keepRequest(uri)!,
  };
}
