import * as vscode from 'vscode';
import { catalogue } from '../catalogue';
import { layersText } from '../model/edit/clipboard';
import { EditRefused, isBoundToText, planEdit } from '../model/edit';
import { layerAt } from '../model/language/references';
import { lineColumn, lineText } from '../model/positions';
import { templates } from '../model/templates';
import type {
  Control,
  DesignerHostApi,
  DesignerViewApi,
  EditIntent,
  EditReply,
  RevealTarget,
  Snapshot,
  Subject,
} from '../protocol/designer';
import { type Handlers, connect } from '../protocol/rpc';
import type { Pace, Question, Watch } from '../protocol/training';
import { describeCatalogue } from './describe';
import { fillFromTable, fillFromTemplate } from './emptyDocument';
import type { Inspector } from './inspector';
import type { Loads } from './loads';
import { canChange, type ModelDocument, type ModelDocuments } from './modelDocuments';
import { pickPath } from './pickPath';
import { applyChange } from './ranges';
import { revealText, showInText } from './revealText';
import { saveFile } from './saveFile';
import type { Sessions } from './sessions';
import { nameOf, viewType } from './uris';
import { sourceOf } from './workspace';
import { pageHtml } from './webviewHtml';
import { portOf } from './webviewPort';

export type RunControl = (command: Control, document: vscode.TextDocument) => Promise<void>;

/** Opens `.netjson` as a picture. The text document stays the only truth; each gesture is one edit of it. */
export class DesignerEditor implements vscode.CustomTextEditorProvider {
  private pages = 0;
  /** By the page's panel: how it is asked for the training view. */
  private readonly standing = new Map<vscode.WebviewPanel, { readonly uri: string; showTraining(): void }>();
  /** The document whose training view is being opened. */
  private wanted: string | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly documents: ModelDocuments,
    private readonly sessions: Sessions,
    private readonly inspector: Inspector,
    private readonly loads: Loads,
    private readonly control: RunControl,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(viewType, this, { supportsMultipleEditorsPerDocument: true });
  }

  /** Opens the training view in a tab of its own, beside whatever is in front. */
  async showTraining(uri: vscode.Uri): Promise<void> {
    this.wanted = uri.toString();
    try {
      await vscode.commands.executeCommand('vscode.openWith', uri, viewType, vscode.ViewColumn.Beside);
      for (const [panel, page] of this.standing) if (panel.active && page.uri === uri.toString()) page.showTraining();
    } finally {
      this.wanted = undefined;
    }
  }

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const pages = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [pages] };
    const session = this.sessions.get(document.uri);
    const page = ++this.pages;
    /** Who in this page has asked something of the run. */
    const asking = new Set<string>();
    let watched: Watch = { visible: false, sample: 'auto', frozen: false };
    const showTraining = this.wanted === document.uri.toString();

    const handlers = {
      ready: () => ({
        catalogue: describeCatalogue(catalogue),
        templates: templates.map(({ id, title, help, variant }) => ({ id, title, help, variant })),
        snapshot: snapshotOf(this.documents.get(document)),
        session: session.snapshot,
        showTraining,
      }),
      edit: (intent: EditIntent) => applyIntent(document, intent),
      useTemplate: (id: string) => fillFromTemplate(document, id, this.extensionUri),
      useTable: () => fillFromTable(document, this.inspector),
      copyLayers: async (layers: readonly string[]) => {
        await vscode.env.clipboard.writeText(layersText(document.getText(), layers, catalogue));
      },
      copyText: async (text: string) => {
        await vscode.env.clipboard.writeText(text);
      },
      pasteLayers: async (after: string | null) => {
        const text = await vscode.env.clipboard.readText();
        return applyIntent(document, {
          baseVersion: document.version,
          operation: { type: 'pasteLayers', after, text },
        });
      },
      control: (command: Control) => this.control(command, document),
      showWeights: async (checkpoint: string) => {
        const { stored } = session.snapshot;
        if (stored) await this.sessions.showRun(document.uri, stored.directory, checkpoint);
      },
      restoreWeights: async () => {
        const { stored } = session.snapshot;
        if (!stored?.weights) return;
        const run = vscode.Uri.file(stored.directory);
        await vscode.commands.executeCommand('dropoutStudio.runs.restore', run, stored.weights.checkpoint);
      },
      setTwin: (wanted: boolean) => session.setTwin(wanted),
      watch: (watch: Watch) => {
        watched = watch;
        session.watch(watch);
      },
      examine: async (question: Question, asker: string, pace: Pace, of?: Subject) => {
        asking.add(asker);
        return session.examine(question, `${page} ${asker}`, pace, of);
      },
      leave: (asker: string) => session.leave(`${page} ${asker}`),
      pickPath: (what: 'file' | 'folder') => pickPath(document, what),
      saveFile: (name: string, content: string | Uint8Array) => saveFile(document.uri, name, content),
      dataView: () => this.inspector.dataView(document.uri, sourceOf(document)),
      cancelLoad: () => this.loads.cancel(document.uri),
      reveal: (target: RevealTarget) => revealText(document, this.documents.get(document), target),
      selected: (layer: string) => showInText(document, this.documents.get(document), layer),
    } satisfies Handlers<DesignerHostApi>;

    const connection = connect<DesignerHostApi, DesignerViewApi>(portOf(webview), handlers, (error) =>
      this.log.error('The designer reported:', error),
    );
    this.standing.set(panel, { uri: document.uri.toString(), showTraining: () => connection.notify('showTraining') });
    const subscriptions = vscode.Disposable.from(
      this.documents.onDidChange((model) => {
        if (model.document === document) connection.notify('snapshot', snapshotOf(model));
      }),
      session.onDidChange(() => connection.notify('session', session.snapshot)),
      this.loads.onDidChange((uri) => {
        if (uri.toString() === document.uri.toString()) connection.notify('loading', this.loads.of(uri));
      }),
      session.onDidTick((tick) => {
        if (panel.visible) connection.notify('tick', tick);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections, kind }) => {
        // Without a kind it was selected by an extension, us among them, or by an edit: that is no wish of the person's.
        if (textEditor.document !== document || kind === undefined || !panel.visible) return;
        const layer = layerAt(document.getText(), document.offsetAt(selections[0].active));
        if (layer !== undefined) connection.notify('select', layer);
      }),
      panel.onDidChangeViewState(() => session.watch(panel.visible ? watched : { ...watched, visible: false })),
    );
    panel.onDidDispose(() => {
      this.standing.delete(panel);
      session.watch({ ...watched, visible: false });
      for (const asker of asking) void handlers.leave(asker).catch(() => undefined);
      subscriptions.dispose();
      connection.dispose();
    });
    webview.html = pageHtml(webview, pages);
  }
}

function snapshotOf(entry: ModelDocument): Snapshot {
  const { document, version, analysis, diagnostics, lastGood, data, memory } = entry;
  const text = document.getText();
  return {
    version,
    fileName: nameOf(document.uri),
    empty: text.trim() === '',
    model: lastGood,
    current: analysis.model !== undefined,
    editable: analysis.parses,
    diagnostics: diagnostics.map((d) => {
      const { line, column } = lineColumn(text, d.offset);
      return { ...d, line, column, excerpt: lineText(text, line) };
    }),
    data,
    memory,
  };
}

/**
 * Carries out a gesture on the text as it is now. The gesture names layers by id, so one made on an older version
 * still fits, or is refused with the reason.
 */
async function applyIntent(document: vscode.TextDocument, { baseVersion, operation }: EditIntent): Promise<EditReply> {
  if (!canChange(document))
    return {
      applied: false,
      reason: `${nameOf(document.uri)} cannot be changed here: it is a version to look at. Change the file itself, or a duplicate of this one.`,
    };
  if (isBoundToText(operation) && baseVersion !== document.version)
    return { applied: false, reason: 'The text has changed meanwhile: look again at what is found in it now.' };
  try {
    const change = planEdit(document.getText(), operation, catalogue);
    return change ? await applyChange(document, change) : { applied: true };
  } catch (error) {
    if (error instanceof EditRefused || error instanceof RangeError) return { applied: false, reason: error.message };
    throw error;
  }
}
