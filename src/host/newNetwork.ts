import * as vscode from 'vscode';
import { type Template, templates } from '../model/templates';
import { bringData } from './templateData';
import { nameOf, viewType } from './uris';

/** What a script may fill in beforehand; people are asked. */
export interface NewNetworkOptions {
  readonly template?: string;
  readonly name?: string;
}

/**
 * Asks for a template and a name, writes the file into the workspace and opens it in the designer.
 * @param extension the folder of the extension, whose examples hold the data of templates
 */
export async function newNetwork(
  extension: vscode.Uri,
  options: NewNetworkOptions = {},
): Promise<vscode.Uri | undefined> {
  const template =
    options.template === undefined ? await pickTemplate() : templates.find((t) => t.id === options.template);
  if (template === 'table') return vscode.commands.executeCommand('dropoutStudio.newFromCsv');
  if (!template) return undefined;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return newWithoutFolder(template, extension);
  const name = options.name ?? (await askName(folder, template.id));
  if (!name) return undefined;
  return create(template, vscode.Uri.joinPath(folder, withEnding(name)), extension);
}

/**
 * Creates a network from a template without asking for its name: under one that is free in the folder, or unsaved where
 * there is none. Data that belongs to it needs a place all the same, which is asked for.
 */
export async function createFreely(template: Template, extension: vscode.Uri): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return newWithoutFolder(template, extension);
  const { free } = await namesIn(folder, template.id);
  return create(template, vscode.Uri.joinPath(folder, withEnding(free)), extension);
}

async function create(template: Template, uri: vscode.Uri, extension: vscode.Uri): Promise<vscode.Uri | undefined> {
  const { text, undo } = await bringData(template, vscode.Uri.joinPath(uri, '..'), extension);
  if (await createModel(uri, text)) return uri;
  await undo();
  return undefined;
}

/** Writes a new file and opens it in the designer. @returns false where it could not be written, which was said */
export async function createModel(uri: vscode.Uri, text: string): Promise<boolean> {
  // createFile refuses to overwrite; the contents arrive in the same, undoable edit.
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(text) });
  if (!(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showErrorMessage(
      `${uri.path} could not be created: it may exist already, or the folder may be read-only.`,
    );
    return false;
  }
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  return true;
}

async function pickTemplate(): Promise<Template | 'table' | undefined> {
  const table = {
    label: 'From a CSV file...',
    detail: 'A network for a table of your own: what is predicted, from what, and how.',
    template: 'table' as const,
  };
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { template: Template | 'table' }>(
    [...templates.map((template) => ({ label: template.title, detail: template.help, template })), table],
    { title: 'New Network', placeHolder: 'What should it start from?', matchOnDetail: true },
  );
  return picked?.template;
}

async function askName(folder: vscode.Uri, stem: string): Promise<string | undefined> {
  const { existing, free } = await namesIn(folder, stem);
  return vscode.window.showInputBox({
    title: 'New Network',
    prompt: `Name of the file in ${nameOf(folder)}`,
    value: withEnding(free),
    valueSelection: [0, free.length],
    validateInput: (value) => {
      if (value.trim() === '') return 'A file needs a name.';
      if (/[\\/:*?"<>|]/.test(value)) return 'A file name holds none of \\ / : * ? " < > |.';
      return existing.has(withEnding(value)) ? `${withEnding(value)} exists already.` : undefined;
    },
  });
}

/** What there is in a folder, and a name for a network that is free there: the stem, or the stem and a number. */
export async function namesIn(
  folder: vscode.Uri,
  stem: string,
): Promise<{ readonly existing: ReadonlySet<string>; readonly free: string }> {
  const existing = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  let free = stem;
  for (let i = 2; existing.has(`${free}.netjson`); i++) free = `${stem}-${i}`;
  return { existing, free };
}

const withEnding = (name: string): string => (name.endsWith('.netjson') ? name : `${name}.netjson`);

/** Names of this window's unsaved networks, closed ones too: their runs are still known by them. */
const unsaved = new Set<string>();
const isOpen = (uri: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());

/**
 * Without a folder there is nowhere to write to: the text opens unsaved, for the person to save where they like. Data
 * needs a place now, so that is asked for.
 */
async function newWithoutFolder(template: Template, extension: vscode.Uri): Promise<vscode.Uri | undefined> {
  if (template.file === undefined) {
    const named = (name: string): vscode.Uri => vscode.Uri.from({ scheme: 'untitled', path: withEnding(name) });
    let uri = named(template.id);
    for (let i = 2; unsaved.has(uri.path) || isOpen(uri); i++) uri = named(`${template.id}-${i}`);
    unsaved.add(uri.path);
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), template.text);
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${nameOf(uri)} could not be filled in.`);
    await vscode.commands.executeCommand('vscode.openWith', document.uri, viewType);
    return document.uri;
  }
  const uri = await vscode.window.showSaveDialog({
    title: `New Network (${template.file} is put beside it)`,
    filters: { 'Dropout Studio': ['netjson'] },
  });
  return uri && create(template, uri, extension);
}
