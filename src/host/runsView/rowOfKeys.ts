import * as vscode from 'vscode';
import type { RunNode } from './tree';

/** The view's id in package.json, where keys name it too. */
export const RUNS_VIEW = 'dropoutStudio.runs';

/** What VS Code replaces by the row that has the focus, on the way from the window: nothing else tells an extension of that row. */
const FOCUSED = { $treeViewId: RUNS_VIEW, $focusedTreeItem: true };

/** Of this class alone: no palette lists it. */
const ANSWER = 'dropoutStudio.runs.answerFocused';

/** How often VS Code is asked at most. While it reads rows anew, which takes it two or three answers, it knows of none. */
const ASKED = 20;

/**
 * The row that the keys are on, which need not be a selected one. A key's argument in package.json is `[{ "$treeViewId": …,
 * "$focusedTreeItem": true }]`: the window tells of each move of the focus before it tells of a key that was pressed after it,
 * so what comes in the argument's place is the row that the person saw. In a list, so that a key is known from the palette,
 * which hands over nothing.
 */
export class RowOfKeys implements vscode.Disposable {
  private answer: unknown;
  private readonly command = vscode.commands.registerCommand(ANSWER, (row: unknown) => {
    this.answer = row;
  });
  /** One question after the other: there is one place for the answer. */
  private last: Promise<unknown> = Promise.resolve();

  /** @returns whether a command's argument was a key's */
  static isKey(target: unknown): target is readonly unknown[] {
    return Array.isArray(target);
  }

  /**
   * @param key what the key handed over; absent: the row that has the focus now
   * @returns undefined where the focus is on no row
   */
  async of(key: readonly unknown[] = []): Promise<RunNode | undefined> {
    for (let asked = 0, row = key[0]; asked < ASKED; asked++, row = await this.ask()) if (row) return row as RunNode;
    return undefined;
  }

  /** By way of the window: only what comes from there is replaced. */
  private ask(): Promise<unknown> {
    const asked = this.last.then(async () => {
      this.answer = undefined;
      await vscode.commands.executeCommand('runCommands', { commands: [{ command: ANSWER, args: [FOCUSED] }] });
      return this.answer;
    });
    this.last = asked.catch(() => undefined);
    return asked;
  }

  dispose(): void {
    this.command.dispose();
  }
}
