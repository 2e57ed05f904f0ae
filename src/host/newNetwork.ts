import * as vscode from 'vscode';
import { templates } from '../model/templates';
import { viewType } from './designerEditor';
import { nameOf } from './uris';

/** What a script may fill in beforehand; people are asked. */
export interface NewNetworkOptions {
  readonly template?: string;
  readonly name?: string;
}

/** Asks for a template and a name, writes the file into the workspace and opens it in the designer. */
export async function newNetwork(options: NewNetworkOptions = {}): Promise<vscode.Uri | undefined> {
  const template =
    options.template === undefined ? await pickTemplate() : templates.find((t) => t.id === options.template);
  if (!template) return undefined;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return openUntitled(template.text);
  const name = options.name ?? (await askName(folder, template.id));
  if (!name) return undefined;
  const uri = vscode.Uri.joinPath(folder, withEnding(name));
  // createFile refuses to overwrite; the contents arrive in the same, undoable edit.
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(template.text) });
  if (!(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showErrorMessage(
      `${uri.path} could not be created: it may exist already, or the folder may be read-only.`,
    );
    return undefined;
  }
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  return uri;
}

async function pickTemplate() {
  const picked = await vscode.window.showQuickPick(
    templates.map((template) => ({ label: template.title, detail: template.help, template })),
    { title: 'New Network', placeHolder: 'What should it start from?', matchOnDetail: true },
  );
  return picked?.template;
}

async function askName(folder: vscode.Uri, stem: string): Promise<string | undefined> {
  const existing = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  const free = [stem, ...Array.from({ length: 99 }, (_, i) => `${stem}-${i + 2}`)].find(
    (n) => !existing.has(`${n}.netjson`),
  );
  return vscode.window.showInputBox({
    title: 'New Network',
    prompt: `Name of the file in ${nameOf(folder)}`,
    value: `${free ?? stem}.netjson`,
    valueSelection: [0, (free ?? stem).length],
    validateInput: (value) => {
      if (value.trim() === '') return 'A file needs a name.';
      if (/[\\/:*?"<>|]/.test(value)) return 'A file name holds none of \\ / : * ? " < > |.';
      return existing.has(withEnding(value)) ? `${withEnding(value)} exists already.` : undefined;
    },
  });
}

const withEnding = (name: string): string => (name.endsWith('.netjson') ? name : `${name}.netjson`);

/** Without a folder there is nowhere to write to: the text opens unsaved, for the person to save where they like. */
async function openUntitled(text: string): Promise<vscode.Uri> {
  const document = await vscode.workspace.openTextDocument({ language: 'jsonc', content: text });
  await vscode.window.showTextDocument(document);
  return document.uri;
}
