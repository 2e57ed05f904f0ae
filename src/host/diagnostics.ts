import * as vscode from 'vscode';
import type { Severity } from '../model/diagnostics';
import type { ModelDocument, ModelDocuments } from './modelDocuments';
import { rangeOf } from './ranges';

const severities: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Puts findings into the Problems panel. */
export function publishDiagnostics(documents: ModelDocuments): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('netjson');
  const publish = ({ document, diagnostics, version }: ModelDocument): void => {
    if (document.version !== version) return;
    collection.set(
      document.uri,
      diagnostics.map((finding) => {
        const { message, severity, code } = finding;
        const diagnostic = new vscode.Diagnostic(rangeOf(document, finding), message, severities[severity]);
        diagnostic.source = 'netjson';
        diagnostic.code = code;
        return diagnostic;
      }),
    );
  };
  return vscode.Disposable.from(
    collection,
    documents.onDidChange(publish),
    vscode.workspace.onDidCloseTextDocument((d) => collection.delete(d.uri)),
  );
}
