import * as vscode from 'vscode';
import { type ModelSymbol, symbolsOf } from '../../model/language/symbols';
import type { ModelDocuments } from '../modelDocuments';
import { rangeOf } from '../ranges';

const kinds: Record<ModelSymbol['kind'], vscode.SymbolKind> = {
  section: vscode.SymbolKind.Module,
  layer: vscode.SymbolKind.Class,
  parameter: vscode.SymbolKind.Property,
};

/** The outline, breadcrumbs, and Go to Symbol. */
export const symbolProvider = (documents: ModelDocuments): vscode.DocumentSymbolProvider => ({
  provideDocumentSymbols(document) {
    const { analysis } = documents.get(document);
    const symbol = ({ name, detail, kind, place, selection, children }: ModelSymbol): vscode.DocumentSymbol => {
      const [range, own] = [rangeOf(document, place), rangeOf(document, selection)];
      const made = new vscode.DocumentSymbol(name, detail, kinds[kind], range, own);
      made.children = children.map(symbol);
      return made;
    };
    return symbolsOf(document.getText(), analysis).map(symbol);
  },
});
