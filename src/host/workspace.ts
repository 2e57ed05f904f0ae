import * as vscode from 'vscode';
import type { Workspace } from '../model/dataPaths';
import type { ModelSource } from '../protocol/training';
import { RUN_SCHEME } from './uris';

/** What is open as a person sees it who works on a document: a file from elsewhere brings its own folder. */
export function workspaceOf(uri: vscode.Uri): Workspace | undefined {
  const { isTrusted, workspaceFolders = [] } = vscode.workspace;
  const folders = workspaceFolders.flatMap((folder) => (folder.uri.scheme === 'file' ? [folder.uri.fsPath] : []));
  // A trusted file by itself has no workspace that it could leave.
  if (folders.length === 0 && isTrusted) return undefined;
  return { isTrusted, folders: vscode.workspace.getWorkspaceFolder(uri) ? folders : [...folders, folderOf(uri)] };
}

/** What a worker needs to read a document and its data. */
export const sourceOf = (document: vscode.TextDocument): ModelSource => ({
  text: document.getText(),
  folder: folderOf(document.uri),
  memoryLimit: memoryLimit(),
  workspace: workspaceOf(document.uri),
});

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
