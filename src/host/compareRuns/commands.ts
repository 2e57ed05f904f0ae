import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ComparedRuns } from '../../protocol/compareRuns';
import { type ListedRun, listRun, listRuns } from '../../runs/list';
import { guarded } from '../commands';
import { runsFolderOf } from '../runs/places';
import { modelInFront, onlyOpenModel } from '../uris';
import type { RunComparisons } from './panel';

/** Runs of the workspace that are offered. */
const MOST_RUNS = 1000;

/** `Compare Runs`: takes the directories of runs, as paths or addresses, and asks where it is given none. */
export function registerComparingRuns(comparisons: RunComparisons): vscode.Disposable {
  const compare = async (given?: unknown): Promise<ComparedRuns | undefined> => {
    const directories = Array.isArray(given) ? given.map(pathOf) : await pickRuns();
    return directories && comparisons.show(directories);
  };
  return vscode.commands.registerCommand('dropoutStudio.compareRuns', guarded(compare));
}

function pathOf(given: unknown): string {
  if (given instanceof vscode.Uri) return given.fsPath;
  if (typeof given === 'string') return given;
  throw new Error('Compare Runs takes the directories of runs.');
}

async function pickRuns(): Promise<string[] | undefined> {
  const found = await runsAtHand();
  if (found.length < 2)
    throw new Error('There are no two runs to compare. Train a network twice, such as with another rate or seed.');
  for (;;) {
    const picked = await vscode.window.showQuickPick(
      found.map((run) => ({ label: run.name, description: described(run), directory: run.directory })),
      { title: 'Compare Runs', placeHolder: 'Choose two runs or more', canPickMany: true, matchOnDescription: true },
    );
    if (!picked) return undefined;
    if (picked.length > 1) return picked.map((item) => item.directory);
    void vscode.window.showInformationMessage('Choose two runs or more to compare.');
  }
}

/** Those beside the model in front and those of the workspace, the newest first. */
async function runsAtHand(): Promise<ListedRun[]> {
  const inFront = modelInFront() ?? onlyOpenModel();
  const beside = inFront?.scheme === 'file' ? await listRuns(runsFolderOf(inFront)) : [];
  const files = await vscode.workspace.findFiles('**/run.json', '**/{node_modules,.trash}/**', MOST_RUNS);
  const known = new Set(beside.map((run) => run.directory));
  const others = [...new Set(files.map((f) => dirname(f.fsPath)))].filter((directory) => !known.has(directory));
  const read = await Promise.all(others.map((directory) => listRun(directory)));
  return [...beside, ...read.filter((run) => run !== undefined)]
    .filter((run) => run.info)
    .sort((a, b) => b.info!.started.localeCompare(a.info!.started));
}

const described = ({ info, state, last }: ListedRun): string =>
  [
    info!.name,
    state,
    `seed ${info!.seeds.training}`,
    ...(last?.validation ? [`validation loss ${last.validation.loss.toFixed(4)}`] : []),
    new Date(info!.started).toLocaleString(),
  ].join(', ');
