import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { type Candidate, proposeFromTable, targetsOf } from '../model/propose';
import type { Inspector } from './inspector';
import { createModel, namesIn } from './newNetwork';
import { nameOf } from './uris';

/** What a script may fill in beforehand; people are asked. */
export interface NewFromCsvOptions {
  readonly file: vscode.Uri;
  /** The column to predict. */
  readonly target?: string;
}

/** Asks for a table and what to predict, writes a network for it beside the table and opens it in the designer. */
export async function newFromCsv(
  inspector: Inspector,
  given?: vscode.Uri | NewFromCsvOptions,
): Promise<vscode.Uri | undefined> {
  const options = given instanceof vscode.Uri ? { file: given } : given;
  const file = options?.file ?? (await askTable());
  if (!file) return undefined;
  const folder = vscode.Uri.joinPath(file, '..');
  const text = await proposeFor(inspector, file, folder, options?.target);
  if (text === undefined) return undefined;
  const { free } = await namesIn(folder, nameOf(file).replace(/\.\w+$/, ''));
  const uri = vscode.Uri.joinPath(folder, `${free}.netjson`);
  return (await createModel(uri, text)) ? uri : undefined;
}

/**
 * Looks at a table, asks what to predict, and writes a network for it.
 * @param folder where the network will be: its path to the table starts there
 * @returns undefined where the person went back
 * @throws Error saying why nothing can be learned from the table
 */
export async function proposeFor(
  inspector: Inspector,
  file: vscode.Uri,
  folder: vscode.Uri,
  target?: string,
): Promise<string | undefined> {
  if (file.scheme !== 'file')
    throw new Error(`${nameOf(file)} is not on this machine's disk, where training reads it.`);
  const profile = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Looking at ${nameOf(file)}` },
    () => inspector.profile(file.fsPath),
  );
  const column = target ?? (await askTarget(targetsOf(profile)));
  if (column === undefined) return undefined;
  // With slashes on every system. Absolute where the two have no folder in common, such as on two drives of Windows.
  const path = relative(folder.fsPath, file.fsPath).split(sep).join('/');
  return proposeFromTable(profile, path, column);
}

async function askTarget(candidates: readonly Candidate[]): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick(
    candidates.map(({ column, holds }, i) => ({
      label: column,
      description: i === 0 ? 'likeliest' : '',
      detail: holds,
    })),
    { title: 'New Network from CSV', placeHolder: 'Which column is to be predicted?', matchOnDetail: true },
  );
  return picked?.label;
}

/** More files than this are not listed: they are found through the dialog. */
const mostListed = 200;

/** A table of the workspace, or one that the person looks for. */
export async function askTable(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(
    '**/*.{csv,tsv,jsonl,ndjson,parquet,CSV,TSV}',
    '**/node_modules/**',
    mostListed,
  );
  const browse = { label: 'Browse...', uri: undefined };
  const listed = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const picked =
    found.length === 0
      ? browse
      : await vscode.window.showQuickPick<vscode.QuickPickItem & { uri?: vscode.Uri }>([...listed, browse], {
          title: 'New Network from CSV',
          placeHolder: 'Which table is to be learned from?',
        });
  if (!picked || picked.uri) return picked?.uri;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'New Network from CSV',
      filters: { Tables: ['csv', 'tsv', 'jsonl', 'ndjson', 'parquet'], 'All files': ['*'] },
    })) ?? [];
  return chosen;
}
