import * as vscode from 'vscode';
import type { TextChange } from '../../model/edit';
import type { Place } from '../../model/language/places';
import { isModel } from '../modelDocuments';

/** Models in the text editor, wherever they are kept. */
export const models: vscode.DocumentFilter = { pattern: '**/*.netjson' };

export const rangeOf = (document: vscode.TextDocument, { offset, length }: Place): vscode.Range =>
  new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));

/** Changes of one document, as one edit and so one undo step. */
export function editOf(document: vscode.TextDocument, changes: readonly TextChange[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const change of changes) edit.replace(document.uri, rangeOf(document, change), change.text);
  return edit;
}

/** False where the file system only shows, as git does for the version before: nothing is offered there that changes. */
export const canChange = (document: vscode.TextDocument): boolean =>
  isModel(document) && vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) !== false;
