import * as vscode from 'vscode';
import type { DataPath } from '../model/dataPaths';

/** Programs write a file in several goes: it is looked at when they pause. */
const DELAY_MS = 300;

/** Watches all files and folders that a document's data section names: what appears, changes or goes away. */
export class DataWatch implements vscode.Disposable {
  private watched = '';
  private watchers: vscode.Disposable[] = [];
  private timer?: NodeJS.Timeout;

  /** @param changed told once writing pauses */
  constructor(
    private readonly document: vscode.Uri,
    private readonly changed: () => void,
  ) {}

  /** Watches these from now on. */
  set(paths: readonly DataPath[]): void {
    const watched = JSON.stringify(paths.map(({ path, isFolder }) => [path, isFolder]));
    if (watched === this.watched) return;
    this.dispose();
    this.watched = watched;
    // Data is read from the disk, beside a file on it.
    if (this.document.scheme === 'file') this.watchers = paths.flatMap((path) => this.watch(path));
  }

  private watch({ path, isFolder }: DataPath): vscode.Disposable[] {
    const uri = resolved(this.document, path);
    const name = uri.path.split('/').at(-1);
    if (!name) return [];
    const parent = vscode.Uri.joinPath(uri, '..');
    const watchers = [
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(parent, escaped(name))),
      ...(isFolder ? [vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(uri, '**'))] : []),
    ];
    const again = (): void => {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.changed, DELAY_MS);
    };
    return watchers.flatMap((w) => [w, w.onDidChange(again), w.onDidCreate(again), w.onDidDelete(again)]);
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.watchers).dispose();
    this.watchers = [];
    this.watched = '';
  }
}

/** Relative to the document's folder, unless it is absolute. */
const resolved = (document: vscode.Uri, path: string): vscode.Uri =>
  /^([a-z]:|[\\/])/i.test(path) ? vscode.Uri.file(path) : vscode.Uri.joinPath(document, '..', path);

/** A name that holds what means something in a pattern. */
const escaped = (name: string): string => name.replace(/[[\]{}*?]/g, '[$&]');
