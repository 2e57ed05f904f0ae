import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { catalogue } from '../../catalogue';
import { analyze } from '../../model/analyze';
import type { Diagnostic } from '../../model/diagnostics';
import { lineColumn } from '../../model/positions';
import type { QueuedRun, Repeats } from '../../runs/queue';
import { MOST_REPEATS, repeatSeeds } from '../../runs/repeats';
import { guarded, modelUri, openModel } from '../commands';
import type { Inspector } from '../inspector';
import type { ModelDocuments } from '../modelDocuments';
import { kindOf, nameOfRun } from '../runsView/entry';
import type { RunLibrary } from '../runsView/library';
import { placeOf } from '../runsView/modelAsItWas';
import type { Sessions } from '../sessions';
import { nameOf, RUN_SCHEME } from '../uris';
import { memoryLimit, workspaceOf } from '../workspace';
import type { Queue } from './queue';

type NewRun = Omit<QueuedRun, 'id' | 'repeats' | 'problem'>;

export interface QueueParts {
  readonly queue: Queue;
  readonly documents: ModelDocuments;
  readonly sessions: Sessions;
  readonly library: RunLibrary;
  readonly inspector: Inspector;
}

/** `Queue Run` and `Repeat Run over N Seeds`: each works on the model in front, on files, or on runs. */
export function registerQueueing(parts: QueueParts): vscode.Disposable {
  const { queue } = parts;
  return vscode.Disposable.from(
    queue.onDidEndRepeats((repeats) => void offerComparison(repeats)),
    vscode.commands.registerCommand(
      'dropoutStudio.queueRun',
      guarded(async (target?: unknown, selected?: unknown) => {
        const files = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
        const targets = files.length > 1 ? files : [target instanceof vscode.Uri ? target : modelUri()];
        const runs = [];
        for (const uri of targets) runs.push(await runOfModel(uri, parts));
        tellPlaces(queue, queue.add(runs));
      }),
    ),
    vscode.commands.registerCommand(
      'dropoutStudio.repeatRun',
      guarded(async (target?: unknown, given?: unknown) => {
        const { run, before } = await toRepeat(target, parts);
        const n = typeof given === 'number' ? given : await askRepeats(run, before !== undefined);
        if (n === undefined) return;
        refuseNumber(n, before === undefined ? 2 : 1);
        const runs = repeatSeeds(before === undefined ? run.seed : run.seed + 1, n).map((seed) => ({ ...run, seed }));
        tellPlaces(queue, queue.add(runs, { name: run.name, directories: before === undefined ? [] : [before] }));
      }),
    ),
  );
}

/** What is trained of a model as its text stands now. @throws Error where it has errors, is no file, or lacks a section */
async function runOfModel(target: vscode.Uri, { documents, sessions }: QueueParts): Promise<NewRun> {
  const document = await openModel(target);
  const { uri } = document;
  if (uri.scheme === RUN_SCHEME)
    throw new Error('This is the model of a run as it was. Duplicate it as a new model to train that.');
  if (uri.scheme !== 'file')
    throw new Error(`Save ${nameOf(uri)} first: a run that nobody watches is kept beside its model's file.`);
  const { model } = sessions.source(document);
  const { diagnostics } = await documents.inspect(document);
  const text = document.getText();
  refuseErrors(nameOf(uri), text, diagnostics);
  return {
    name: model.name || nameOf(uri).replace(/\.netjson$/, ''),
    file: uri.fsPath,
    text,
    seed: model.training!.seed,
  };
}

/**
 * What is to be repeated: a model, with its seed and those after it; or a run, with the seeds after its own.
 * @returns `before`: the directory of the run, which is one of the repeats already
 */
async function toRepeat(
  target: unknown,
  parts: QueueParts,
): Promise<{ readonly run: NewRun; readonly before?: string }> {
  const directory = directoryOf(target);
  if (directory !== undefined) return repeatable(directory, parts);
  const uri = target instanceof vscode.Uri ? target : modelUri();
  if (uri.scheme !== RUN_SCHEME) return { run: await runOfModel(uri, parts) };
  return repeatable(placeOf(uri).directory, parts);
}

/** A row of the Runs view, or the address of a run's folder. */
function directoryOf(target: unknown): string | undefined {
  if (target instanceof vscode.Uri) return target.path.endsWith('.netjson') ? undefined : target.fsPath;
  const isRun = typeof target === 'object' && target !== null && 'run' in target && typeof target.run === 'string';
  return isRun ? (target.run as string) : undefined;
}

async function repeatable(
  directory: string,
  { library, inspector }: QueueParts,
): Promise<{ readonly run: NewRun; readonly before?: string }> {
  const entry = await library.find(directory);
  if (!entry?.model || entry.seed === undefined) throw new Error(`There is no whole run in ${directory}.`);
  const { model, seed, epochs } = entry;
  if (model.file === undefined)
    throw new Error(`The model of ${nameOfRun(entry)} never was a file: save it as one first.`);
  const text = await readFile(join(directory, 'model.netjson'), 'utf8');
  const uri = vscode.Uri.file(model.file);
  const source = { text, folder: dirname(model.file), memoryLimit: memoryLimit(), workspace: workspaceOf(uri) };
  const { diagnostics } = await inspector.inspect(uri, source);
  refuseErrors(nameOfRun(entry), text, diagnostics);
  const own = analyze(text, catalogue).model?.training?.epochs;
  const run = { name: model.name, file: model.file, text, seed, ...(epochs !== own && { epochs }) };
  // One that was stopped did not come to its end: it is no repeat.
  return kindOf(entry) === 'finished' ? { run, before: directory } : { run };
}

function refuseErrors(name: string, text: string, diagnostics: readonly Diagnostic[]): void {
  const error = diagnostics.find((d) => d.severity === 'error');
  if (error) throw new Error(`${name}, line ${lineColumn(text, error.offset).line}: ${error.message}`);
}

function refuseNumber(n: number, least: number): void {
  if (!Number.isInteger(n) || n < least || n > MOST_REPEATS) throw new Error(numberExpected(least));
}

const numberExpected = (least: number): string => `A whole number from ${least} to ${MOST_REPEATS} is expected.`;

async function askRepeats({ name, seed }: NewRun, isRun: boolean): Promise<number | undefined> {
  const least = isRun ? 1 : 2;
  const prompt = isRun
    ? `How many runs more? They have the seeds from ${seed + 1} on; nothing else differs from the run, whose seed is ${seed}.`
    : `How many runs? They have the seeds from ${seed} on; nothing else differs between them.`;
  const answer = await vscode.window.showInputBox({
    title: `Repeat ${name} over N Seeds`,
    prompt,
    value: isRun ? '4' : '5',
    validateInput: (value) => {
      const n = Number(value);
      return /^\d+$/.test(value.trim()) && n >= least && n <= MOST_REPEATS ? undefined : numberExpected(least);
    },
  });
  return answer === undefined ? undefined : Number(answer);
}

/** Says in passing what came of it: who sees the Runs view sees it there. */
function tellPlaces(queue: Queue, ids: readonly string[]): void {
  const waiting = ids.filter((id) => !queue.isBeginning(id)).length;
  if (waiting === 0) return;
  const what = waiting === 1 ? '1 run waits' : `${waiting} runs wait`;
  const where = `${what} in the queue${queue.state.paused ? ', which is paused' : ''}`;
  const howLong = queue.isRemembered
    ? '.'
    : ' until this window closes: another one without a folder remembers its own.';
  vscode.window.setStatusBarMessage(`${where}${howLong}`, 5000);
}

async function offerComparison({ name, directories }: Repeats): Promise<void> {
  if (directories.length < 2) return;
  const compare = 'Compare Runs';
  const answer = await vscode.window.showInformationMessage(
    `${directories.length} repeats of ${name} are over. Compare them, with mean and spread?`,
    compare,
  );
  if (answer === compare) await vscode.commands.executeCommand('dropoutStudio.compareRuns', directories);
}
