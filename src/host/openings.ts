/** The ways in which a session comes to its run: it begins a new one, goes on with one, or shows one. */
import type * as vscode from 'vscode';
import type { Model } from '../model/model';
import type { LogEvent } from '../protocol/designer';
import type { EpochRecord, Loaded, ResumeRequest, ShowRequest } from '../protocol/training';
import { tellOfOthers, torchFor, torchOfRun } from './pytorch';
import {
  beganWith,
  resumedState,
  shownState,
  startedState,
  type State,
  type TrainingSource,
  type TwinSource,
} from './sessionState';
import type { WorkerClient } from './workerClient';

/** A run that stands in the worker. */
export interface OpenedRun {
  readonly type: Extract<LogEvent, { readonly seed?: number }>['type'];
  /** Absent: it is shown without its network, which cannot be had. */
  readonly loaded?: Loaded;
  /** What is known of it besides, once it stands. */
  readonly state: (now: State) => Partial<State>;
  /** What it began with, for a twin to begin with the same; absent: it can have none. */
  readonly source?: TwinSource;
  /** What was measured of it before, until a step. */
  readonly before?: { readonly history: readonly EpochRecord[]; readonly step: number };
  /** What of it is not whole, in words for the log. */
  readonly problems?: readonly string[];
}

/**
 * Opens a run in a worker.
 * @param run what it is called
 * @param load what the reading of its data is called
 * @param beside how many others are trained beside it
 */
export type Opening = (
  call: WorkerClient['call'],
  run: string,
  load: string,
  beside: { readonly beside?: number },
) => Promise<OpenedRun>;

/** A new run, which waits before its first step. */
export const newRun =
  (uri: vscode.Uri, { model, ...given }: TrainingSource, log: vscode.LogOutputChannel): Opening =>
  async (call, run, load, beside) => {
    const { keep, pytorch, ...rest } = given;
    const source = { run, ...rest };
    const torch = await torchFor(uri, model, pytorch);
    if (torch) tellOfOthers(torch, log);
    const loaded = await call.load({ ...source, load, keep, torch, ...beside });
    return { type: 'started', loaded, source, state: ({ kept }) => startedState(kept, given) };
  };

/**
 * An interrupted run, to be gone on with.
 * @param now what the document says, if it is valid
 */
export const interruptedRun =
  (uri: vscode.Uri, request: Omit<ResumeRequest, 'run' | 'load' | 'torch'>, now?: Model): Opening =>
  async (call, run, load, beside) => {
    const torch = await torchOfRun(uri, request.directory);
    const resumed = await call.loadRun({ ...request, run, load, torch, ...beside });
    const { history, step, problems } = resumed;
    return {
      ...{ type: 'resumed', loaded: resumed, source: beganWith(run, resumed, request), problems },
      before: { history, step },
      state: () => resumedState(resumed, now),
    };
  };

/** A run as it is on disk; nothing of it is trained. */
export const storedRun =
  (request: Omit<ShowRequest, 'run' | 'load'>): Opening =>
  async (call, run, load) => {
    const shown = await call.showRun({ ...request, run, load });
    const { loaded, history, step, problems } = shown;
    return {
      ...{ type: 'shown', loaded, problems },
      before: { history, step },
      state: () => shownState(request.directory, shown),
    };
  };
