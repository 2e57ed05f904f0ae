import { basename } from 'node:path';
import * as vscode from 'vscode';
import { descriptionOf, nameOfRun } from '../runsView/entry';
import type { RunLibrary } from '../runsView/library';
import { runsFolderOf } from '../runs/places';
import { nameOf } from '../uris';

/**
 * Asks for one of the runs beside a model, the newest first, or for a folder elsewhere.
 * @returns the run's directory
 */
export async function pickRun(
  library: RunLibrary,
  uri: vscode.Uri,
  words = { title: `Compare ${nameOf(uri)}`, placeHolder: 'Compare it with the model of which run?' },
): Promise<vscode.Uri | undefined> {
  const folder = runsFolderOf(uri);
  // Of one that cannot be read there is no model.
  const runs = (await library.runsIn(folder)).filter(({ model }) => model);
  const elsewhere = { label: '$(folder-opened) Choose a run elsewhere...', directory: undefined };
  const picked = await vscode.window.showQuickPick(
    [
      ...runs.map((run) => ({
        label: nameOfRun(run),
        description: descriptionOf(run),
        detail: basename(run.directory),
        directory: run.directory,
      })),
      elsewhere,
    ],
    {
      title: words.title,
      placeHolder:
        runs.length > 0 ? words.placeHolder : `There are no runs in ${vscode.workspace.asRelativePath(folder)}.`,
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (!picked || picked.directory !== undefined) return picked && vscode.Uri.file(picked.directory);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Choose Run',
      defaultUri: vscode.Uri.file(folder),
    })) ?? [];
  if (chosen && !(await library.find(chosen.fsPath))?.model)
    throw new Error(`${nameOf(chosen)} is no run: a run's folder holds run.json and model.netjson.`);
  return chosen;
}
