import * as vscode from 'vscode';
import { catalogue } from '../catalogue';
import { LoadCancelled } from '../data/source';
import { type Analysis, analyze } from '../model/analyze';
import type { MemoryEstimate } from '../engine/plan';
import type { Diagnostic } from '../model/diagnostics';
import type { Model } from '../model/model';
import type { DataSummary } from '../protocol/training';
import type { Inspector } from './inspector';
import { RUN_SCHEME, isModelUri, nameOf } from './uris';

/** A `.netjson` text at one version, and what is known of it. */
export interface ModelDocument {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly analysis: Analysis;
  /** The analysis's findings, and those of the data once they are in. */
  readonly diagnostics: readonly Diagnostic[];
  /** What the text says, or the last version of it that said something valid. */
  readonly lastGood?: Model;
  /** Of the data that `lastGood` names, as it was last read. */
  readonly data?: DataSummary;
  /** What training `lastGood` takes, as it was last looked at. */
  readonly memory?: MemoryEstimate;
}

interface Entry extends ModelDocument {
  readonly inspected?: string;
}

export const isModel = (document: vscode.TextDocument): boolean => isModelUri(document.uri);

/** False where the file system only shows, as git does for the version before: nothing is offered there that changes. */
export const canChange = (document: vscode.TextDocument): boolean =>
  isModel(document) && vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) !== false;

/** Typing comes in bursts: data is read when it pauses. */
const inspectDelay = 400;

/** Every open `.netjson` document, analysed once a version; data behind it is looked at off this thread. */
export class ModelDocuments implements vscode.Disposable {
  private readonly entries = new Map<string, Entry>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly watchers = new Map<string, { path: string; watcher: vscode.FileSystemWatcher }>();
  private readonly changed = new vscode.EventEmitter<ModelDocument>();
  private readonly subscriptions: vscode.Disposable[];
  /** Fires for each new version, and again when the data's findings arrive. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly inspector: Inspector,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument((d) => this.update(d)),
      vscode.workspace.onDidChangeTextDocument((e) => this.update(e.document)),
      vscode.workspace.onDidCloseTextDocument((d) => this.forget(d.uri)),
      this.changed,
    ];
  }

  /** Called once everybody listens. */
  start(): void {
    vscode.workspace.textDocuments.forEach((d) => this.update(d));
  }

  get(document: vscode.TextDocument): ModelDocument {
    return this.entries.get(document.uri.toString()) ?? this.update(document)!;
  }

  /** Waits for the data's findings as well. */
  async inspect(document: vscode.TextDocument): Promise<ModelDocument> {
    this.get(document);
    await this.inspectNow(document);
    return this.get(document);
  }

  private update(document: vscode.TextDocument): ModelDocument | undefined {
    if (!isModel(document) || document.isClosed) return undefined;
    const key = document.uri.toString();
    const before = this.entries.get(key);
    if (before?.version === document.version) return before;
    const analysis = analyze(document.getText(), catalogue);
    const entry: Entry = {
      document,
      version: document.version,
      analysis,
      diagnostics: analysis.diagnostics,
      lastGood: analysis.model ?? before?.lastGood,
      data: before?.data,
      memory: before?.memory,
    };
    this.entries.set(key, entry);
    this.changed.fire(entry);
    clearTimeout(this.timers.get(key));
    if (analysis.model) {
      this.watchData(document, analysis.model);
      this.timers.set(
        key,
        setTimeout(() => void this.inspectNow(document), inspectDelay),
      );
    }
    return entry;
  }

  private async inspectNow(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const entry = this.entries.get(key);
    const text = document.getText();
    if (!entry?.analysis.model || entry.inspected === text) return;
    try {
      const { data, diagnostics, memory } = await this.inspector.inspect(document.uri, {
        text,
        folder: folderOf(document.uri),
        memoryLimit: memoryLimit(),
      });
      const now = this.entries.get(key);
      // The text moved on meanwhile: its own inspection is on its way.
      if (!now || now.version !== entry.version) return;
      const updated: Entry = {
        ...now,
        inspected: text,
        data: data ?? now.data,
        memory: memory ?? now.memory,
        // They begin with those of the language.
        diagnostics,
      };
      this.entries.set(key, updated);
      this.changed.fire(updated);
    } catch (error) {
      if (error instanceof LoadCancelled) {
        // Not read again before the text or a file changes.
        const now = this.entries.get(key);
        if (now) this.entries.set(key, { ...now, inspected: text });
        return;
      }
      this.log.error(
        `The data of ${document.fileName} could not be looked at:`,
        error instanceof Error ? error : String(error),
      );
    }
  }

  /** A data file that appears, changes or goes away changes the findings. */
  private watchData(document: vscode.TextDocument, model: Model): void {
    const key = document.uri.toString();
    const path = model.data?.params.path;
    if (this.watchers.get(key)?.path === path) return;
    this.watchers.get(key)?.watcher.dispose();
    this.watchers.delete(key);
    if (typeof path !== 'string' || document.uri.scheme !== 'file') return;
    const file = vscode.Uri.joinPath(document.uri, '..', path);
    const name = nameOf(file);
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(file, '..'), name),
    );
    const again = (): void => {
      const entry = this.entries.get(key);
      if (entry) this.entries.set(key, { ...entry, inspected: undefined });
      void this.inspectNow(document);
    };
    watcher.onDidChange(again);
    watcher.onDidCreate(again);
    watcher.onDidDelete(again);
    this.watchers.set(key, { path, watcher });
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.watchers.get(key)?.watcher.dispose();
    this.watchers.delete(key);
    this.entries.delete(key);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const { watcher } of this.watchers.values()) watcher.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

/** The setting `dropoutStudio.memoryLimit`, in bytes. */
export const memoryLimit = (): number =>
  vscode.workspace.getConfiguration('dropoutStudio').get<number>('memoryLimit', 2048) * 1024 ** 2;

/** The setting `dropoutStudio.threads`; 0: as many as the machine has. */
export const threads = (): number => vscode.workspace.getConfiguration('dropoutStudio').get<number>('threads', 0);

/** The folder that a model's paths are relative to. A file that was never saved counts as in the workspace's. */
export function folderOf(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return vscode.Uri.joinPath(uri, '..').fsPath;
  if (uri.scheme === RUN_SCHEME) return (JSON.parse(uri.query) as { readonly folder: string }).folder;
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
}
