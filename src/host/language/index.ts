import * as vscode from 'vscode';
import type { ModelDocuments } from '../modelDocuments';
import type { Sessions } from '../sessions';
import { CodeLenses } from './codeLenses';
import { completionProvider } from './completion';
import { hoverProvider } from './hover';
import { definitionProvider, highlightProvider, referenceProvider, renameProvider } from './names';
import { quickFixKinds, quickFixProvider } from './quickFixes';
import { symbolProvider } from './symbols';

/** Models in the text editor, wherever they are kept. */
const models: vscode.DocumentFilter = { pattern: '**/*.netjson' };

/**
 * Help in the text editor beyond what VS Code itself does for JSON with comments: it already formats, folds, and
 * completes and explains kinds and parameters from our schema. Doing those again would show everything twice.
 */
export function registerLanguage(documents: ModelDocuments, sessions: Sessions): vscode.Disposable {
  const { languages } = vscode;
  const lenses = new CodeLenses(sessions);
  return vscode.Disposable.from(
    lenses,
    languages.registerHoverProvider(models, hoverProvider(documents)),
    languages.registerDefinitionProvider(models, definitionProvider),
    languages.registerReferenceProvider(models, referenceProvider),
    languages.registerDocumentHighlightProvider(models, highlightProvider),
    languages.registerRenameProvider(models, renameProvider),
    languages.registerDocumentSymbolProvider(models, symbolProvider(documents), { label: 'Network' }),
    languages.registerCodeActionsProvider(models, quickFixProvider(documents), {
      providedCodeActionKinds: quickFixKinds,
    }),
    languages.registerCodeLensProvider(models, lenses),
    languages.registerCompletionItemProvider(models, completionProvider(documents), '"', ','),
  );
}
