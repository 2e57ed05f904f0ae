import { join } from 'node:path';
import * as vscode from 'vscode';
import { compareRuns } from '../../comparison/compare';
import { toCsv, toMarkdown } from '../../comparison/table';
import { readComparable } from '../../exchange/comparable';
import type { ComparedRuns, CompareRunsHostApi, CompareRunsViewApi } from '../../protocol/compareRuns';
import { type Handlers, asError, connect } from '../../protocol/rpc';
import { nameOfRun } from '../runsView/entry';
import type { RunLibrary } from '../runsView/library';
import { pageHtml } from '../webviewHtml';
import { portOf } from '../webviewPort';

const viewType = 'dropoutStudio.runComparison';

/** Runs that are still being written are read again this often at most, in milliseconds. */
const REFRESH = 1000;

/** Shows runs side by side for as long as somebody looks, and follows those that are not over. */
export class RunComparisons {
  private readonly open = new Map<string, { readonly panel: vscode.WebviewPanel; readonly compared: ComparedRuns }>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly library: RunLibrary,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /**
   * Opens the comparison, or brings it to the front where it is open.
   * @param directories of two runs or more, in the order of the columns
   * @returns what it shows, for whoever called a command from code
   * @throws RunError where one of them cannot be read
   */
  async show(directories: readonly string[]): Promise<ComparedRuns> {
    const key = JSON.stringify(directories);
    const shown = this.open.get(key);
    if (shown) {
      shown.panel.reveal();
      return shown.compared;
    }
    let compared = await this.read(directories);
    const pages = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const title = `${directories.length} Runs Compared`;
    const panel = vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [pages],
    });
    this.open.set(key, {
      panel,
      get compared() {
        return compared;
      },
    });
    const handlers = {
      ready: () => compared,
      save: (format) => save(compared, format),
    } satisfies Handlers<CompareRunsHostApi>;
    const connection = connect<CompareRunsHostApi, CompareRunsViewApi>(portOf(panel.webview), handlers, (error) => {
      this.log.error('The comparison of runs reported:', error);
      void vscode.window.showErrorMessage(error.message);
    });
    let asked: NodeJS.Timeout | undefined;
    const follow = (): void => {
      asked ??= setTimeout(() => {
        asked = undefined;
        this.read(directories).then(
          (now) => connection.notify('show', (compared = now)),
          // Moved or deleted while it is looked at: what was read stays on the screen.
          (error: unknown) => this.log.warn('Compared runs could not be read again:', asError(error)),
        );
      }, REFRESH);
    };
    const watching = directories.map((directory) => {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(directory), '{run.json,metrics.jsonl}');
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      return vscode.Disposable.from(watcher, watcher.onDidChange(follow), watcher.onDidCreate(follow));
    });
    panel.onDidDispose(() => {
      this.open.delete(key);
      clearTimeout(asked);
      vscode.Disposable.from(...watching).dispose();
      connection.dispose();
    });
    panel.webview.html = pageHtml(panel.webview, pages, 'compareRuns');
    return compared;
  }

  /** Runs are called as in the Runs view; of two that began in the same minute the folders tell which is which. */
  private async read(directories: readonly string[]): Promise<ComparedRuns> {
    const runs = await Promise.all(directories.map(readComparable));
    const entries = await Promise.all(directories.map((directory) => this.library.find(directory)));
    const names = entries.map((entry, i) => (entry ? nameOfRun(entry) : runs[i].name));
    const named = runs.map((run, i) => {
      const isOnly = names.filter((name) => name === names[i]).length === 1;
      return { ...run, name: isOnly ? names[i] : `${names[i]} (${run.name})` };
    });
    return { comparison: compareRuns(named), histories: runs.map((run) => run.history) };
  }
}

async function save({ comparison }: ComparedRuns, format: 'csv' | 'markdown'): Promise<void> {
  const isCsv = format === 'csv';
  const name = isCsv ? 'runs.csv' : 'runs.md';
  const uri = await vscode.window.showSaveDialog({
    title: 'Save Comparison',
    filters: isCsv ? { CSV: ['csv'] } : { Markdown: ['md'] },
    defaultUri: vscode.Uri.file(join(comparison.runs[0].directory, '..', name)),
  });
  if (!uri) return;
  const text = isCsv ? toCsv(comparison) : toMarkdown(comparison);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}
