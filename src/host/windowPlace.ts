import { mkdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import { asError } from '../protocol/rpc';
import { RunLock } from '../runs/lock';
import { isHeldOn } from './runs/heldOn';

/**
 * Where this window remembers over its end what waits and what it trains. A window with a folder has a place of its own.
 * All others have one together, which one of them has at a time: the first, until it closes.
 */
export class WindowPlace {
  /** Absolute; undefined where another window has it, or there is no disk to write to. */
  readonly folder: Promise<string | undefined>;
  private lock?: RunLock;

  /** @param own of the window's folder, in VS Code's storage for it */
  constructor(own: vscode.Uri | undefined, shared: vscode.Uri, log: vscode.LogOutputChannel) {
    this.folder = own
      ? Promise.resolve(own.fsPath)
      : this.take(vscode.Uri.joinPath(shared, 'without-folder').fsPath).catch((error: unknown) => {
          log.warn('The queue of this window is not remembered:', asError(error));
          return undefined;
        });
  }

  private async take(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true });
    // Taking it says by whom it is held.
    await isHeldOn(folder);
    this.lock = await RunLock.take(folder);
    return folder;
  }

  /** The window closes: the next one without a folder may have it. */
  async leave(): Promise<void> {
    await this.lock?.release();
  }
}
