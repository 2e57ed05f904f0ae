import * as vscode from 'vscode';
import type { Place } from '../model/language/places';
import { layerAt } from '../model/language/references';
import type { RevealTarget } from '../protocol/designer';
import type { ModelDocument } from './modelDocuments';
import { rangeOf } from './ranges';

/** Opens the text beside the designer (or where it is open already) and selects what the target points at. */
export async function revealText(
  document: vscode.TextDocument,
  entry: ModelDocument,
  target: RevealTarget,
): Promise<void> {
  const place = 'layer' in target ? placeOfLayer(entry, target.layer) : target;
  const open = editorOf(document);
  await vscode.window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.Beside,
    selection: rangeOf(document, place),
    preserveFocus: false,
  });
}

/** Selects a layer in a text that is in sight, and leaves the focus where it is. */
export function showInText(document: vscode.TextDocument, entry: ModelDocument, layer: string): void {
  const editor = editorOf(document);
  if (!editor) return;
  const range = rangeOf(document, placeOfLayer(entry, layer));
  // Where the cursor stands in the layer already, it was the text that selected it.
  if (layerAt(document.getText(), document.offsetAt(editor.selection.active)) === layer) return;
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

const editorOf = (document: vscode.TextDocument): vscode.TextEditor | undefined =>
  vscode.window.visibleTextEditors.find((e) => e.document === document);

function placeOfLayer({ analysis, lastGood }: ModelDocument, layer: string): Place {
  const index = (analysis.model ?? lastGood)?.layers.find((l) => l.id === layer)?.index;
  return index === undefined ? { offset: 0, length: 0 } : analysis.locate(['layers', index]);
}
