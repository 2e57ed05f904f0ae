import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { KeepRequest, KeepSettings } from '../../protocol/training';
import { nameOf } from '../uris';
import { runsFolderAt } from './runsFolder';

const settings = (uri: vscode.Uri): vscode.WorkspaceConfiguration =>
  vscode.workspace.getConfiguration('dropoutStudio', uri);

/** The setting `dropoutStudio.runsFolder` for a model: relative to its folder, with `${workspaceFolder}`, or in the home folder (`~`). Absolute. */
export function runsFolderOf(uri: vscode.Uri): string {
  const folder = dirname(uri.fsPath);
  const workspace = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? folder;
  const set = settings(uri).get<string>('runsFolder', 'runs').trim() || 'runs';
  return runsFolderAt(set, { folder, workspace });
}

/** The settings `dropoutStudio.checkpoints.*` and `dropoutStudio.tensorBoard`. */
export const keepSettings = (uri: vscode.Uri): KeepSettings => ({
  interval: settings(uri).get<number>('checkpoints.everySeconds', 5),
  everyEpochs: settings(uri).get<number>('checkpoints.everyEpochs', 0),
  tensorboard: settings(uri).get<boolean>('tensorBoard', false),
});

/** How runs of a model are kept; undefined where it is no file on a disk of ours: they are in memory alone. */
export function keepRequest(uri: vscode.Uri): KeepRequest | undefined {
  if (uri.scheme !== 'file') return undefined;
  const file = nameOf(uri);
  return { ...keepSettings(uri), folder: runsFolderOf(uri), name: file.replace(/\.netjson$/, ''), file };
}
