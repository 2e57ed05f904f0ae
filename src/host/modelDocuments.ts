import * as vscode from 'vscode';
import { catalogue } from '../catalogue';
import { LoadCancelled } from '../data/source';
import { type Analysis, analyze } from '../model/analyze';
import type { MemoryEstimate } from '../engine/plan';
import { dataPathsOf } from '../model/dataPaths';
import type { Diagnostic } from '../model/diagnostics';
import type { Model } from '../model/model';
import type { DataSummary } from '../protocol/training';
import { DataWatch } from './dataWatch';
import type { Inspector } from './inspector';
import { isModelUri } from './uris';
import { sourceOf } from './workspace';

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
  private readonly watches = new Map<string, DataWatch>();
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
      vscode.workspace.onDidGrantWorkspaceTrust(() =>
        [...this.entries.keys()].forEach((key) => this.inspectAgain(key)),
      ),
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
      const { data, diagnostics, memory } = await this.inspector.inspect(document.uri, sourceOf(document));
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
  private watchData({ uri }: vscode.TextDocument, { data }: Model): void {
    const key = uri.toString();
    const watch = this.watches.get(key) ?? new DataWatch(uri, () => this.inspectAgain(key));
    this.watches.set(key, watch);
    const parameters = data && catalogue.sources.get(data.kind)?.parameters;
    watch.set(parameters ? dataPathsOf(data.params, parameters) : []);
  }

  /** Whatever was found before: something besides the text changed. */
  private inspectAgain(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.set(key, { ...entry, inspected: undefined });
    void this.inspectNow(entry.document);
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.watches.get(key)?.dispose();
    this.watches.delete(key);
    this.entries.delete(key);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const watch of this.watches.values()) watch.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}
