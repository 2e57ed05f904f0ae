import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { contextOf, descriptionOf, factsOf, icons, isAlive, labelOf, nameOfRun, stateWords } from './entry';
import type { Queue } from '../queue/queue';
import type { RunLibrary } from './library';
import { type Filter, type Group, type Sort, groupRuns, isFiltering, passes, sameMinute } from './order';
import { type QueueNode, queueItem, queuedItem } from './queueItems';

/** A model, by its key, or a run of it; the queue, or a run in it. */
export type RunNode = { readonly model: string } | { readonly run: string; readonly of: string } | QueueNode;

const SORT = 'dropoutStudio.runs.sort';
const FILTER = 'dropoutStudio.runs.filter';

/** The queue, then runs by model, as the Runs view shows them. How they are sorted and which are hidden is remembered in the workspace. */
export class RunTree implements vscode.TreeDataProvider<RunNode> {
  private readonly changed = new vscode.EventEmitter<RunNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private groups: readonly Group[] = [];
  /** Runs that another one of their model is called like. */
  private readonly ambiguous = new Set<string>();
  /** The nodes that were given out: VS Code knows them by identity. */
  private readonly nodes = new Map<string, RunNode>();

  constructor(
    private readonly library: RunLibrary,
    private readonly queue: Queue,
    private readonly memory: vscode.Memento,
  ) {
    queue.onDidChange(() => this.changed.fire(undefined));
    library.onDidChange((directory) => {
      const node = directory === undefined ? undefined : this.nodes.get(directory);
      if (directory !== undefined && !node) return;
      this.changed.fire(node);
    });
  }

  get sort(): Sort {
    return this.memory.get<Sort>(SORT, 'newest');
  }

  get filter(): Filter {
    return this.memory.get<Filter>(FILTER, {});
  }

  async setSort(sort: Sort): Promise<void> {
    await this.memory.update(SORT, sort);
    this.changed.fire(undefined);
  }

  async setFilter(filter: Filter): Promise<void> {
    await this.memory.update(FILTER, isFiltering(filter) ? filter : undefined);
    this.changed.fire(undefined);
  }

  /** Said above the list where not all is shown. */
  get message(): string | undefined {
    if (!isFiltering(this.filter)) return undefined;
    const { entries } = this.library;
    const shown = entries.filter((entry) => passes(entry, this.filter)).length;
    return `${shown} of ${entries.length} runs are shown: the others are filtered out.`;
  }

  async getChildren(parent?: RunNode): Promise<RunNode[]> {
    if (!parent) {
      await this.library.ready;
      const { filter, sort } = this;
      this.groups = groupRuns(
        this.library.entries.filter((entry) => passes(entry, filter)),
        sort,
      );
      this.ambiguous.clear();
      for (const { runs } of this.groups) for (const directory of sameMinute(runs)) this.ambiguous.add(directory);
      const models = this.groups.map(({ key }) => this.node(`model:${key}`, { model: key }));
      return this.queue.state.waiting.length > 0 ? [this.queueNode, ...models] : models;
    }
    if ('queue' in parent) return this.queue.state.waiting.map(({ id }) => this.queuedNode(id));
    if (!('model' in parent)) return [];
    const runs = this.groups.find(({ key }) => key === parent.model)?.runs ?? [];
    return runs.map(({ directory }) => this.node(directory, { run: directory, of: parent.model }));
  }

  getParent(node: RunNode): RunNode | undefined {
    if ('queued' in node) return this.queueNode;
    return 'run' in node ? this.node(`model:${node.of}`, { model: node.of }) : undefined;
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    if ('queue' in node) return queueItem(this.queue);
    if ('queued' in node) return queuedItem(this.queue, node.queued);
    return 'model' in node ? this.modelItem(node.model) : this.runItem(node.run);
  }

  /** The queue's own row. */
  get queueNode(): RunNode {
    return this.node('queue', { queue: true });
  }

  /** The row of a run in the queue. */
  queuedNode(id: string): RunNode {
    return this.node(`queued:${id}`, { queued: id });
  }

  private node(id: string, made: RunNode): RunNode {
    const known = this.nodes.get(id);
    if (known && JSON.stringify(known) === JSON.stringify(made)) return known;
    this.nodes.set(id, made);
    return made;
  }

  private modelItem(key: string): vscode.TreeItem {
    const { title, runs } = this.groups.find((group) => group.key === key) ?? { title: key, runs: [] };
    const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
    item.id = `model:${key}`;
    const count = runs.length === 1 ? '1 run' : `${runs.length} runs`;
    const file = runs[0]?.model?.file;
    const folder = file === undefined ? '' : vscode.workspace.asRelativePath(dirname(file), false);
    const there = runs[0]?.model?.there ?? true;
    const place = folder === '' || folder === dirname(file ?? '') ? '' : `${folder}, `;
    item.description = `${place}${count}${there ? '' : ', model moved or deleted'}`;
    item.tooltip = file ?? title;
    item.iconPath = new vscode.ThemeIcon(key === '' ? 'question' : 'type-hierarchy');
    item.contextValue = there && file !== undefined ? 'model there' : 'model';
    item.accessibilityInformation = { label: `${title}, ${count}` };
    return item;
  }

  private runItem(directory: string): vscode.TreeItem {
    const entry = this.library.get(directory);
    const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
    if (!entry) return item;
    const name = nameOfRun(entry);
    item.label = labelOf(entry, undefined, this.ambiguous.has(directory));
    item.id = directory;
    item.description = descriptionOf(entry);
    const [icon, color] = icons[entry.state];
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.contextValue = contextOf(entry);
    item.accessibilityInformation = { label: `${name}, ${stateWords[entry.state]}, ${item.description}` };
    item.command = {
      command: 'dropoutStudio.runs.open',
      title: isAlive(entry) ? 'Show' : 'Show in Designer',
      arguments: [{ run: directory }],
    };
    item.tooltip = tooltip(name, factsOf(entry), entry.problems);
    return item;
  }
}

function tooltip(
  name: string,
  facts: readonly (readonly [string, string])[],
  problems: readonly string[],
): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.appendMarkdown('**').appendText(name).appendMarkdown('**\n\n|  |  |\n| :-- | :-- |\n');
  for (const [what, value] of facts) text.appendMarkdown(`| ${what} | ${plain(value)} |\n`);
  // appendText would hold all its words together, and lines would break within one.
  for (const problem of problems) text.appendMarkdown(`\n\n$(warning) ${plain(problem)}`);
  return text;
}

/** A text as such in Markdown, and within a row of a table: that ends at the line's end, and a cell at a bar. */
const plain = (value: string): string => value.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~$&]/g, '\\$&');
