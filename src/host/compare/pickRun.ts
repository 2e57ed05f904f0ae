import * as vscode from 'vscode';
import type { RunInfo } from '../../runs/info';
import { runsFolderOf } from '../runs/places';
import { nameOf } from '../uris';

/**
 * Asks for one of the runs beside a model, the newest first, or for a folder elsewhere.
 * @returns the run's directory
 */
export async function pickRun(
  uri: vscode.Uri,
  words = { title: `Compare ${nameOf(uri)}`, placeHolder: 'Compare it with the model of which run?' },
): Promise<vscode.Uri | undefined> {
  const folder = vscode.Uri.file(runsFolderOf(uri));
  const runs = (await runsIn(folder)).sort((a, b) => b.info.started.localeCompare(a.info.started));
  const elsewhere = { label: '$(folder-opened) Choose a run elsewhere...', uri: undefined };
  const picked = await vscode.window.showQuickPick(
    [...runs.map(({ uri: run, info }) => ({ label: nameOf(run), description: described(info), uri: run })), elsewhere],
    {
      title: words.title,
      placeHolder:
        runs.length > 0 ? words.placeHolder : `There are no runs in ${vscode.workspace.asRelativePath(folder)}.`,
    },
  );
  if (!picked || picked.uri) return picked?.uri;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Choose Run',
      defaultUri: folder,
    })) ?? [];
  if (chosen && !(await infoOf(chosen)))
    throw new Error(`${nameOf(chosen)} is no run: a run's folder holds run.json and model.netjson.`);
  return chosen;
}

const described = ({ name, started, reason }: RunInfo): string =>
  `${name}, ${new Date(started).toLocaleString()}, ${reason ?? 'not ended'}`;

async function runsIn(folder: vscode.Uri): Promise<{ uri: vscode.Uri; info: RunInfo }[]> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
  const found = await Promise.all(
    entries.map(async ([name]) => {
      const uri = vscode.Uri.joinPath(folder, name);
      return { uri, info: await infoOf(uri) };
    }),
  );
  return found.flatMap(({ uri, info }) => (info ? [{ uri, info }] : []));
}

/** What a folder says of the run in it; undefined where it is none. */
async function infoOf(folder: vscode.Uri): Promise<RunInfo | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'run.json'));
    const info = JSON.parse(new TextDecoder().decode(bytes)) as Partial<RunInfo>;
    return typeof info.started === 'string' ? (info as RunInfo) : undefined;
  } catch {
    return undefined;
  }
}
