import { join } from 'node:path';
import * as vscode from 'vscode';
import { registerCommands, runControl } from './host/commands';
import { registerComparing } from './host/compare/commands';
import { Comparisons } from './host/compare/panel';
import { registerComparingRuns } from './host/compareRuns/commands';
import { RunComparisons } from './host/compareRuns/panel';
import { publishContext } from './host/contextKeys';
import { DesignerEditor } from './host/designerEditor';
import { publishDiagnostics } from './host/diagnostics';
import { registerExchange } from './host/exchange';
import { Inspector } from './host/inspector';
import { registerQueueing } from './host/queue/commands';
import { Queue } from './host/queue/queue';
import { InterruptedRuns } from './host/runs/interrupted';
import { registerLanguage } from './host/language/index';
import { noticeLoads } from './host/loadNotice';
import { Loads } from './host/loads';
import { ModelDocuments } from './host/modelDocuments';
import { Sessions } from './host/sessions';
import { registerRunsView } from './host/runsView/index';
import { RunLibrary } from './host/runsView/library';
import { createStatusBar } from './host/statusBar';
import { WindowPlace } from './host/windowPlace';

let leave: (() => Promise<void>) | undefined;

/** The window closes: VS Code waits a little for what this answers. */
export const deactivate = (): Promise<void> | undefined => leave?.();

/** Builds the parts and joins them. What tests may look at is returned. */
export function activate(context: vscode.ExtensionContext): {
  readonly sessions: Sessions;
  readonly documents: ModelDocuments;
  readonly runs: RunLibrary;
  readonly queue: Queue;
} {
  const log = vscode.window.createOutputChannel('Dropout Studio', { log: true });
  const workerPath = join(context.extensionPath, 'dist', 'worker.js');
  const loads = new Loads();
  const inspector = new Inspector(workerPath, loads, (error) => log.error('Looking at data failed:', error));
  const documents = new ModelDocuments(inspector, log);
  const sessions = new Sessions(documents, workerPath, loads, log, context.workspaceState);
  const editor = new DesignerEditor(
    context.extensionUri,
    documents,
    sessions,
    inspector,
    loads,
    (command, document) => runControl(command, document, sessions),
    log,
  );
  // A worker of their own, which starts at once: no large file that is looked at for its data must hold up the list.
  const runReader = new Inspector(join(context.extensionPath, 'dist', 'runs.js'), loads, (error) =>
    log.error('Looking at runs failed:', error),
  );
  const runs = new RunLibrary(sessions, runReader, log);
  const place = new WindowPlace(context.storageUri, context.globalStorageUri, log);
  const queue = new Queue(sessions, place.folder, log);
  const interrupted = new InterruptedRuns(sessions, queue, runs, place.folder, context.workspaceState, log);
  context.subscriptions.push(
    log,
    loads,
    documents,
    sessions,
    { dispose: () => inspector.dispose() },
    editor.register(),
    registerCommands(documents, sessions, inspector, context.extensionUri, (uri) => editor.showTraining(uri), log),
    registerExchange(inspector, sessions, runs),
    registerComparing(new Comparisons(context.extensionUri, log), runs),
    registerComparingRuns(new RunComparisons(context.extensionUri, runs, log), runs),
    publishDiagnostics(documents),
    registerLanguage(documents, sessions),
    createStatusBar(sessions, loads, queue, interrupted),
    noticeLoads(loads),
    publishContext(sessions),
    interrupted,
    { dispose: () => runReader.dispose() },
    runs,
    queue,
    registerRunsView(runs, sessions, queue, context.workspaceState),
    registerQueueing({ queue, documents, sessions, library: runs, inspector }),
  );
  documents.start();
  leave = async () => {
    // First of all: what ends with the window must not let others begin.
    await Promise.all([queue.close(), interrupted.close(), sessions.leave()]);
    await place.leave();
  };
  void interrupted
    .open()
    .then((directories) => queue.open(directories))
    .then((held) => interrupted.offer(held))
    .catch((error: Error) => log.error('What was being trained could not be found:', error))
    .then((goesOn) => queue.decided(goesOn === true));
  return { sessions, documents, runs, queue };
}
