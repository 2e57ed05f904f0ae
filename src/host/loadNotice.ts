import * as vscode from 'vscode';
import { progressWords, shareOf } from '../model/loadProgress';
import type { Loads } from './loads';
import { nameOf, viewType } from './uris';

/** Who waits less needs no word. */
const WAIT_MS = 1000;

/** A notification with a way to cancel, of data that takes longer to read than a second and is not seen in a designer. */
export function noticeLoads(loads: Loads): vscode.Disposable {
  const shown = new Set<string>();
  return loads.onDidChange((uri) => {
    const key = uri.toString();
    const far = loads.of(uri);
    if (!far || far.milliseconds < WAIT_MS || shown.has(key) || isInSight(uri)) return;
    shown.add(key);
    const title = `Reading the data of ${nameOf(uri)}`;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, async (notice, cancelled) => {
      cancelled.onCancellationRequested(() => loads.cancel(uri));
      let before = 0;
      await new Promise<void>((done) => {
        const follow = loads.onDidChange((changed) => {
          if (changed.toString() !== key) return;
          const now = loads.of(uri);
          if (now) {
            const share = shareOf(now);
            notice.report({ message: progressWords(now), increment: 100 * Math.max(0, share - before) });
            before = Math.max(before, share);
            return;
          }
          follow.dispose();
          done();
        });
      });
      shown.delete(key);
    });
  });
}

/** A designer says it itself. */
const isInSight = (uri: vscode.Uri): boolean =>
  vscode.window.tabGroups.all.some(({ activeTab }) => {
    const input: unknown = activeTab?.input;
    return (
      input instanceof vscode.TabInputCustom && input.viewType === viewType && input.uri.toString() === uri.toString()
    );
  });
