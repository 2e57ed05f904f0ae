import * as vscode from 'vscode';
import { EditRefused } from '../../model/edit';
import { definitionOf, layerNames, nameAt, namesOf, planRename, prepareRename } from '../../model/language/references';
import { editOf, rangeOf } from '../ranges';

/** From a name in `inputs` to the layer that it names. */
export const definitionProvider: vscode.DefinitionProvider = {
  provideDefinition(document, position): vscode.DefinitionLink[] {
    const names = layerNames(document.getText());
    const name = nameAt(names, document.offsetAt(position));
    const definition = name && definitionOf(names, name);
    if (!name || !definition?.layer) return [];
    return [
      {
        originSelectionRange: rangeOf(document, name.place),
        targetUri: document.uri,
        targetRange: rangeOf(document, definition.layer),
        targetSelectionRange: rangeOf(document, definition.place),
      },
    ];
  },
};

/** Everywhere a layer is read. */
export const referenceProvider: vscode.ReferenceProvider = {
  provideReferences(document, position, { includeDeclaration }) {
    const names = layerNames(document.getText());
    const name = nameAt(names, document.offsetAt(position));
    const all = name ? namesOf(names, name) : [];
    return all
      .filter((n) => includeDeclaration || !n.layer)
      .map(({ place }) => new vscode.Location(document.uri, rangeOf(document, place)));
  },
};

/** The same highlighting as a language's symbols have: without it VS Code marks every equal word, comments included. */
export const highlightProvider: vscode.DocumentHighlightProvider = {
  provideDocumentHighlights(document, position) {
    const names = layerNames(document.getText());
    const name = nameAt(names, document.offsetAt(position));
    if (!name) return undefined;
    const { Read, Write } = vscode.DocumentHighlightKind;
    return namesOf(names, name).map(
      ({ place, layer }) => new vscode.DocumentHighlight(rangeOf(document, place), layer ? Write : Read),
    );
  },
};

/** Gives a layer another name wherever it is named, as one edit. */
export const renameProvider: vscode.RenameProvider = {
  prepareRename: (document, position) =>
    refusing(() => {
      const { id, place } = prepareRename(document.getText(), document.offsetAt(position));
      return { range: rangeOf(document, place), placeholder: id };
    }),
  provideRenameEdits: (document, position, name) =>
    refusing(() => editOf(document, planRename(document.getText(), document.offsetAt(position), name))),
};

/** VS Code shows the message of an error that is no more than that. */
function refusing<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    throw error instanceof EditRefused ? new Error(error.message) : error;
  }
}
