import * as vscode from 'vscode';
import type { Place } from '../model/language/places';
import { layerOf } from '../model/model';
import type { RevealTarget } from '../protocol/designer';
import type { ModelDocument } from './modelDocuments';
import { rangeOf } from './ranges';

/** Opens the text beside the designer (or where it is open already) and selects what the target points at. */
export async function revealText(
  document: vscode.TextDocument,
  { analysis, lastGood }: ModelDocument,
  target: RevealTarget,
): Promise<void> {
  let place: Place;
  if ('layer' in target) {
    const model = analysis.model ?? lastGood;
    place = model ? analysis.locate(['layers', layerOf(model, target.layer).index]) : { offset: 0, length: 0 };
  } else {
    place = target;
  }
  const open = vscode.window.visibleTextEditors.find((e) => e.document === document);
  await vscode.window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.Beside,
    selection: rangeOf(document, place),
    preserveFocus: false,
  });
}
