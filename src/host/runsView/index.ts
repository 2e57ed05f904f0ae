import * as vscode from 'vscode';
import { isAlive } from './entry';
import type { RunLibrary } from './library';
import { ModelsAsTheyWere } from './modelAsItWas';
import { isFiltering } from './order';
import { registerRunCommands } from './commands';
import { RunTree } from './tree';

/** The Runs view in the activity bar, and its commands. */
export function registerRunsView(library: RunLibrary, memory: vscode.Memento): vscode.Disposable {
  const tree = new RunTree(library, memory);
  const view = vscode.window.createTreeView('dropoutStudio.runs', {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
  });
  const tell = (): void => {
    view.message = tree.message;
    const alive = library.entries.filter(isAlive).length;
    view.badge =
      alive > 0
        ? { value: alive, tooltip: alive === 1 ? '1 run is training' : `${alive} runs are training` }
        : undefined;
    void vscode.commands.executeCommand('setContext', 'dropoutStudio.runs.filtered', isFiltering(tree.filter));
    void vscode.commands.executeCommand('setContext', 'dropoutStudio.runs.any', library.entries.length > 0);
  };
  tell();
  return vscode.Disposable.from(
    view,
    tree.onDidChangeTreeData(tell),
    library.onDidChange((run) => run === undefined && tell()),
    registerRunCommands(library, tree, view),
    new ModelsAsTheyWere().register(),
  );
}
