import * as vscode from 'vscode';
import type { Sessions } from './sessions';
import { modelInFront } from './uris';

/**
 * Keeps `dropoutStudio.state` at the state of the network in front, so that F5 can train, pause or resume and the
 * palette offers what is possible.
 */
export function publishContext(sessions: Sessions): vscode.Disposable {
  let shown: string | undefined;
  const publish = (): void => {
    const uri = modelInFront();
    const state = uri ? sessions.get(uri).snapshot.state : 'none';
    if (state === shown) return;
    shown = state;
    void vscode.commands.executeCommand('setContext', 'dropoutStudio.state', state);
  };
  publish();
  return vscode.Disposable.from(
    sessions.onDidChange(publish),
    vscode.window.tabGroups.onDidChangeTabs(publish),
    vscode.window.tabGroups.onDidChangeTabGroups(publish),
  );
}
