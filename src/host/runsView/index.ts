import * as vscode from 'vscode';
import type { Queue } from '../queue/queue';
import { registerRunCommands } from './commands';
import type { Sessions } from '../sessions';
import { isAlive } from './entry';
import type { RunLibrary } from './library';
import { ModelsAsTheyWere } from './modelAsItWas';
import { isFiltering } from './order';
import { registerQueueCommands } from './queueCommands';
import { RowOfKeys, RUNS_VIEW } from './rowOfKeys';
import { RunTree } from './tree';

/** The Runs view in the activity bar, and its commands. */
export function registerRunsView(
  library: RunLibrary,
  sessions: Sessions,
  queue: Queue,
  memory: vscode.Memento,
): vscode.Disposable {
  const tree = new RunTree(library, queue, memory);
  const view = vscode.window.createTreeView(RUNS_VIEW, {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
  });
  const rows = new RowOfKeys();
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
    context('queued', queue.state.waiting.length > 0);
    context('queuePaused', queue.state.paused);
  };
  tell();
  return vscode.Disposable.from(
    view,
    rows,
    tree.onDidChangeTreeData(tell),
    registerRunCommands(library, sessions, queue, tree, view, rows),
    registerQueueCommands(queue, tree, view, rows),
    new ModelsAsTheyWere(queue.textOf).register(),
  );
}

const badge = (alive: number): vscode.ViewBadge | undefined =>
  alive > 0
    ? { value: alive, tooltip: alive === 1 ? '1 run is being trained' : `${alive} runs are being trained` }
    : undefined;
