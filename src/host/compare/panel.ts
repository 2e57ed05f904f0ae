import * as vscode from 'vscode';
import { catalogue } from '../../catalogue';
import { analyze } from '../../model/analyze';
import { type Comparison, compare } from '../../model/compare';
import type { Model } from '../../model/model';
import { lineColumn } from '../../model/positions';
import type { Compared, CompareHostApi, CompareViewApi, Side, VersionProblem } from '../../protocol/compare';
import { type Handlers, asError, connect } from '../../protocol/rpc';
import { describeCatalogue } from '../describe';
import { pageHtml } from '../webviewHtml';
import { portOf } from '../webviewPort';
import type { Version } from './versions';

const viewType = 'dropoutStudio.comparison';

/** Shows two versions of a model as one graph, for as long as somebody looks, and follows both. */
export class Comparisons {
  private readonly open = new Map<string, { readonly panel: vscode.WebviewPanel; readonly pair: Pair }>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /**
   * Opens the comparison, or brings it to the front where it is open.
   * @returns what it shows, for whoever called a command from code
   */
  async show(before: Version, after: Version): Promise<Compared> {
    const key = [before, after].map((v) => v.uri.toString()).join(' ');
    const shown = this.open.get(key);
    if (shown) {
      shown.panel.reveal();
      return shown.pair.compared;
    }
    const pair = new Pair(before, after);
    await pair.read();
    const pages = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const panel = vscode.window.createWebviewPanel(viewType, pair.title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [pages],
    });
    this.open.set(key, { panel, pair });

    const follow = async (): Promise<void> => {
      await pair.read();
      connection.notify('show', pair.compared);
    };
    const handlers = {
      ready: () => ({ catalogue: describeCatalogue(catalogue), compared: pair.compared }),
      swap: () => {
        pair.swap();
        panel.title = pair.title;
        return follow();
      },
      textDiff: () => textDiff(pair.before, pair.after),
      open: (side: Side, line?: number) => openText(pair[side], line),
    } satisfies Handlers<CompareHostApi>;
    const connection = connect<CompareHostApi, CompareViewApi>(portOf(panel.webview), handlers, (error) =>
      this.log.error('The comparison reported:', error),
    );
    const watching = [before, after].map((v) => v.watch(() => void follow()));
    panel.onDidDispose(() => {
      this.open.delete(key);
      vscode.Disposable.from(...watching).dispose();
      connection.dispose();
    });
    panel.webview.html = pageHtml(panel.webview, pages, 'compare');
    return pair.compared;
  }
}

/** Two versions, and what they said last when both could be read. */
class Pair {
  private models: { before: Model; after: Model } | undefined;
  private problems: readonly VersionProblem[] = [];
  private comparison: Comparison | undefined;
  private reads = 0;

  constructor(
    public before: Version,
    public after: Version,
  ) {}

  get title(): string {
    return `${this.before.name.title} \u2194 ${this.after.name.title}`;
  }

  get compared(): Compared {
    const { comparison, problems } = this;
    return { before: this.before.name, after: this.after.name, comparison, problems };
  }

  async read(): Promise<void> {
    const read = ++this.reads;
    const { before, after } = this;
    const found = await Promise.all([modelOf(before), modelOf(after)]);
    // What was read meanwhile, or swapped, is newer.
    if (read !== this.reads) return;
    const [b, a] = found;
    this.problems = [
      ...('problem' in b ? [{ side: 'before' as const, ...b.problem }] : []),
      ...('problem' in a ? [{ side: 'after' as const, ...a.problem }] : []),
    ];
    if ('problem' in b || 'problem' in a) return;
    this.models = { before: b.model, after: a.model };
    this.comparison = compare(b.model, a.model);
  }

  /** To be read again: what is being read is for the places they had. */
  swap(): void {
    this.reads++;
    [this.before, this.after] = [this.after, this.before];
    this.problems = this.problems.map((p) => ({ ...p, side: p.side === 'before' ? 'after' : 'before' }));
    if (!this.models) return;
    this.models = { before: this.models.after, after: this.models.before };
    this.comparison = compare(this.models.before, this.models.after);
  }
}

type Read = { readonly model: Model } | { readonly problem: { readonly message: string; readonly line?: number } };

async function modelOf(version: Version): Promise<Read> {
  try {
    const text = await version.text();
    const { model, diagnostics } = analyze(text, catalogue);
    if (model) return { model };
    const { message, offset } = diagnostics.find((d) => d.severity === 'error')!;
    return { problem: { message, line: lineColumn(text, offset).line } };
  } catch (error) {
    return { problem: { message: asError(error).message } };
  }
}

async function textDiff(before: Version, after: Version): Promise<void> {
  const title = `${before.name.title} \u2194 ${after.name.title}`;
  // Without the override each side opens in a designer of its own.
  await vscode.commands.executeCommand('vscode.diff', before.uri, after.uri, title, { override: false });
}

async function openText({ uri }: Version, line = 1): Promise<void> {
  const at = new vscode.Position(line - 1, 0);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    selection: new vscode.Range(at, at),
  });
}
