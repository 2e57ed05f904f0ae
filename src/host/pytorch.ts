import * as vscode from 'vscode';
import type { Model } from '../model/model';
import { isMeetingPlace, pythonOn, type TorchOptions } from '../model/torchOptions';
import { asError } from '../protocol/rpc';
import { listRun } from '../runs/list';

/** What of the Python extension's API is used (npm: @vscode/python-extension). Before 2023 it had no `environments`. */
interface PythonApi {
  readonly ready?: Promise<void>;
  readonly environments?: {
    /** The environment that was chosen for a resource: its interpreter or its folder; "python" where nobody chose. */
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    /** Undefined where there is none such; its `executable.uri` where it has no Python. */
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}
type PythonExtension = Pick<vscode.Extension<PythonApi>, 'activate'>;

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
 * The settings `dropoutStudio.pytorch.*`, and the Python that is chosen now: by the setting, else with the Python extension.
 * @throws Error where the workspace is not trusted, settings do not go together, or the chosen environment has no Python
 */
export async function torchOptions(
  uri: vscode.Uri,
  isTrusted = vscode.workspace.isTrusted,
  extension: PythonExtension | null = vscode.extensions.getExtension<PythonApi>('ms-python.python') ?? null,
): Promise<TorchOptions> {
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
    python:
      settings.get<string>('python', '').trim() || (await chosenPython(uri, extension)) || pythonOn(process.platform),
    processes: settings.get<number>('processes', 1),
    ...((communication === 'gloo' || communication === 'nccl') && { communication }),
    ...(nodes > 1 && { hosts: { address: rendezvous, count: nodes, rank: 0 } }),
    patience: settings.get<number>('patience', 300),
  };
}

/** The interpreter that the person chose with the Python extension; undefined without it, or where nobody chose. */
async function chosenPython(uri: vscode.Uri, extension: PythonExtension | null): Promise<string | undefined> {
  const instead = 'name a Python in the setting dropoutStudio.pytorch.python.';
  const { ready, environments } =
    (await extension?.activate().then(undefined, (error: unknown) => {
      throw new Error(
        `The Python extension cannot be asked for its environment (${asError(error).message}): ${instead}`,
      );
    })) ?? {};
  if (!environments) return undefined;
  await ready;
  const chosen = environments.getActiveEnvironmentPath(uri);
  const environment = await environments.resolveEnvironment(chosen);
  const python = environment?.executable.uri?.fsPath;
  if (python !== undefined || chosen.path === 'python') return python;
  throw new Error(
    `The environment "${chosen.path}", chosen with the Python extension, ${environment ? 'has no Python' : 'is not there'}: choose another by "Python: Select Interpreter", or ${instead}`,
  );
}

/** The run waits for other machines: what is to be done there stands in the log. */
export function tellOfOthers({ hosts }: TorchOptions, log: vscode.LogOutputChannel): void {
  if (!hosts) return;
  const others = hosts.count === 2 ? 'another machine' : `${hosts.count - 1} other machines`;
  void vscode.window
    .showInformationMessage(`The run begins when ${others} joined it at ${hosts.address}.`, 'Show the Command')
    .then((answer) => answer && log.show());
}
