import * as vscode from 'vscode';
import { LoadCancelled } from '../data/source';
import type { LoadProgress } from '../model/loadProgress';

/** Milliseconds that a cancelled load has to end by itself, before the worker that is at it is ended. */
const GRACE = 500;

/** How a load is ended. */
export interface LoadControl {
  /** Asks the worker to end it. */
  cancel(load: string): Promise<unknown>;
  /** Ends the worker, where it is too busy to hear. */
  kill(): void;
}

interface Live {
  readonly uri: vscode.Uri;
  readonly control: LoadControl;
  readonly begun: number;
  progress?: LoadProgress;
  isCancelled?: boolean;
  timer?: NodeJS.Timeout;
}

/** Data that is being read for the documents, whoever reads it: to be seen, and to be cancelled. */
export class Loads implements vscode.Disposable {
  private readonly live = new Map<string, Live>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private count = 0;
  /** A load of this document came further, or ended. */
  readonly onDidChange = this.changed.event;

  /**
   * @param read gets the name of the load
   * @throws LoadCancelled where it was cancelled; whatever `read` throws
   */
  async during<T>(uri: vscode.Uri, control: LoadControl, read: (load: string) => Promise<T>): Promise<T> {
    const load = `load-${++this.count}`;
    const live: Live = { uri, control, begun: Date.now() };
    this.live.set(load, live);
    try {
      return await read(load);
    } catch (error) {
      throw live.isCancelled ? new LoadCancelled() : error;
    } finally {
      clearTimeout(live.timer);
      this.live.delete(load);
      if (live.progress) this.changed.fire(uri);
    }
  }

  /** The worker's word on a load. */
  readonly told = (load: string, progress: LoadProgress): void => {
    const live = this.live.get(load);
    if (!live || live.isCancelled) return;
    live.progress = progress;
    this.changed.fire(live.uri);
  };

  /** How far the data of a document has come; undefined where nothing is read, or not for long. */
  of(uri: vscode.Uri): (LoadProgress & { readonly milliseconds: number }) | undefined {
    const [live] = this.ofDocument(uri).filter(([, { progress, isCancelled }]) => progress && !isCancelled);
    return live && { ...live[1].progress!, milliseconds: Date.now() - live[1].begun };
  }

  /** Ends what is read for a document. @param only of whoever has this control; absent: all */
  cancel(uri: vscode.Uri, only?: LoadControl): void {
    for (const [load, live] of this.ofDocument(uri)) {
      if (live.isCancelled || (only && live.control !== only)) continue;
      live.isCancelled = true;
      // A worker that is gone has nothing left to cancel.
      live.control.cancel(load).catch(() => undefined);
      live.timer = setTimeout(() => live.control.kill(), GRACE);
    }
    this.changed.fire(uri);
  }

  private ofDocument(uri: vscode.Uri): [string, Live][] {
    return [...this.live].filter(([, live]) => live.uri.toString() === uri.toString());
  }

  dispose(): void {
    for (const { timer } of this.live.values()) clearTimeout(timer);
    this.changed.dispose();
  }
}
