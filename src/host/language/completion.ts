import * as vscode from 'vscode';
import { catalogue } from '../../catalogue';
import { completionsAt } from '../../model/language/completion';
import type { ModelDocuments } from '../modelDocuments';
import { rangeOf } from '../ranges';

/** Names that depend on the rest of the file. All else is completed from the JSON schema. */
export const completionProvider = (documents: ModelDocuments): vscode.CompletionItemProvider => ({
  provideCompletionItems(document, position) {
    const { analysis, lastGood } = documents.get(document);
    // A name that is being typed is no layer yet: what was known before it still helps to choose.
    const known = analysis.layers.length > 0 ? analysis.layers : (lastGood?.layers ?? []);
    const found = completionsAt(document.getText(), document.offsetAt(position), known, catalogue);
    if (!found) return undefined;
    const range = rangeOf(document, found.place);
    return found.items.map(({ label, detail, help }, i) => {
      const item = new vscode.CompletionItem({ label, description: detail }, vscode.CompletionItemKind.Value);
      item.insertText = JSON.stringify(label);
      // What stands there has its quotes: so must what it is compared with.
      item.filterText = item.insertText;
      item.sortText = String(i).padStart(6, '0');
      item.range = range;
      if (help) item.documentation = help;
      return item;
    });
  },
});
