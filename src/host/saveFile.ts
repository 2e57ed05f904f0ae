import * as vscode from 'vscode';

/** What a file is, by the end of its name. */
const KINDS: Readonly<Record<string, string>> = { csv: 'Table', png: 'Picture', svg: 'Picture', txt: 'Text' };

/**
 * Asks where to save a file, beside its document unless said otherwise, and writes it.
 * @param name as it is proposed
 * @returns false where the person goes back
 * @throws Error where it cannot be written
 */
export async function saveFile(beside: vscode.Uri, name: string, content: string | Uint8Array): Promise<boolean> {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const folder =
    beside.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.at(0)?.uri : vscode.Uri.joinPath(beside, '..');
  const uri = await vscode.window.showSaveDialog({
    title: `Save ${name}`,
    filters: { [KINDS[ending] ?? 'File']: [ending] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!uri) return false;
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return true;
}
