import * as vscode from 'vscode';
import type { Loads } from './loads';
import type { ModelDocuments } from './modelDocuments';
import { keepRequest, keepSettings } from './runs/places';
import type { WeightsOfRun } from '../protocol/training';
import { Session } from './session';
import type { TrainingSource } from './sessionState';
import { RUN_SCHEME } from './uris';
import { memoryLimit, sourceOf, threads, workspaceOf } from './workspace';

/** One session a document, kept when its editors close. */
export class Sessions implements vscode.Disposable {
  private readonly sessions = new Map<string, Session>();
  private readonly changed = new vscode.EventEmitter<Session>();
  private readonly ticked = new vscode.EventEmitter<Session>();
  private readonly subscriptions: vscode.Disposable[] = [this.changed, this.ticked];
  /** Any session changed in more than a tick tells. */
  readonly onDidChange = this.changed.event;
  /** Any session ticked: many times a second. */
  readonly onDidTick = this.ticked.event;

  constructor(
    private readonly documents: ModelDocuments,
    private readonly workerPath: string,
    private readonly loads: Loads,
    private readonly log: vscode.LogOutputChannel,
    /** Which documents' runs have a twin. */
    private readonly memory: vscode.Memento,
  ) {
    this.subscriptions.push(
      documents.onDidChange(({ document, analysis }) => {
        const session = this.sessions.get(document.uri.toString());
        // The model of a run as it was says nothing new.
        if (!session || !analysis.model || document.uri.scheme === RUN_SCHEME) return;
        session
          .follow(analysis.model)
          .catch((error: Error) => this.log.error('A change did not reach the run:', error));
      }),
      // A run that is only looked at takes a worker and its data as long as somebody does.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const session = this.sessions.get(uri.toString());
        if (uri.scheme !== RUN_SCHEME || !session || session.isAlive) return;
        this.sessions.delete(uri.toString());
        session.dispose();
      }),
    );
  }

  get(uri: vscode.Uri): Session {
    const key = uri.toString();
    const known = this.sessions.get(key);
    if (known) return known;
    const twin = `twin ${key}`;
    const session = new Session(
      uri,
      this.workerPath,
      this.loads,
      this.log,
      this.memory.get(twin, false),
      (wanted) => void this.memory.update(twin, wanted || undefined),
    );
    session.onDidChange(() => this.changed.fire(session));
    session.onDidTick(() => this.ticked.fire(session));
    this.sessions.set(key, session);
    return session;
  }

  /** Lets go of a document's session: what it trained is on disk by then, and can be gone on with from there. */
  async release(uri: vscode.Uri): Promise<void> {
    const session = this.sessions.get(uri.toString());
    if (!session) return;
    this.sessions.delete(uri.toString());
    await session.leaveRun();
    session.dispose();
  }

  get alive(): Session[] {
    return [...this.sessions.values()].filter((s) => s.isAlive);
  }

  /**
   * What a document would train.
   * @throws Error saying what is missing: the first error of the text, its data section, its training section
   */
  source(document: vscode.TextDocument): TrainingSource {
    const { analysis } = this.documents.get(document);
    const { model } = analysis;
    if (!model) {
      const first = analysis.diagnostics.find((d) => d.severity === 'error');
      const line = first
        ? `Line ${document.positionAt(first.offset).line + 1}: ${first.message}`
        : 'The text is not a model.';
      throw new Error(line);
    }
    if (!model.data)
      throw new Error(
        'The model has no "data" section: say what to learn from, such as "data": { "source": "moons" }.',
      );
    if (!model.training)
      throw new Error(
        'The model has no "training" section: say how to learn, such as "training": { "loss": "crossentropy" }.',
      );
    return {
      ...sourceOf(document),
      threads: threads(),
      model,
      keep: keepRequest(document.uri),
    };
  }

  /**
   * Goes on with an interrupted run in the session of its document.
   * @throws Error where it cannot be gone on with, or its document trains something already
   */
  async resumeRun(uri: vscode.Uri, directory: string): Promise<void> {
    const session = this.get(uri);
    if (session.isAlive) throw new Error(`${session.name} is being trained. Stop it to go on with another run of it.`);
    const document = await vscode.workspace.openTextDocument(uri);
    const settings = { memoryLimit: memoryLimit(), threads: threads(), workspace: workspaceOf(uri) };
    const request = { directory, ...settings, ...keepSettings(uri) };
    await session.resumeRun(request, this.documents.get(document).analysis.model);
  }

  /**
   * Shows a run as it is on disk in the session of a document: that of its model as it was.
   * @param checkpoint whose weights; default those that it ended with
   * @throws Error where it is no run, or the document trains something
   */
  async showRun(uri: vscode.Uri, directory: string, checkpoint?: string): Promise<void> {
    const session = this.get(uri);
    if (session.isAlive) throw new Error(`${session.name} is being trained. Stop it to look at a run of it.`);
    const settings = { memoryLimit: memoryLimit(), threads: threads(), workspace: workspaceOf(uri) };
    await session.showRun({ directory, checkpoint, ...settings });
  }

  /**
   * Begins a new run of a document with weights of a run; it waits before its first step.
   * @throws Error naming what does not fit, or what is missing to train; also where it is being trained
   */
  async restoreWeights(uri: vscode.Uri, initial: WeightsOfRun): Promise<void> {
    const session = this.get(uri);
    const untouched = session.snapshot.initial !== undefined && session.snapshot.step === 0;
    if (session.isAlive && !untouched)
      throw new Error(`${session.name} is being trained. Stop it to begin with other weights.`);
    const document = await vscode.workspace.openTextDocument(uri);
    await session.start({ ...this.source(document), initial });
  }

  /** The window closes: runs that are alive are written, to be gone on with. */
  async leave(): Promise<void> {
    await Promise.all(this.alive.map((session) => session.leaveRun()));
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}
