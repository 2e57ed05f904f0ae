import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { fileSize } from '../../model/figures';
import { guarded } from '../commands';
import { namesIn } from '../newNetwork';
import type { Queue } from '../queue/queue';
import type { Sessions } from '../sessions';
import { viewType } from '../uris';
import { cleanUps } from './cleanUp';
import { KINDS, type Kind, type RunEntry, isAlive, kindOf, kindTitles, nameOfRun } from './entry';
import type { RunLibrary } from './library';
import { type Filter, SORTS, groupTitle, keyOf, sortTitles } from './order';
import { isQueuedNode } from './queueItems';
import { RowOfKeys } from './rowOfKeys';
import type { RunNode, RunTree } from './tree';
import { asItWas, restoreWeights, showRun } from './weights';

type OnRun = (entry: RunEntry, more?: unknown) => unknown;

/**
 * The commands of the Runs view. Each takes what a menu hands over, a run of the tree, or its directory's address; by a key it
 * works on the row that has the focus, and without any of these on the run that is selected, or asks.
 */
export function registerRunCommands(
  library: RunLibrary,
  sessions: Sessions,
  queue: Queue,
  tree: RunTree,
  view: vscode.TreeView<RunNode>,
  rows: RowOfKeys,
): vscode.Disposable {
  const entryOf = async (target: unknown): Promise<RunEntry | undefined> => {
    const node = RowOfKeys.isKey(target) ? await rows.of(target) : (target ?? view.selection[0]);
    if (RowOfKeys.isKey(target) && !isRunNode(node)) throw new Error('Go to a run first, in the Runs view.');
    const directory =
      node instanceof vscode.Uri ? node.fsPath : isRunNode(node) ? node.run : await pickRun(library, 'Which run?');
    if (directory === undefined) return undefined;
    if (!library.get(directory)) await library.refresh();
    const entry = library.get(directory);
    if (!entry) throw new Error(`There is no run in ${directory} any more.`);
    return entry;
  };

  const onRuns: Record<string, OnRun> = {
    open: (entry) => {
      // Of one that somebody still looks at there is more to be seen than what is on the disk.
      const session = library.sessionOf(entry.directory) ?? queue.sessionOf(entry.directory);
      if (session) return vscode.commands.executeCommand('vscode.openWith', session.uri, viewType);
      return entry.model ? showRun(sessions, entry) : openModel(entry);
    },
    show: (entry, checkpoint) => showRun(sessions, entry, textOf(checkpoint)),
    restore: (entry, checkpoint) => restoreWeights(sessions, entry, textOf(checkpoint)),
    resume: ({ directory }) => vscode.commands.executeCommand('dropoutStudio.resumeRun', vscode.Uri.file(directory)),
    pause: ({ directory }) => library.sessionOf(directory)?.pause(),
    continue: ({ directory }) => library.sessionOf(directory)?.resume(),
    stop: ({ directory }) => library.sessionOf(directory)?.stop(),
    rename: async (entry, given) => {
      const name = typeof given === 'string' ? given : await askName(entry);
      if (name !== undefined) await library.note(entry.directory, { name: name.trim() });
    },
    note: async (entry, given) => {
      const note = typeof given === 'string' ? given : await askNote(entry);
      if (note !== undefined) await library.note(entry.directory, { note: note.trim() });
    },
    pin: ({ directory }) => library.note(directory, { pinned: true }),
    unpin: ({ directory }) => library.note(directory, { pinned: false }),
    revealInExplorer: ({ directory }) =>
      vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(join(directory, 'run.json'))),
    revealInOS: ({ directory }) =>
      vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(join(directory, 'run.json'))),
    copyPath: ({ directory }) => vscode.env.clipboard.writeText(directory),
    openModel,
    duplicate,
    compareModel: (entry) => {
      if (!entry.model?.there) throw new Error(`The model of ${nameOfRun(entry)} is not there any more.`);
      const [file, run] = [entry.model.file!, entry.directory].map((path) => vscode.Uri.file(path));
      return vscode.commands.executeCommand('dropoutStudio.compareWithRun', file, run);
    },
  };
  const others: Record<string, (...args: unknown[]) => unknown> = {
    refresh: () => library.refresh(),
    sort: async () => {
      const picked = await vscode.window.showQuickPick(
        SORTS.map((sort) => ({ label: sortTitles[sort], description: sort === tree.sort ? 'as now' : '', sort })),
        { title: 'Sort Runs', placeHolder: 'Within each model; what is being trained and what is pinned comes first' },
      );
      if (picked) await tree.setSort(picked.sort);
    },
    filter: async () => {
      const filter = await askFilter(library, tree.filter);
      if (filter) await tree.setFilter(filter);
    },
    clearFilter: () => tree.setFilter({}),
    find: async () => {
      await vscode.commands.executeCommand('dropoutStudio.runs.focus');
      await vscode.commands.executeCommand('list.find');
    },
    openCurrentModel: (node) =>
      isModelNode(node) && vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(node.model), viewType),
    delete: async (target, selected) => {
      // A key means the row it is on, with all that is selected where that is among them.
      const row = RowOfKeys.isKey(target) ? await rows.of(target) : undefined;
      const isSelected = row ? view.selection.includes(row) : target === undefined;
      const several: readonly unknown[] = Array.isArray(selected) ? selected : isSelected ? view.selection : [row];
      const queued = several.filter(isQueuedNode);
      if (queued.length > 0) await vscode.commands.executeCommand('dropoutStudio.queue.remove', target, queued);
      if (queued.length > 0 && !several.some(isRunNode)) return;
      const nodes = several.length > 1 ? several.filter(isRunNode) : [target];
      const entries = (await Promise.all(nodes.map(entryOf))).flatMap((entry) => entry ?? []);
      if (entries.length > 0) await moveToTrash(library, entries);
    },
    compare: (_target, selected) => {
      const nodes: readonly unknown[] = Array.isArray(selected) ? selected : view.selection;
      const directories = nodes.filter(isRunNode).map((node) => node.run);
      return vscode.commands.executeCommand(
        'dropoutStudio.compareRuns',
        directories.length > 1 ? directories : undefined,
      );
    },
    cleanUp: () => cleanUp(library),
  };
  const registered = [
    ...Object.entries(onRuns).map(
      ([name, run]) =>
        [
          name,
          async (target?: unknown, more?: unknown) => {
            const entry = await entryOf(target);
            return entry && run(entry, more);
          },
        ] as const,
    ),
    ...Object.entries(others).map(
      ([name, run]) => [name, (...args: unknown[]) => Promise.resolve(run(...args))] as const,
    ),
  ];
  return vscode.Disposable.from(
    ...registered.map(([name, run]) => vscode.commands.registerCommand(`dropoutStudio.runs.${name}`, guarded(run))),
  );
}

/** Menus hand over what is selected besides: no name. */
const textOf = (given: unknown): string | undefined => (typeof given === 'string' ? given : undefined);
const isRunNode = (node: unknown): node is { readonly run: string } =>
  typeof node === 'object' && node !== null && 'run' in node && typeof node.run === 'string';
const isModelNode = (node: unknown): node is { readonly model: string } =>
  typeof node === 'object' && node !== null && 'model' in node && typeof node.model === 'string';

async function pickRun(library: RunLibrary, placeHolder: string): Promise<string | undefined> {
  await library.refresh();
  const runs = library.entries.map((entry) => ({
    label: nameOfRun(entry),
    description: kindTitles[kindOf(entry)],
    directory: entry.directory,
  }));
  if (runs.length === 0) throw new Error('There are no runs yet. Train a network to start one.');
  return (await vscode.window.showQuickPick(runs, { placeHolder }))?.directory;
}

async function openModel(entry: RunEntry): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', asItWas(entry), viewType);
}

/** The model as it was becomes a new file beside the present one, so that its data is found. */
async function duplicate(entry: RunEntry, given?: unknown): Promise<vscode.Uri | undefined> {
  const { directory, model } = entry;
  const folder = vscode.Uri.file(dirname(model?.file ?? dirname(directory)));
  const { free } = await namesIn(folder, groupTitle(entry));
  const uri =
    given instanceof vscode.Uri
      ? given
      : await vscode.window.showSaveDialog({
          title: 'Duplicate as New Model',
          defaultUri: vscode.Uri.joinPath(folder, `${free}.netjson`),
          filters: { 'Dropout Studio': ['netjson'] },
        });
  if (!uri) return undefined;
  await vscode.workspace.fs.copy(vscode.Uri.file(join(directory, 'model.netjson')), uri, { overwrite: true });
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  return uri;
}

function askName(entry: RunEntry): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: 'Rename Run',
    prompt: `Empty: it is called "${nameOfRun({ ...entry, name: undefined })}". The folder keeps its name.`,
    value: nameOfRun(entry),
    validateInput: (value) => (value.length > 200 ? 'A name has at most 200 characters.' : undefined),
  });
}

const askNote = ({ note, ...entry }: RunEntry): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: `Note on ${nameOfRun(entry)}`,
    prompt: 'Shown when the pointer rests on the run. Empty takes the note away.',
    value: note ?? '',
  });

async function askFilter(library: RunLibrary, now: Filter): Promise<Filter | undefined> {
  const { entries } = library;
  const count = (of: (entry: RunEntry) => boolean): string => String(entries.filter(of).length);
  const models = [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
  const heading = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const kindItems = KINDS.map((kind) => ({
    label: kindTitles[kind],
    description: count((entry) => kindOf(entry) === kind),
    picked: now.kinds?.includes(kind),
    kindOf: kind,
  }));
  const modelItems = models.map((entry) => ({
    label: groupTitle(entry),
    description: count((other) => keyOf(other) === keyOf(entry)),
    detail: entry.model?.file && vscode.workspace.asRelativePath(entry.model.file),
    picked: now.models?.includes(keyOf(entry)),
    key: keyOf(entry),
  }));
  const pinned = { label: 'Pinned', description: count((e) => e.pinned === true), picked: now.pinned, pinned: true };
  type Item = vscode.QuickPickItem & { kindOf?: Kind; key?: string; pinned?: boolean };
  const picked = await vscode.window.showQuickPick<Item>(
    [heading('State'), ...kindItems, heading('Model'), ...modelItems, heading('Mark'), pinned],
    { title: 'Filter Runs', placeHolder: 'Show only these; none: show all', canPickMany: true, matchOnDetail: true },
  );
  if (!picked) return undefined;
  const kinds = picked.flatMap(({ kindOf }) => kindOf ?? []);
  const keys = picked.flatMap(({ key }) => key ?? []);
  return {
    ...(kinds.length > 0 && { kinds }),
    ...(keys.length > 0 && { models: keys }),
    ...(picked.some(({ pinned }) => pinned) && { pinned: true }),
  };
}

/** Nothing is lost at once: what is moved to the trash can be put back. So one run goes without a question. */
async function moveToTrash(library: RunLibrary, entries: readonly RunEntry[]): Promise<void> {
  const live = entries.find(isAlive);
  if (live) throw new Error(`${nameOfRun(live)} is being trained. Stop it before it is deleted.`);
  const what = entries.length === 1 ? nameOfRun(entries[0]) : `${entries.length} runs`;
  if (entries.length > 1) {
    const sizes = await library.sizes(entries.map(({ directory }) => directory));
    const size = fileSize(sizes.reduce((sum, bytes) => sum + bytes, 0));
    const answer = await vscode.window.showWarningMessage(
      `Move ${what} to the trash?`,
      { modal: true, detail: `${size} are freed once the trash is emptied.` },
      'Move to Trash',
    );
    if (answer === undefined) return;
  }
  const beside = await library.trash(entries.map(({ directory }) => directory));
  if (beside > 0)
    void vscode.window.showInformationMessage(
      `${what} ${entries.length === 1 ? 'is' : 'are'} in .trash beside the other runs: this machine has no trash of its own.`,
    );
}

async function cleanUp(library: RunLibrary): Promise<void> {
  await library.refresh();
  const choices = cleanUps(library.entries, Date.now());
  if (choices.length === 0) {
    void vscode.window.showInformationMessage('There are no runs to clean up. What is pinned or being trained stays.');
    return;
  }
  const all = [...new Set(choices.flatMap(({ runs }) => runs.map(({ directory }) => directory)))];
  const sizes = new Map((await library.sizes(all)).map((size, i) => [all[i], size]));
  const sizeOf = (runs: readonly RunEntry[]): string =>
    fileSize(runs.reduce((sum, { directory }) => sum + (sizes.get(directory) ?? 0), 0));
  const picked = await vscode.window.showQuickPick(
    choices.map(({ title, detail, runs }) => ({
      label: title,
      description: `${runs.length === 1 ? '1 run' : `${runs.length} runs`}, ${sizeOf(runs)}`,
      detail,
      runs,
    })),
    {
      title: 'Clean Up Runs',
      placeHolder: 'Which runs go to the trash? What is pinned or being trained stays.',
      canPickMany: true,
    },
  );
  if (!picked || picked.length === 0) return;
  const entries = [...new Map(picked.flatMap(({ runs }) => runs.map((run) => [run.directory, run]))).values()];
  await moveToTrash(library, entries);
}
