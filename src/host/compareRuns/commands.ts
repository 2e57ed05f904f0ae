import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ComparedRuns } from '../../protocol/compareRuns';
import { guarded } from '../commands';
import { runsFolderOf } from '../runs/places';
import { type RunEntry, descriptionOf, nameOfRun } from '../runsView/entry';
import type { RunLibrary } from '../runsView/library';
import { modelInFront, onlyOpenModel } from '../uris';
import type { RunComparisons } from './panel';

/** Runs of the workspace that are offered. */
const MOST_RUNS = 1000;

/** `Compare Runs`: takes the directories of runs, as paths or addresses, and asks where it is given none. */
export function registerComparingRuns(comparisons: RunComparisons, library: RunLibrary): vscode.Disposable {
  const compare = async (given?: unknown): Promise<ComparedRuns | undefined> => {
    const directories = Array.isArray(given) ? given.map(pathOf) : await pickRuns(library);
    return directories && comparisons.show(directories);
  };
  return vscode.Disposable.from(
    comparisons.register(),
    vscode.commands.registerCommand('dropoutStudio.compareRuns', guarded(compare)),
  );
}

function pathOf(given: unknown): string {
  if (given instanceof vscode.Uri) return given.fsPath;
  if (typeof given === 'string') return given;
  throw new Error('Compare Runs takes the directories of runs.');
}

async function pickRuns(library: RunLibrary): Promise<string[] | undefined> {
  const found = await runsAtHand(library);
  if (found.length < 2)
    throw new Error('There are no two runs to compare. Train a network twice, such as with another rate or seed.');
  for (;;) {
    const picked = await vscode.window.showQuickPick(
      found.map((run) => ({
        label: nameOfRun(run),
        description: described(run),
        detail: basename(run.directory),
        directory: run.directory,
      })),
      {
        title: 'Compare Runs',
        placeHolder: 'Choose two runs or more',
        canPickMany: true,
        matchOnDescription: true,
        matchOnDetail: true,
      },
    );
    if (!picked) return undefined;
    if (picked.length > 1) return picked.map((item) => item.directory);
    void vscode.window.showInformationMessage('Choose two runs or more to compare.');
  }
}

/** Those of the Runs view, those beside the model in front, and those that the workspace has elsewhere; the newest first. */
async function runsAtHand(library: RunLibrary): Promise<RunEntry[]> {
  await library.refresh();
  const inFront = modelInFront() ?? onlyOpenModel();
  const beside = inFront?.scheme === 'file' ? await library.runsIn(runsFolderOf(inFront)) : [];
  const known = new Map([...library.entries, ...beside].map((run) => [run.directory, run]));
  const files = await vscode.workspace.findFiles('**/run.json', '**/{node_modules,.trash}/**', MOST_RUNS);
  const others = files.map((file) => dirname(file.fsPath)).filter((directory) => !known.has(directory));
  const read = await Promise.all(others.map((directory) => library.find(directory)));
  return [...known.values(), ...read.filter((run) => run !== undefined)]
    .filter((run) => run.model)
    .sort((a, b) => (b.started ?? '').localeCompare(a.started ?? ''));
}

const described = (run: RunEntry): string =>
  [descriptionOf(run), ...(run.seed === undefined ? [] : [`seed ${run.seed}`])].filter(Boolean).join(', ');
