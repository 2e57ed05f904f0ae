import * as vscode from 'vscode';
import { templates } from '../model/templates';
import type { EditReply } from '../protocol/designer';
import type { Inspector } from './inspector';
import { askTable, proposeFor } from './newFromCsv';
import { applyChange } from './ranges';
import { bringData } from './templateData';

const refused = (reason: string): EditReply => ({ applied: false, reason });
const filled = 'The file is no longer empty.';
const unsaved = 'Save the file first: the data must stand at a place that the file can name.';

/** Fills an empty document from a template, as one undo step. The data that the template brings along stays after an undo. */
export async function fillFromTemplate(
  document: vscode.TextDocument,
  id: string,
  extension: vscode.Uri,
): Promise<EditReply> {
  const template = templates.find((t) => t.id === id);
  if (!template) return refused(`There is no template "${id}".`);
  if (!isEmpty(document)) return refused(filled);
  if (template.file !== undefined && document.isUntitled) return refused(unsaved);
  const { text, undo } = await bringData(template, vscode.Uri.joinPath(document.uri, '..'), extension);
  const reply = await fill(document, text);
  if (!reply.applied) await undo();
  return reply;
}

/** Asks for a table and fills an empty document with a network for it, as one undo step. */
export async function fillFromTable(document: vscode.TextDocument, inspector: Inspector): Promise<EditReply> {
  if (document.isUntitled) return refused(unsaved);
  const file = await askTable();
  if (!file) return { applied: true };
  const text = await proposeFor(inspector, file, vscode.Uri.joinPath(document.uri, '..'));
  return text === undefined ? { applied: true } : fill(document, text);
}

/** Looks once more whether it is empty: the person was asked things meanwhile. */
const fill = async (document: vscode.TextDocument, text: string): Promise<EditReply> =>
  isEmpty(document) ? applyChange(document, { offset: 0, length: document.getText().length, text }) : refused(filled);

const isEmpty = (document: vscode.TextDocument): boolean => document.getText().trim() === '';
