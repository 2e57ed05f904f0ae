import * as vscode from 'vscode';
import { isWeightsFile } from '../formats/exchange/imported';
import type { ExportFormatDescription, ExportedRun, ImportedNetworkInfo } from '../protocol/exchange';
import { guarded, modelUri } from './commands';
import { pickRun } from './compare/pickRun';
import type { Inspector } from './inspector';
import { namesIn } from './newNetwork';
import { runsFolderOf } from './runs/places';
import type { RunLibrary } from './runsView/library';
import type { Sessions } from './sessions';
import { nameOf, viewType } from './uris';

/** What a script may fill in beforehand; people are asked. */
export interface ExportOptions {
  /** A run's directory. */
  readonly run?: vscode.Uri;
  readonly format?: string;
  readonly target?: vscode.Uri;
  readonly dropout?: boolean;
  readonly scaling?: boolean;
}
export interface ImportOptions {
  /** A file, or a link of the TensorFlow Playground. */
  readonly from?: vscode.Uri | string;
  /** The new `.netjson` file; for weights alone, the one that they are of. */
  readonly model?: vscode.Uri;
}

/** The commands that take networks elsewhere and bring them here. */
export function registerExchange(inspector: Inspector, sessions: Sessions, library: RunLibrary): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(
      'dropoutStudio.export',
      guarded((given?: unknown) => exportNetwork(inspector, sessions, library, optionsOf(given))),
    ),
    vscode.commands.registerCommand(
      'dropoutStudio.import',
      guarded((given?: unknown) => importNetwork(inspector, importOptionsOf(given))),
    ),
  );
}

/** Menus hand over the file they were opened on; scripts, an object. */
const optionsOf = (given: unknown): ExportOptions & { readonly model?: vscode.Uri } =>
  given instanceof vscode.Uri ? { model: given } : ((given as ExportOptions | undefined) ?? {});
const importOptionsOf = (given: unknown): ImportOptions =>
  given instanceof vscode.Uri ? { from: given } : ((given as ImportOptions | undefined) ?? {});

async function exportNetwork(
  inspector: Inspector,
  sessions: Sessions,
  library: RunLibrary,
  given: ExportOptions & { readonly model?: vscode.Uri },
): Promise<ExportedRun | undefined> {
  const run = given.run ?? (await runOf(modelUri(given.model), sessions, library));
  if (!run) return undefined;
  const formats = await inspector.ask((worker) => worker.exportFormats());
  const format = given.format ? formats.find(({ kind }) => kind === given.format) : await pickFormat(formats);
  if (!format) {
    if (given.format) throw new Error(`There is no format "${given.format}".`);
    return undefined;
  }
  const options = given.format ? given : await pickOptions(format);
  if (!options) return undefined;
  const target = given.target ?? (await askTarget(format, run));
  if (!target) return undefined;
  const exported = await inspector.ask((worker) =>
    worker.exportRun({
      run: run.fsPath,
      format: format.kind,
      path: target.fsPath,
      dropout: options.dropout ?? false,
      scaling: options.scaling ?? false,
    }),
  );
  void tell(format, target, exported);
  return exported;
}

/** The run that the document's session has made, or one that is chosen. */
async function runOf(model: vscode.Uri, sessions: Sessions, library: RunLibrary): Promise<vscode.Uri | undefined> {
  const session = sessions.get(model);
  const directory = session.isAlive ? undefined : session.snapshot.kept?.directory;
  return directory === undefined
    ? pickRun(library, model, { title: `Export ${nameOf(model)}`, placeHolder: 'The network of which run?' })
    : vscode.Uri.file(directory);
}

async function pickFormat(formats: readonly ExportFormatDescription[]): Promise<ExportFormatDescription | undefined> {
  const picked = await vscode.window.showQuickPick(
    formats.map((format) => ({ label: format.title, detail: format.help, format })),
    { title: 'Export', placeHolder: 'For which program?', matchOnDetail: true },
  );
  return picked?.format;
}

const said = {
  dropout: {
    label: 'Dropout drops',
    detail: 'For Monte Carlo answers, or to train on elsewhere. Without it, dropout is left out, as in evaluation.',
  },
  scaling: {
    label: 'Scaling is part of it',
    detail: 'Numbers go in and come out as they are in the data. Without it, they go in as the network reads them.',
  },
} as const;

/** @returns undefined where the person goes back */
async function pickOptions({
  title,
  options,
}: ExportFormatDescription): Promise<Pick<ExportOptions, 'dropout' | 'scaling'> | undefined> {
  if (options.length === 0) return {};
  const picked = await vscode.window.showQuickPick(
    options.map((option) => ({ ...said[option], option, picked: option === 'scaling' })),
    { title: `Export: ${title}`, placeHolder: 'What should be part of it?', canPickMany: true },
  );
  return picked && Object.fromEntries(picked.map(({ option }) => [option, true]));
}

/** A file, or a folder that does not exist yet: nothing is written over without a question. */
async function askTarget({ title, name }: ExportFormatDescription, run: vscode.Uri): Promise<vscode.Uri | undefined> {
  const ending = /\.(\w+)$/.exec(name)?.[1];
  return vscode.window.showSaveDialog({
    title: ending ? `Export: ${title}` : `Export: ${title}, to a new folder`,
    defaultUri: vscode.Uri.joinPath(run, name),
    ...(ending && { filters: { [title]: [ending] } }),
    saveLabel: 'Export',
  });
}

async function tell(format: ExportFormatDescription, target: vscode.Uri, exported: ExportedRun): Promise<void> {
  const reveal = 'Reveal in File Explorer';
  const done = `${nameOf(target)} is written for ${format.title}, with the ${exported.checkpoint} weights.`;
  const notes = exported.notes.map(({ layer, message }) => `${layer}: ${message}`);
  const answer = await (notes.length > 0
    ? vscode.window.showWarningMessage(`${done} ${notes.join(' ')}`, reveal)
    : vscode.window.showInformationMessage(done, reveal));
  if (answer === reveal) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(exported.written[0]));
}

async function importNetwork(inspector: Inspector, given: ImportOptions): Promise<ImportedNetworkInfo | undefined> {
  const from = given.from ?? (await askSource());
  if (from === undefined) return undefined;
  const path = typeof from === 'string' ? from : from.fsPath;
  const weights = isWeightsFile(path);
  const model = given.model ?? (weights ? modelUri() : await askModel(from));
  if (!model) return undefined;
  const imported = await inspector.ask((worker) =>
    worker.importNetwork({ from: path, model: model.fsPath, runsFolder: runsFolderOf(model) }),
  );
  await vscode.commands.executeCommand('vscode.openWith', model, viewType);
  const done = imported.run
    ? `${nameOf(model)}: the weights are kept as the run ${nameOf(vscode.Uri.file(imported.run))}.`
    : `${nameOf(model)} is made, without weights: there are none in what was read.`;
  void vscode.window.showInformationMessage([done, ...imported.notes].join(' '));
  return imported;
}

async function askSource(): Promise<vscode.Uri | string | undefined> {
  const file = {
    label: 'A file...',
    detail:
      'A network as ONNX, Keras or TensorFlow.js, or weights (safetensors, .weights.h5) for the network in front.',
    link: false,
  };
  const link = {
    label: 'A link of the TensorFlow Playground...',
    detail: 'Its data set, layers and settings. Weights are not in a link.',
    link: true,
  };
  const picked = await vscode.window.showQuickPick([file, link], { title: 'Import', placeHolder: 'From what?' });
  if (!picked) return undefined;
  if (picked.link)
    return vscode.window.showInputBox({
      title: 'Import',
      prompt: 'The address of the page, with all that is behind its #',
    });
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'Import',
      openLabel: 'Import',
      filters: { 'Networks and weights': ['onnx', 'keras', 'h5', 'hdf5', 'json', 'safetensors'] },
    })) ?? [];
  return chosen;
}

/** A free name beside the file, or in the workspace's folder, to be changed or taken as it is. */
async function askModel(from: vscode.Uri | string): Promise<vscode.Uri | undefined> {
  const folder =
    typeof from === 'string' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(from, '..');
  const stem = typeof from === 'string' ? 'playground' : nameOf(from).replace(/\.\w+$/, '');
  const name = folder && (await namesIn(folder, stem)).free;
  return vscode.window.showSaveDialog({
    title: 'Import: the new network',
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `${name}.netjson`) }),
    filters: { 'Dropout Studio': ['netjson'] },
    saveLabel: 'Import',
  });
}
