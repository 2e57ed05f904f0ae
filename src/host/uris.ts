import { posix } from 'node:path';
import * as vscode from 'vscode';

/** The designer, as VS Code calls it. */
export const viewType = 'dropoutStudio.designer';

/** The last part of an address: a file's name, a folder's name. */
export const nameOf = (uri: vscode.Uri): string => posix.basename(uri.path);

export const isModelUri = (uri: vscode.Uri): boolean => uri.path.endsWith('.netjson');

/** The network in the tab in front, as picture or as text. */
export function modelInFront(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return shown && isModelUri(shown) ? shown : undefined;
}
