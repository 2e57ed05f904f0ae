import * as vscode from 'vscode';
import { parse } from '../../model/parse';
import type { SessionSnapshot } from '../../protocol/designer';
import { canChange } from '../modelDocuments';
import { rangeOf } from '../ranges';
import type { Sessions } from '../sessions';

type State = SessionSnapshot['state'];

/** What can be done with a run, by its state: a command of the extension, and its words. */
const controls: Record<State, readonly (readonly [command: string, title: string])[]> = {
  idle: [['train', '$(play) Train']],
  finished: [['train', '$(play) Train']],
  stopped: [['train', '$(play) Train']],
  failed: [['train', '$(play) Train']],
  loading: [['stop', '$(debug-stop) Stop']],
  training: [
    ['pause', '$(debug-pause) Pause'],
    ['stop', '$(debug-stop) Stop'],
  ],
  paused: [
    ['resume', '$(debug-continue) Resume'],
    ['stop', '$(debug-stop) Stop'],
  ],
};

/** Above the model: the run's controls, and the way to the picture. They follow the setting `editor.codeLens`. */
export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly sessions: Sessions) {
    this.subscription = sessions.onDidChange(() => this.changed.fire());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { root } = parse(document.getText());
    if (root?.type !== 'object' || !canChange(document)) return [];
    const range = rangeOf(document, { offset: root.offset, length: 1 });
    const { state } = this.sessions.get(document.uri).snapshot;
    return [...controls[state], ['openInDesigner', '$(type-hierarchy) Open in Designer'] as const].map(
      ([command, title]) =>
        new vscode.CodeLens(range, { title, command: `dropoutStudio.${command}`, arguments: [document.uri] }),
    );
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
