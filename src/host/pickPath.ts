import { posix, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { folderOf } from './workspace';

/**
 * Asks for a file or folder of data.
 * @returns its path as a model writes it: relative to the model's folder, with slashes; undefined where the person goes back
 */
export async function pickPath(document: vscode.TextDocument, what: 'file' | 'folder'): Promise<string | undefined> {
  const folder = folderOf(document.uri);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: what === 'folder' ? 'Choose a Folder of Data' : 'Choose a File of Data',
      openLabel: 'Choose',
      canSelectFiles: what === 'file',
      canSelectFolders: what === 'folder',
      ...(folder && { defaultUri: vscode.Uri.file(folder) }),
    })) ?? [];
  if (!chosen) return undefined;
  const path = relative(folder, chosen.fsPath).split(sep).join(posix.sep);
  return path === '' ? '.' : path;
}
