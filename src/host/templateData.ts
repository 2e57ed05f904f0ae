import * as vscode from 'vscode';
import { type Template, textWithData } from '../model/templates';

/** A template ready for a folder: its text, and the data file that was written for it there. */
export interface Brought {
  readonly text: string;
  /** Takes back what was written, where the text could not be put in its place. */
  readonly undo: () => Promise<void>;
}

/**
 * Puts the data that a template names beside the file that is to hold its text. A file that is there is never
 * overwritten: one of the same content is used as it is, one of another content makes the data take another name.
 */
export async function bringData(template: Template, folder: vscode.Uri, extension: vscode.Uri): Promise<Brought> {
  const nothing = async (): Promise<void> => {};
  if (template.file === undefined) return { text: template.text, undo: nothing };
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, 'examples', 'data', template.file));
  for (let i = 1; ; i++) {
    const name = i === 1 ? template.file : template.file.replace(/(\.\w+)$/, `-${i}$1`);
    const uri = vscode.Uri.joinPath(folder, name);
    const text = textWithData(template, name);
    const there = await read(uri);
    if (there && Buffer.compare(there, bytes) === 0) return { text, undo: nothing };
    if (there) continue;
    await vscode.workspace.fs.writeFile(uri, bytes);
    return { text, undo: async () => vscode.workspace.fs.delete(uri) };
  }
}

async function read(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
