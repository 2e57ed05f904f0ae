import * as vscode from 'vscode';
import type { Loads } from './loads';
import type { ModelDocuments } from './modelDocuments';
import { keepRequest, keepSettings } from './runs/places';
import { Session, type TrainingSource } from './session';
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
        if (!session || !analysis.model) return;
        session
          .follow(analysis.model)
          .catch((error: Error) => this.log.error('A change did not reach the run:', error));
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

  /** The window closes: runs that are alive are written, to be gone on with. */
  async leave(): Promise<void> {
    await Promise.all(this.alive.map((session) => session.leaveRun()));
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}
