import * as vscode from 'vscode';
import { catalogue } from '../../catalogue';
import { hoverAt } from '../../model/language/hover';
import type { ModelDocuments } from '../modelDocuments';
import { rangeOf } from '../ranges';

/** What a layer gives and costs, where it stands and where it is read. */
export const hoverProvider = (documents: ModelDocuments): vscode.HoverProvider => ({
  provideHover(document, position) {
    const { analysis } = documents.get(document);
    const hover = hoverAt(document.getText(), document.offsetAt(position), analysis, catalogue);
    return hover && new vscode.Hover(new vscode.MarkdownString(hover.markdown), rangeOf(document, hover.place));
  },
});
