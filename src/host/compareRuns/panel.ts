import { join } from 'node:path';
import * as vscode from 'vscode';
import { compareRuns } from '../../comparison/compare';
import { toCsv, toMarkdown } from '../../comparison/table';
import { readComparable } from '../../exchange/comparable';
import type { ComparedRuns, CompareRunsHostApi, CompareRunsViewApi, KeptComparison } from '../../protocol/compareRuns';
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
    const compared = await this.read(directories);
    const title = `${directories.length} Runs Compared`;
    this.fill(
      vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active, this.options),
      directories,
      compared,
    );
    return compared;
  }

  /** Comparisons that were open when the window closed come back with it. */
  register(): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        try {
          const directories = directoriesIn(state);
          const compared = await this.read(directories);
          panel.webview.options = this.options;
          this.fill(panel, directories, compared);
        } catch (error) {
          // Without its runs there is nothing to look at.
          panel.dispose();
          void vscode.window.showWarningMessage(
            `A comparison of runs that was open cannot be shown again. ${asError(error).message}`,
          );
        }
      },
    });
  }

  private get pages(): vscode.Uri {
    return vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
  }

  private get options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.pages] };
  }

  /** @param read what the page begins with; it follows runs that are not over */
  private fill(panel: vscode.WebviewPanel, directories: readonly string[], read: ComparedRuns): void {
    let compared = read;
    const key = JSON.stringify(directories);
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
    panel.webview.html = pageHtml(panel.webview, this.pages, 'compareRuns');
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

/** @throws Error where it is no state of a page of ours */
function directoriesIn(state: unknown): readonly string[] {
  const { directories } = (state ?? {}) as { readonly [key in keyof KeptComparison]?: unknown };
  if (Array.isArray(directories) && directories.every((d) => typeof d === 'string')) return directories;
  throw new Error('Which runs they were is not known.');
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
