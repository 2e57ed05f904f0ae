import * as vscode from 'vscode';
import type { Model } from '../model/model';
import { isMeetingPlace, pythonOn, type TorchOptions } from '../model/torchOptions';
import { listRun } from '../runs/list';

/** What of the Python extension's API is used: its environments, as of 2023. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** How PyTorch trains a model, where it does. @param asked whatever the model says @throws as `torchOptions` */
export async function torchFor(uri: vscode.Uri, model: Model, asked?: boolean): Promise<TorchOptions | undefined> {
  return asked || model.training?.backend === 'torchrun' ? torchOptions(uri) : undefined;
}

/** How PyTorch goes on with a run, where it made it. @throws as `torchOptions` */
export async function torchOfRun(uri: vscode.Uri, directory: string): Promise<TorchOptions | undefined> {
  const run = await listRun(directory);
  return run?.info?.backend ? torchOptions(uri) : undefined;
}

/**
 * The settings `dropoutStudio.pytorch.*`, and the Python that is chosen.
 * @throws Error where the workspace is not trusted, or settings do not go together
 */
export async function torchOptions(uri: vscode.Uri, isTrusted = vscode.workspace.isTrusted): Promise<TorchOptions> {
  if (!isTrusted)
    throw new Error(
      'Training with PyTorch starts programs, and this workspace is not trusted: trust it, or train with the built-in engine ("backend": "builtin").',
    );
  const settings = vscode.workspace.getConfiguration('dropoutStudio.pytorch', uri);
  const communication = settings.get<string>('communication', 'automatic');
  const nodes = settings.get<number>('nodes', 1);
  const rendezvous = settings.get<string>('rendezvous', '').trim();
  if (nodes > 1 && !isMeetingPlace(rendezvous))
    throw new Error(
      `The setting dropoutStudio.pytorch.nodes is ${nodes}: say where the machines meet, as host:port of this one, in dropoutStudio.pytorch.rendezvous${rendezvous ? `; found "${rendezvous}"` : ''}.`,
    );
  return {
    python: settings.get<string>('python', '').trim() || (await chosenPython(uri)) || pythonOn(process.platform),
    processes: settings.get<number>('processes', 1),
    ...((communication === 'gloo' || communication === 'nccl') && { communication }),
    ...(nodes > 1 && { hosts: { address: rendezvous, count: nodes, rank: 0 } }),
    patience: settings.get<number>('patience', 300),
  };
}

/** The interpreter that the person chose with the Python extension; undefined without it. */
async function chosenPython(uri: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  const environments = (await extension?.activate())?.environments;
  if (!environments) return undefined;
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(uri));
  return environment?.executable.uri?.fsPath;
}

/** The run waits for other machines: what is to be done there stands in the log. */
export function tellOfOthers({ hosts }: TorchOptions, log: vscode.LogOutputChannel): void {
  if (!hosts) return;
  const others = hosts.count === 2 ? 'another machine' : `${hosts.count - 1} other machines`;
  void vscode.window
    .showInformationMessage(`The run begins when ${others} joined it at ${hosts.address}.`, 'Show the Command')
    .then((answer) => answer && log.show());
}
