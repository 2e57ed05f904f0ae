import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ModelDocuments } from '../../src/host/modelDocuments';
import type { Queue } from '../../src/host/queue/queue';
import type { RunLibrary } from '../../src/host/runsView/library';
import type { Session } from '../../src/host/session';
import type { Sessions } from '../../src/host/sessions';
import type { SessionSnapshot } from '../../src/protocol/designer';

export interface Product {
  readonly sessions: Sessions;
  readonly documents: ModelDocuments;
  readonly runs: RunLibrary;
  readonly queue: Queue;
}

export async function product(): Promise<Product> {
  const extension = vscode.extensions.getExtension<Product>('dropout-studio.dropout-studio');
  if (!extension) throw new Error('The extension is not installed in this VS Code.');
  return extension.activate();
}

export const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0].uri;

let files = 0;
/** A file of the test's own in the workspace. */
export async function write(text: string, name = `test-${++files}.netjson`): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(folder(), name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** Waits until a question is answered with something; says what was waited for when it never is. */
export async function until<T>(what: string, ask: () => T | undefined | false | null, seconds = 30): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const answer = ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s for ${what}.`);
    await pause(20);
  }
}

export const untilState = (session: Session, ...states: SessionSnapshot['state'][]): Promise<SessionSnapshot> =>
  until(
    `the state ${states.join(' or ')} (it is ${session.snapshot.state})`,
    () => states.includes(session.snapshot.state) && session.snapshot,
  );

/**
 * Answers what the product asks by messages and picks, for as long as `during` takes.
 * @param answer what is chosen of the items offered; undefined where the person goes away
 * @returns all that was asked: the message, or the title of the pick
 */
export async function answering(
  kind: 'showInformationMessage' | 'showErrorMessage' | 'showQuickPick',
  answer: (asked: string, items: readonly unknown[]) => unknown,
  during: () => Promise<void>,
): Promise<string[]> {
  const window = vscode.window as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const original = window[kind];
  const asked: string[] = [];
  window[kind] = async (first, ...rest) => {
    const isPick = kind === 'showQuickPick';
    const [text, items] = isPick
      ? [(rest[0] as { title?: string }).title ?? '', (await first) as unknown[]]
      : [first, rest];
    asked.push(String(text));
    return answer(String(text), items);
  };
  try {
    await during();
  } finally {
    window[kind] = original;
  }
  return asked;
}

export const closeAll = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.closeAllEditors');

/** A model that trains for as long as a test needs it to. */
export const endless = (rate = 0.5): string => `{
  "version": 1,
  "name": "endless",
  "data": { "source": "moons", "samples": 200, "noise": 0.2, "seed": 1, "split": { "train": 0.5, "validation": 0.5 } },
  "layers": [
    { "id": "input", "kind": "input", "shape": [2] },
    { "id": "hidden1", "kind": "dense", "units": 16, "activation": "relu" },
    { "id": "drop1", "kind": "dropout", "rate": ${rate} },
    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }
  ],
  "training": { "loss": "crossentropy", "optimizer": "adam", "batchSize": 16, "epochs": 1000000, "seed": 3 }
}
`;
export const short = (epochs = 5): string => endless().replace('1000000', String(epochs)).replace('endless', 'short');

export async function replaceIn(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const at = document.getText().indexOf(from);
  if (at < 0) throw new Error(`The text does not hold ${from}.`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + from.length)), to);
  await vscode.workspace.applyEdit(edit);
}
