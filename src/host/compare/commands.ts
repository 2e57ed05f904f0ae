import * as vscode from 'vscode';
import { guarded, modelUri } from '../commands';
import { isModelUri, nameOf } from '../uris';
import { headVersion } from './git';
import type { RunLibrary } from '../runsView/library';
import type { Comparisons } from './panel';
import { pickRun } from './pickRun';
import { fileVersion, runVersion } from './versions';

/**
 * The commands that compare. Each takes the addresses of what it compares, and asks for what it was not given. What VS Code
 * hands to a menu's command besides the file is no address, or the list of what is selected.
 */
export function registerComparing(comparisons: Comparisons, library: RunLibrary): vscode.Disposable {
  const commands: Record<string, (target?: unknown, other?: unknown) => Promise<unknown>> = {
    compareWithHead: async (target) => {
      const uri = fileOf(target);
      return comparisons.show(await headVersion(uri), fileVersion(uri));
    },
    compareWithFile: async (target, other) => {
      const uri = fileOf(target);
      const given = other instanceof vscode.Uri ? other : (otherSelected(uri, other) ?? (await pickFile(uri)));
      if (!given) return undefined;
      if (!isModelUri(given)) throw new Error(`${nameOf(given)} is not a .netjson file.`);
      return comparisons.show(fileVersion(uri), fileVersion(given));
    },
    compareWithRun: async (target, other) => {
      const uri = fileOf(target);
      const run = other instanceof vscode.Uri ? other : await pickRun(library, uri);
      return run && comparisons.show(runVersion(run), fileVersion(uri));
    },
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`dropoutStudio.${name}`, guarded(run)),
    ),
  );
}

function fileOf(target: unknown): vscode.Uri {
  const uri = modelUri(target instanceof vscode.Uri ? target : undefined);
  if (!isModelUri(uri)) throw new Error(`${nameOf(uri)} is not a .netjson file.`);
  return uri;
}

/** Of two files selected in the explorer the one that was not clicked. */
function otherSelected(uri: vscode.Uri, selected: unknown): vscode.Uri | undefined {
  if (!Array.isArray(selected) || selected.length !== 2) return undefined;
  return selected.find((u): u is vscode.Uri => u instanceof vscode.Uri && u.toString() !== uri.toString());
}

async function pickFile(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles('**/*.netjson', '**/{node_modules,runs}/**');
  const elsewhere = { label: '$(folder-opened) Choose a file elsewhere...', uri: undefined };
  const picked = await vscode.window.showQuickPick(
    [
      ...files
        .filter((f) => f.toString() !== uri.toString())
        .map((f) => ({ label: nameOf(f), description: vscode.workspace.asRelativePath(f), uri: f }))
        .sort((a, b) => a.description.localeCompare(b.description)),
      elsewhere,
    ],
    { title: `Compare ${nameOf(uri)}`, placeHolder: 'Compare it with which file?', matchOnDescription: true },
  );
  if (!picked || picked.uri) return picked?.uri;
  const [chosen] = (await vscode.window.showOpenDialog({ filters: { Networks: ['netjson'] } })) ?? [];
  return chosen;
}
