import * as vscode from 'vscode';
import type { EditReply } from '../protocol/designer';
import type { TextChange } from '../model/edit';
import type { Place } from '../model/language/places';

export const rangeOf = (document: vscode.TextDocument, { offset, length }: Place): vscode.Range =>
  new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));

/** Changes of one document, as one edit and so one undo step. */
export function editOf(document: vscode.TextDocument, changes: readonly TextChange[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const change of changes) edit.replace(document.uri, rangeOf(document, change), change.text);
  return edit;
}

/** Carries out a change of a document's text as one undo step. */
export async function applyChange(document: vscode.TextDocument, change: TextChange): Promise<EditReply> {
  const applied = await vscode.workspace.applyEdit(editOf(document, [change]));
  return applied
    ? { applied }
    : { applied, reason: 'VS Code refused the edit: the file may be read-only or has just changed.' };
}
