import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Model } from '../model/model';
import { isMeetingPlace, pythonOn, type TorchOptions } from '../model/torchOptions';
import { asError } from '../protocol/rpc';
import { listRun } from '../runs/list';
import { takePart } from '../torchrun/join';

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
  return asked || model.training?.backend === 'torchrun' ? keepingOptions(uri) : undefined;
}

/** How PyTorch goes on with a run, where it made it. @throws as `torchOptions` */
export async function torchOfRun(uri: vscode.Uri, directory: string): Promise<TorchOptions | undefined> {
  const run = await listRun(directory);
  return run?.info?.backend ? keepingOptions(uri) : undefined;
}

/** For a run that is kept here. @throws as `torchOptions`, and where the settings say that another machine keeps runs */
async function keepingOptions(uri: vscode.Uri): Promise<TorchOptions> {
  const options = await torchOptions(uri);
  if (!options.hosts?.rank) return options;
  throw new Error(
    `Runs are kept by the machine of rank 0, and the setting dropoutStudio.pytorch.nodeRank is ${options.hosts.rank} here: use the command Train with PyTorch to take part in its run, or set it to 0.`,
  );
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
  // VS Code marks what is out of range, and hands it on all the same.
  const whole = (name: string, usual: number, least: number, most: number): number => {
    const value = settings.get<unknown>(name, usual);
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
    throw new Error(
      `The setting dropoutStudio.pytorch.${name}: a whole number from ${least} to ${most} expected, found ${JSON.stringify(value)}.`,
    );
  };
  const communication = settings.get<string>('communication', 'automatic');
  if (!['automatic', 'gloo', 'nccl'].includes(communication))
    throw new Error(
      `The setting dropoutStudio.pytorch.communication: "automatic", "gloo" or "nccl" expected, found ${JSON.stringify(communication)}.`,
    );
  const nodes = whole('nodes', 1, 1, 10_000);
  const nodeRank = whole('nodeRank', 0, 0, 9999);
  const rendezvous = settings.get<string>('rendezvous', '').trim();
  if (nodes > 1 && !isMeetingPlace(rendezvous))
    throw new Error(
      `The setting dropoutStudio.pytorch.nodes is ${nodes}: say where the machines meet, as host:port of the one of rank 0, in dropoutStudio.pytorch.rendezvous${rendezvous ? `; found "${rendezvous}"` : ''}.`,
    );
  if (nodeRank > 0 && nodeRank >= nodes)
    throw new Error(
      `The setting dropoutStudio.pytorch.nodeRank is ${nodeRank}: of ${nodes} ${nodes === 1 ? 'machine' : 'machines'} (dropoutStudio.pytorch.nodes) the last has rank ${nodes - 1}.`,
    );
  const own = settings.get<string>('python', '').trim();
  if (/[\\/]/.test(own) && !isAbsolute(own))
    throw new Error(
      `The setting dropoutStudio.pytorch.python is "${own}": write it as a full path, or as a name that is on the PATH.`,
    );
  return {
    python: own || (await chosenPython(uri, extension)) || pythonOn(process.platform),
    processes: whole('processes', 1, 1, 1024),
    ...((communication === 'gloo' || communication === 'nccl') && { communication }),
    ...(nodes > 1 && { hosts: { address: rendezvous, count: nodes, rank: nodeRank } }),
    patience: whole('patience', 300, 1, 1_000_000),
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

/** Takes part in the run of another machine, until it is over or the person has had enough. @throws as `takePart` */
export async function joinRun(model: Model, options: TorchOptions, log: vscode.LogOutputChannel): Promise<void> {
  const { address, rank } = options.hosts!;
  const title = `Machine ${rank} takes part in the run of ${address}`;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      const end = new AbortController();
      token.onCancellationRequested(() => end.abort());
      log.info(`${title}.`);
      const said = (line: string): void => log.info(`The program for PyTorch says: ${line}`);
      await takePart(model, options, { said, signal: end.signal });
      log.info('The run that this machine took part in is over.');
    },
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
