import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { QueuedRun } from '../../runs/queue';
import type { Queue } from '../queue/queue';

/** The queue, above the models, and a run in it. */
export type QueueNode = { readonly queue: true } | { readonly queued: string };

export const isQueuedNode = (node: unknown): node is { readonly queued: string } =>
  typeof node === 'object' && node !== null && 'queued' in node && typeof node.queued === 'string';

export function queueItem({ state }: Queue): vscode.TreeItem {
  const { paused, waiting } = state;
  const item = new vscode.TreeItem('Queue', vscode.TreeItemCollapsibleState.Expanded);
  item.id = 'queue';
  item.description = `${paused ? 'paused, ' : ''}${waiting.length} waiting`;
  item.tooltip = paused
    ? 'The queue is paused: no run of it begins.'
    : 'Runs begin in this order, as soon as fewer are trained than the setting Parallel Runs allows.';
  item.iconPath = new vscode.ThemeIcon(paused ? 'debug-pause' : 'list-ordered');
  item.contextValue = paused ? 'queue held' : 'queue going';
  item.accessibilityInformation = { label: `Queue, ${item.description}` };
  return item;
}

export function queuedItem(queue: Queue, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
  const run = queue.get(id);
  if (!run) return item;
  const { waiting } = queue.state;
  const at = waiting.indexOf(run);
  const begins = queue.isBeginning(id);
  const place = begins ? 'is being begun' : run.problem === undefined ? `${at + 1} of ${waiting.length}` : 'failed';
  item.label = run.name;
  item.id = `queued:${id}`;
  item.description = [
    `seed ${run.seed}`,
    run.epochs !== undefined && `${run.epochs} epochs`,
    run.resumes !== undefined && 'goes on',
    begins && 'reading data',
    run.problem,
  ]
    .filter(Boolean)
    .join(', ');
  item.iconPath = run.problem === undefined ? new vscode.ThemeIcon(begins ? 'loading~spin' : 'clock') : failed;
  item.contextValue = [
    'queued',
    begins ? 'beginning' : 'waits',
    run.problem !== undefined && 'failed',
    at > 0 && 'up',
    at < waiting.length - 1 && 'down',
  ]
    .filter(Boolean)
    .join(' ');
  item.accessibilityInformation = { label: `${run.name}, ${place}, ${item.description}` };
  item.tooltip = tooltipOf(run, place);
  item.command = { command: 'dropoutStudio.queue.open', title: 'Open the Model', arguments: [{ queued: id }] };
  return item;
}

const failed = new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground'));

function tooltipOf({ name, seed, file, problem }: QueuedRun, place: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.appendMarkdown('**').appendText(name).appendMarkdown('**\n\n');
  text.appendText(`In the queue: ${place}. Seed ${seed}. `);
  text.appendText(`The model is as it was when the run was queued; its data is looked for in ${dirname(file)}.`);
  if (problem !== undefined) text.appendMarkdown('\n\n$(error) ').appendText(problem);
  return text;
}
