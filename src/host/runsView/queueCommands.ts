import * as vscode from 'vscode';
import { guarded } from '../commands';
import type { Queue } from '../queue/queue';
import { viewType } from '../uris';
import { isQueuedNode } from './queueItems';
import { RowOfKeys } from './rowOfKeys';
import type { RunNode, RunTree } from './tree';

/** How often a row is gone to at most: VS Code goes to none that it is just reading anew, and does not say so. */
const REVEALED = 10;

/** The commands on what waits. Each takes what a menu or a key hands over; without it, it works on the row that has the focus. */
export function registerQueueCommands(
  queue: Queue,
  tree: RunTree,
  view: vscode.TreeView<RunNode>,
  rows: RowOfKeys,
): vscode.Disposable {
  const reveal = async (node: RunNode, as: 'selected' | 'focused' | 'seen'): Promise<void> => {
    const before = as === 'seen' ? undefined : await rows.of();
    try {
      for (let attempt = 0; attempt < REVEALED; attempt++) {
        await view.reveal(node, { select: as === 'selected', focus: as !== 'seen', expand: as === 'selected' });
        if (as === 'seen') return;
        const now = await rows.of();
        if (now === node || (now && now !== before)) return;
      }
    } catch (error) {
      // It may have begun meanwhile: then there is no such row any more.
      const isThere = isQueuedNode(node) ? queue.get(node.queued) : queue.state.waiting.length > 0;
      if (isThere) throw error;
    }
  };
  const idOf = async (target: unknown): Promise<string> => {
    const node = target === undefined || RowOfKeys.isKey(target) ? await rows.of(target) : target;
    if (isQueuedNode(node) && queue.get(node.queued)) return node.queued;
    throw new Error('Go to a run that waits in the queue first, in the Runs view.');
  };
  const move = async (target: unknown, by: number): Promise<void> => {
    const id = await idOf(target);
    queue.move(id, by);
    // It is taken in hand, to be moved on. Where a key moved it, it is already, and by now the keys may be on another one.
    if (view.visible) await reveal(tree.queuedNode(id), RowOfKeys.isKey(target) ? 'seen' : 'selected');
  };
  const commands: Record<string, (target?: unknown, selected?: unknown) => unknown> = {
    showQueue: async () => {
      // A row is there once the view was opened.
      await vscode.commands.executeCommand('dropoutStudio.runs.focus');
      if (queue.state.waiting.length > 0) return reveal(tree.queueNode, 'selected');
      void vscode.window.showInformationMessage(
        `No run waits in the queue${queue.state.paused ? ', which is paused' : ''}. Queue Run puts the network in front there.`,
      );
    },
    pauseQueue: () => queue.pause(),
    resumeQueue: () => queue.resume(),
    'queue.moveUp': (target) => move(target, -1),
    'queue.moveDown': (target) => move(target, 1),
    'queue.moveToTop': (target) => move(target, -Infinity),
    'queue.remove': async (target, selected) => {
      const nodes: readonly unknown[] = Array.isArray(selected) ? selected : target ? [target] : view.selection;
      const ids = nodes.filter(isQueuedNode).map((node) => node.queued);
      const place = queue.state.waiting.findIndex(({ id }) => ids.includes(id));
      queue.remove(ids);
      // Who removes by a key goes on from there.
      const { waiting } = queue.state;
      const next = waiting[Math.min(place, waiting.length - 1)];
      if (next && RowOfKeys.isKey(target)) await reveal(tree.queuedNode(next.id), 'focused');
    },
    'queue.clear': async () => {
      const { waiting } = queue.state;
      const remove = 'Remove All';
      const answer = await vscode.window.showWarningMessage(
        `Remove ${waiting.length === 1 ? 'the run' : `all ${waiting.length} runs`} that ${waiting.length === 1 ? 'waits' : 'wait'} from the queue?`,
        { modal: true, detail: 'What is being trained goes on.' },
        remove,
      );
      if (answer === remove) queue.remove(waiting.map(({ id }) => id));
    },
    'queue.retry': async (target) => queue.retry(await idOf(target)),
    'queue.open': async (target) => {
      const run = queue.get(await idOf(target))!;
      await vscode.commands.executeCommand('vscode.openWith', queue.addressOf(run), viewType);
    },
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(
        `dropoutStudio.${name}`,
        guarded((target?: unknown, selected?: unknown) => Promise.resolve(run(target, selected))),
      ),
    ),
  );
}
