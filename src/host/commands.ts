import * as vscode from 'vscode';
import { LoadCancelled } from '../data/source';
import { parametersOf } from '../model/model';
import type { Control } from '../protocol/designer';
import { asError } from '../protocol/rpc';
import type { Inspector } from './inspector';
import { isOrNew, nearest, networkOf, type OrNew } from './introduction';
import { type ModelDocuments, isModel } from './modelDocuments';
import { type NewFromCsvOptions, newFromCsv } from './newFromCsv';
import { type NewNetworkOptions, newNetwork } from './newNetwork';
import type { Sessions } from './sessions';
import { joinRun, torchOptions } from './pytorch';
import { modelInFront, nameOf, onlyOpenModel, viewType } from './uris';

/** The commands of the palette. Each takes a file's address, or works on the model in front. */
export function registerCommands(
  documents: ModelDocuments,
  sessions: Sessions,
  inspector: Inspector,
  extension: vscode.Uri,
  showTraining: (uri: vscode.Uri) => Promise<void>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands: Record<string, (target?: vscode.Uri) => Promise<unknown>> = {
    openAsText: async (target) => vscode.commands.executeCommand('vscode.openWith', modelUri(target), 'default'),
    openInDesigner: async (target) => vscode.commands.executeCommand('vscode.openWith', modelUri(target), viewType),
    openTrainingView: async (target) => showTraining(modelUri(target)),
    check: async (target) => check(await openModel(target), documents),
  };
  commands.trainWithPytorch = async (target) => {
    const document = await openModel(target);
    await showDesigner(document, target);
    const session = sessions.get(document.uri);
    if (session.isAlive) throw new Error(`${session.name} is being trained. Stop it to train it with PyTorch.`);
    const source = sessions.source(document);
    const torch = await torchOptions(document.uri);
    return torch.hosts?.rank ? joinRun(source.model, torch, log) : session.train({ ...source, pytorch: true });
  };
  /** What the introduction's buttons do, which work where nothing is open yet. */
  const introduced: Readonly<Record<string, (uri: vscode.Uri) => Promise<unknown>>> = {
    openAsText: (uri) => commands.openAsText(uri),
    openInDesigner: (uri) => commands.openInDesigner(uri),
    ...Object.fromEntries(
      (['train', 'pause', 'resume'] as const).map((control) => [
        control,
        async (uri: vscode.Uri) => {
          await commands.openInDesigner(uri);
          const now = nearest(control, sessions.get(uri).snapshot.state);
          if (now) await runControl(now, await openModel(uri), sessions);
        },
      ]),
    ),
  };
  for (const control of ['train', 'pause', 'resume', 'step', 'stop'] as const) {
    commands[control] = async (target) => {
      const document = await openModel(target);
      if (control === 'train' || control === 'step') await showDesigner(document, target);
      return runControl(control, document, sessions);
    };
  }
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(
        `dropoutStudio.${name}`,
        guarded(async (given?: vscode.Uri | OrNew) =>
          isOrNew(given) && introduced[name]
            ? introduced[name](await networkOf(given, extension))
            : run(given as vscode.Uri | undefined),
        ),
      ),
    ),
    vscode.commands.registerCommand(
      'dropoutStudio.new',
      guarded((options?: NewNetworkOptions) => newNetwork(extension, options)),
    ),
    vscode.commands.registerCommand(
      'dropoutStudio.newFromCsv',
      guarded((given?: vscode.Uri | NewFromCsvOptions) => newFromCsv(inspector, given)),
    ),
  );
}

/** What goes wrong in a command is said to who called it. */
export const guarded =
  <A extends unknown[]>(run: (...args: A) => Promise<unknown>) =>
  async (...args: A): Promise<unknown> => {
    try {
      return await run(...args);
    } catch (error) {
      // Whoever cancelled knows.
      if (error instanceof LoadCancelled) return undefined;
      void vscode.window.showErrorMessage(asError(error).message);
      return undefined;
    }
  };

/**
 * Train, pause, resume, step, stop: the same whether it comes from the palette, a key or the designer.
 * @throws Error saying what is missing where training cannot start
 */
export async function runControl(control: Control, document: vscode.TextDocument, sessions: Sessions): Promise<void> {
  try {
    await carryOut(control, document, sessions);
  } catch (error) {
    // Stopped while loading: whoever stopped it knows.
    if (!(error instanceof LoadCancelled)) throw error;
  }
}

async function carryOut(control: Control, document: vscode.TextDocument, sessions: Sessions): Promise<void> {
  const session = sessions.get(document.uri);
  const { state } = session.snapshot;
  switch (control) {
    case 'train':
      if (state === 'paused') return session.resume();
      if (session.isAlive) return;
      return session.train(sessions.source(document));
    case 'trainAnew':
      tellRemedyTried();
      if (session.isAlive) await session.stop();
      return session.train(sessions.source(document));
    case 'step':
      return session.isAlive ? session.step() : session.trainOneStep(sessions.source(document));
    case 'pause':
      return session.pause();
    case 'resume':
      return session.resume();
    case 'stop':
      return session.stop();
    case 'resumeRun': {
      const { kept, stored } = session.snapshot;
      if (kept?.directory === undefined) throw new Error('There is no run on disk to go on with. Train to start one.');
      // A run that is only looked at goes on where its model is.
      if (stored)
        return void (await vscode.commands.executeCommand('dropoutStudio.resumeRun', vscode.Uri.file(kept.directory)));
      return sessions.resumeRun(document.uri, kept.directory);
    }
    case 'stopAtBest':
      tellRemedyTried();
      return session.stopAtBest();
  }
}

/** What ticks off the introduction's step: only remedies send these two. */
function tellRemedyTried(): void {
  void vscode.commands.executeCommand('setContext', 'dropoutStudio.remedyTried', true);
}

/** Who trains wants to see it: from the text the designer opens beside, and from elsewhere it comes to the front. */
async function showDesigner({ uri }: vscode.TextDocument, target: vscode.Uri | undefined): Promise<void> {
  if (!target && !modelInFront()) {
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
    return;
  }
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputText) || input.uri.toString() !== uri.toString()) return;
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType, vscode.ViewColumn.Beside);
}

async function check(document: vscode.TextDocument, documents: ModelDocuments): Promise<void> {
  const { analysis, diagnostics } = await documents.inspect(document);
  const name = nameOf(document.uri);
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  const warnings = diagnostics.filter((d) => d.severity === 'warning').length;
  const found = `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  const size = analysis.model
    ? ` ${analysis.model.layers.length} layers, ${parametersOf(analysis.model).toLocaleString('en')} parameters.`
    : '';
  const show = 'Show Problems';
  const message = `${name}: ${found}.${size}`;
  const answer = await (errors > 0
    ? vscode.window.showErrorMessage(message, show)
    : warnings > 0
      ? vscode.window.showWarningMessage(message, show)
      : vscode.window.showInformationMessage(message));
  if (answer === show) await vscode.commands.executeCommand('workbench.actions.view.problems');
}

const count = (n: number, word: string): string => (n === 0 ? `no ${word}s` : n === 1 ? `1 ${word}` : `${n} ${word}s`);

/** The text of the model that a command works on. @throws Error where it is none */
export async function openModel(target?: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(modelUri(target));
  if (!isModel(document)) throw new Error(`${document.fileName} is not a .netjson file.`);
  return document;
}

/** The file a command works on: the one it was given, the model in the tab in front, or the only one that is open. */
export function modelUri(target?: vscode.Uri): vscode.Uri {
  if (target instanceof vscode.Uri) return target;
  const inFront = modelInFront() ?? onlyOpenModel();
  if (inFront) return inFront;
  throw new Error('Open a .netjson file first: Dropout Studio commands work on the network in front.');
}
