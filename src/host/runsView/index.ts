import * as vscode from 'vscode';
import { registerRunCommands } from './commands';
import type { Sessions } from '../sessions';
import { isAlive } from './entry';
import type { RunLibrary } from './library';
import { ModelsAsTheyWere } from './modelAsItWas';
import { isFiltering } from './order';
import { RunTree } from './tree';

/** The Runs view in the activity bar, and its commands. */
export function registerRunsView(library: RunLibrary, sessions: Sessions, memory: vscode.Memento): vscode.Disposable {
  const tree = new RunTree(library, memory);
  const view = vscode.window.createTreeView('dropoutStudio.runs', {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
  });
  const published = new Map<string, unknown>();
  /** Runs tick: what stays the same is told once. */
  const publish = (key: string, value: unknown, put: () => unknown): void => {
    if (published.has(key) && published.get(key) === value) return;
    published.set(key, value);
    put();
  };
  const context = (key: string, value: boolean): void =>
    publish(key, value, () => vscode.commands.executeCommand('setContext', `dropoutStudio.runs.${key}`, value));
  const tell = (): void => {
    const { entries } = library;
    const alive = entries.filter(isAlive).length;
    const { message } = tree;
    publish('message', message, () => (view.message = message));
    publish('alive', alive, () => (view.badge = badge(alive)));
    context('filtered', isFiltering(tree.filter));
    context('any', entries.length > 0);
  };
  tell();
  return vscode.Disposable.from(
    view,
    tree.onDidChangeTreeData(tell),
    registerRunCommands(library, sessions, tree, view),
    new ModelsAsTheyWere().register(),
  );
}

const badge = (alive: number): vscode.ViewBadge | undefined =>
  alive > 0
    ? { value: alive, tooltip: alive === 1 ? '1 run is being trained' : `${alive} runs are being trained` }
    : undefined;
