import * as vscode from 'vscode';
import type { VersionName } from '../../protocol/compare';
import { nameOf } from '../uris';

/** One of the two texts that are compared. */
export interface Version {
  /** What VS Code opens its text under. */
  readonly uri: vscode.Uri;
  readonly name: VersionName;
  /** The text as it is now. @throws Error where it cannot be read */
  text(): Promise<string>;
  /** Calls back whenever the text may have changed. */
  watch(changed: () => void): vscode.Disposable;
}

/** A file as it is now, with what was not saved yet. */
export const fileVersion = (uri: vscode.Uri): Version =>
  version(uri, nameOf(uri), vscode.workspace.asRelativePath(uri));

/**
 * The model that a run was made with.
 * @param folder the run's directory
 */
export function runVersion(folder: vscode.Uri): Version {
  const model = vscode.Uri.joinPath(folder, 'model.netjson');
  return version(model, `Run ${nameOf(folder)}`, vscode.workspace.asRelativePath(model));
}

function version(uri: vscode.Uri, title: string, detail: string): Version {
  return {
    uri,
    name: { title, detail },
    text: async () => {
      try {
        return (await vscode.workspace.openTextDocument(uri)).getText();
      } catch {
        throw new Error(`${detail} cannot be read: it may have been moved or removed.`);
      }
    },
    watch: (changed) => {
      // VS Code lets go of a document that no editor shows: its file is watched as well.
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), nameOf(uri)),
      );
      return vscode.Disposable.from(
        watcher,
        watcher.onDidChange(changed),
        watcher.onDidCreate(changed),
        watcher.onDidDelete(changed),
        vscode.workspace.onDidChangeTextDocument(({ document }) => {
          if (document.uri.toString() === uri.toString()) changed();
        }),
      );
    },
  };
}
