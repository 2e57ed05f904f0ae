import * as vscode from 'vscode';
import { guarded } from '../commands';
import type { Queue } from '../queue/queue';
import { viewType } from '../uris';
import { isQueuedNode } from './queueItems';
import type { RunNode, RunTree } from './tree';

/** The commands on what waits. Each takes what a menu hands over; without it, it works on what is selected in the view. */
export function registerQueueCommands(queue: Queue, tree: RunTree, view: vscode.TreeView<RunNode>): vscode.Disposable {
  const idOf = (target: unknown): string => {
    const node = target ?? view.selection[0];
    if (isQueuedNode(node) && queue.get(node.queued)) return node.queued;
    throw new Error('Select a run that waits in the queue first, in the Runs view.');
  };
  const move = async (target: unknown, by: number): Promise<void> => {
    const id = idOf(target);
    queue.move(id, by);
    // It stays in hand, to be moved on.
    if (view.visible) await view.reveal(tree.queuedNode(id), { select: true, focus: true });
  };
  const commands: Record<string, (target?: unknown, selected?: unknown) => unknown> = {
    showQueue: async () => {
      if (queue.state.waiting.length > 0)
        return view.reveal(tree.queueNode, { select: true, focus: true, expand: true });
      await vscode.commands.executeCommand('dropoutStudio.runs.focus');
      void vscode.window.showInformationMessage(
        `No run waits in the queue${queue.state.paused ? ', which is paused' : ''}. Queue Run puts the network in front there.`,
      );
    },
    pauseQueue: () => queue.pause(),
    resumeQueue: () => queue.resume(),
    'queue.moveUp': (target) => move(target, -1),
    'queue.moveDown': (target) => move(target, 1),
    'queue.moveToTop': (target) => move(target, -Infinity),
    'queue.remove': (target, selected) => {
      const nodes: readonly unknown[] = Array.isArray(selected) ? selected : target ? [target] : view.selection;
      queue.remove(nodes.filter(isQueuedNode).map((node) => node.queued));
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
    'queue.retry': (target) => queue.retry(idOf(target)),
    'queue.open': (target) =>
      vscode.commands.executeCommand('vscode.openWith', queue.addressOf(queue.get(idOf(target))!), viewType),
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
