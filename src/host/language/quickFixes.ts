import * as vscode from 'vscode';
import { catalogue } from '../../catalogue';
import type { Diagnostic } from '../../model/diagnostics';
import { EditRefused, type TextChange, planEdit } from '../../model/edit';
import type { Fix } from '../../model/fixes';
import { type ModelDocuments, canChange } from '../modelDocuments';
import { editOf, rangeOf } from '../ranges';

export const quickFixKinds = [vscode.CodeActionKind.QuickFix];

/** The remedies that findings bring with them, each one edit. */
export const quickFixProvider = (documents: ModelDocuments): vscode.CodeActionProvider => ({
  provideCodeActions(document, range, context) {
    const { diagnostics, version } = documents.get(document);
    // Findings of a text that has moved on name places that are elsewhere by now.
    if (version !== document.version || !canChange(document)) return [];
    return diagnostics.flatMap((finding) => {
      if (!finding.fixes || !rangeOf(document, finding).intersection(range)) return [];
      const shown = context.diagnostics.filter((d) => isOf(d, finding));
      const actions = finding.fixes.flatMap((fix) => actionOf(document, fix, shown));
      if (actions.length === 1) actions[0].isPreferred = true;
      return actions;
    });
  },
});

const isOf = (shown: vscode.Diagnostic, { code, message }: Diagnostic): boolean =>
  shown.source === 'netjson' && shown.code === code && shown.message === message;

/** None where the text does not let it be done, such as a layer that cannot change places. */
function actionOf(document: vscode.TextDocument, fix: Fix, shown: vscode.Diagnostic[]): vscode.CodeAction[] {
  const change = changeOf(document, fix);
  if (!change) return [];
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = editOf(document, [change]);
  action.diagnostics = shown;
  return [action];
}

function changeOf(document: vscode.TextDocument, { operation }: Fix): TextChange | undefined {
  try {
    return planEdit(document.getText(), operation, catalogue);
  } catch (error) {
    if (error instanceof EditRefused) return undefined;
    throw error;
  }
}
