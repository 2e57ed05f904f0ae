import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { figure } from '../../model/figures';
import { type CheckpointName, checkpointsOf } from '../../runs/open';
import type { Sessions } from '../sessions';
import { modelInFront, nameOf, viewType } from '../uris';
import { type RunEntry, nameOfRun } from './entry';
import { modelAsItWas } from './modelAsItWas';

/** Shows a run as it is on disk, in the designer of its model as it was. @param checkpoint default the weights it ended with */
export async function showRun(sessions: Sessions, entry: RunEntry, checkpoint?: string): Promise<void> {
  const uri = asItWas(entry);
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  // Somebody trains the model as it was, in memory: that is shown.
  if (sessions.get(uri).isAlive) return;
  await sessions.showRun(uri, entry.directory, checkpoint);
}

/** The address of a run's model as it was. */
export function asItWas(entry: RunEntry): vscode.Uri {
  const { directory, model } = entry;
  return modelAsItWas(nameOfRun(entry), { directory, folder: dirname(model?.file ?? directory) });
}

/**
 * Begins a new run with the weights of a run: of its own model or of the one in front, which is asked where both may be
 * meant. It waits before its first step.
 * @param given the checkpoint; asked for where there are several
 * @throws Error naming what does not fit
 */
export async function restoreWeights(sessions: Sessions, entry: RunEntry, given?: string): Promise<void> {
  const uri = await chooseModel(entry);
  const checkpoint = uri && (given ?? (await chooseWeights(entry)));
  if (checkpoint === undefined) return;
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  await sessions.restoreWeights(uri!, { directory: entry.directory, checkpoint });
}

async function chooseModel(entry: RunEntry): Promise<vscode.Uri | undefined> {
  const own = entry.model?.there ? vscode.Uri.file(entry.model.file!) : undefined;
  const shown = modelInFront();
  const front = shown?.scheme === 'file' && shown.fsPath !== own?.fsPath ? shown : undefined;
  if (!own && !front)
    throw new Error(
      `The model of ${nameOfRun(entry)} is not there any more. Open the model that is to begin with its weights, then restore them.`,
    );
  if (!own || !front) return own ?? front;
  const item = (uri: vscode.Uri, description: string) => ({ label: nameOf(uri), description, uri });
  const picked = await vscode.window.showQuickPick(
    [item(own, 'the model of the run'), item(front, 'the model in front')],
    {
      title: `Restore Weights of ${nameOfRun(entry)}`,
      placeHolder: 'Which model is to begin with them?',
    },
  );
  return picked?.uri;
}

async function chooseWeights(entry: RunEntry): Promise<string | undefined> {
  const checkpoints = await checkpointsOf(entry.directory);
  if (checkpoints.length === 0) throw new Error(`${nameOfRun(entry)} has no weights yet: it has no checkpoint.`);
  if (checkpoints.length === 1) return checkpoints[0];
  const picked = await vscode.window.showQuickPick(weightsItems(entry, checkpoints), {
    title: `Restore Weights of ${nameOfRun(entry)}`,
    placeHolder: 'Which weights?',
  });
  return picked?.checkpoint;
}

/** Weights to choose from, the best first. */
export function weightsItems(
  { best, last }: Pick<RunEntry, 'best' | 'last'>,
  checkpoints: readonly CheckpointName[],
): { readonly label: string; readonly description: string; readonly checkpoint: CheckpointName }[] {
  const kept = checkpoints.filter((name) => name.startsWith('epoch-')).sort((a, b) => (a < b ? 1 : -1));
  const order: readonly CheckpointName[] = ['best', 'last', ...kept, 'initial'];
  return order
    .filter((name) => checkpoints.includes(name))
    .map((checkpoint) => {
      switch (checkpoint) {
        case 'best':
          return {
            label: 'Best',
            description: best ? `epoch ${best.epoch}, validation loss ${figure(best.loss)}` : '',
            checkpoint,
          };
        case 'last':
          return { label: 'Last', description: last ? `epoch ${last.epoch}` : '', checkpoint };
        case 'initial':
          return { label: 'Initial', description: 'those that it began with', checkpoint };
        default:
          return { label: `Epoch ${Number(checkpoint.slice('epoch-'.length))}`, description: 'kept', checkpoint };
      }
    });
}
