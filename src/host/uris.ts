import { posix } from 'node:path';
import * as vscode from 'vscode';

/** The designer, as VS Code calls it. */
export const viewType = 'dropoutStudio.designer';

/** Of models as runs had them. */
export const RUN_SCHEME = 'dropout-run';

/** The last part of an address: a file's name, a folder's name. */
export const nameOf = (uri: vscode.Uri): string => posix.basename(uri.path);

export const isModelUri = (uri: vscode.Uri): boolean => uri.path.endsWith('.netjson');

/** The network in the tab in front, as picture or as text. */
export const modelInFront = (): vscode.Uri | undefined => modelIn(vscode.window.tabGroups.activeTabGroup.activeTab);

/** The networks that are open in tabs, those that are in sight before others. */
export function openModels(): readonly vscode.Uri[] {
  const { all } = vscode.window.tabGroups;
  const tabs = [...all.flatMap(({ activeTab }) => activeTab ?? []), ...all.flatMap((group) => group.tabs)];
  const byAddress = new Map(tabs.flatMap((tab) => modelIn(tab) ?? []).map((uri) => [uri.toString(), uri]));
  return [...byAddress.values()];
}

/** The only network that is open in a tab, for whoever looks at something else. */
export function onlyOpenModel(): vscode.Uri | undefined {
  const [first, ...others] = openModels();
  return others.length === 0 ? first : undefined;
}

/** Whether a tab shows the network. */
export const isShown = (uri: vscode.Uri): boolean =>
  vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => modelIn(tab)?.toString() === uri.toString()));

function modelIn(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  const shown = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return shown && isModelUri(shown) ? shown : undefined;
}
