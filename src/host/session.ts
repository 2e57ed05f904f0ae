import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { LoadCancelled } from '../data/source';
import type { Model } from '../model/model';
import type { SessionSnapshot, Subject, TwinSnapshot, ViewTick } from '../protocol/designer';
import { asError } from '../protocol/rpc';
import type {
  Answer,
  Kept,
  LensName,
  Pace,
  Question,
  ResumeRequest,
  ShowRequest,
  Tick,
  Watch,
} from '../protocol/training';
import type { LoadControl, Loads } from './loads';
import { afterFailure, type State, type TrainingSource, type TwinSource, idle, withChanges } from './sessionState';
import { movesOf, structureOf } from './structure';
import { lossesBefore, StepLosses } from '../protocol/stepLosses';
import { interruptedRun, newRun, type Opening, storedRun } from './openings';
import { RunLog } from './runLog';
import { RunTwin, type TwinNews } from './runTwin';
import { nameOf, RUN_SCHEME } from './uris';
import { WorkerClient } from './workerClient';

/** How long a worker is waited for that is to write its run and go, in milliseconds. */
const LEAVING = 3000;

const nothingWatched: Watch = { visible: false, sample: 'auto', frozen: false };

/**
 * The training of one document: idle → loading → training ⇄ paused → finished | stopped | failed. It owns the run;
 * views only show it, so closing or reloading one loses nothing.
 */
export class Session implements vscode.Disposable {
  private state: State = idle();
  private client?: WorkerClient;
  private wanted: Watch = nothingWatched;
  private runs = 0;
  private threadCount = 0;
  private maxBatch = 0;
  private losses = new StepLosses();
  private runLog = new RunLog();
  /** Its run was left where it is: nothing more comes of it here. */
  private left = false;
  /** What the run at hand began with, and a twin would. */
  private source?: TwinSource;
  private readonly twin: RunTwin;
  private opening?: Promise<unknown>;
  private readonly loadControl: LoadControl = {
    cancel: async (load) => this.client?.call.cancelLoad(load),
    kill: () => void this.client?.terminate(),
  };
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly ticked = new vscode.EventEmitter<ViewTick>();
  /** The state changed in more than a tick tells. */
  readonly onDidChange = this.changed.event;
  readonly onDidTick = this.ticked.event;

  constructor(
    readonly uri: vscode.Uri,
    private readonly workerPath: string,
    private readonly loads: Loads,
    private readonly log: vscode.LogOutputChannel,
    twinWanted: boolean,
    private readonly rememberTwin: (wanted: boolean) => void,
  ) {
    this.state.twinWanted = twinWanted;
    this.twin = new RunTwin({
      workerPath,
      log,
      allow: (epochs) => {
        if (this.isAlive) void this.client?.call.allow(epochs).catch(() => undefined);
      },
      told: (twin, news) => this.tellTwin(twin, news),
    });
  }

  get snapshot(): SessionSnapshot {
    return { ...this.state, losses: this.losses.data, log: this.runLog.entries };
  }

  /** That work on a step of the last run that was loaded. */
  get threads(): number {
    return this.threadCount;
  }

  get isAlive(): boolean {
    return !this.left && ['loading', 'training', 'paused'].includes(this.state.state);
  }

  get name(): string {
    // Of several runs of one model each has an address of its own.
    const own = nameOf(this.uri).replace(/\.netjson$/, '');
    return this.uri.scheme === RUN_SCHEME ? own : this.state.model?.name || own;
  }

  /** Starts a new run and goes on until told otherwise. */
  async train(source: TrainingSource): Promise<void> {
    await this.start(source);
    await this.send((c) => c.run());
  }

  /**
   * Opens an interrupted run and goes on with it, with all its curves.
   * @param now what the document says, if it is valid
   */
  async resumeRun(request: Omit<ResumeRequest, 'run' | 'load' | 'torch'>, now?: Model): Promise<void> {
    await this.load(interruptedRun(this.uri, request, now));
    await this.send((c) => c.run());
  }

  /** Shows a run as it is on disk; nothing of it is trained. */
  async showRun(request: Omit<ShowRequest, 'run' | 'load'>): Promise<void> {
    await this.load(storedRun(request));
  }

  /** Writes again what could not be written of a run. */
  async save(): Promise<void> {
    await this.client?.call.save();
  }

  /** The window closes: nothing that was learned is to be lost. */
  async leaveRun(): Promise<void> {
    this.left = true;
    await this.endWorker();
  }

  /** Starts a new run and makes its first step. */
  async trainOneStep(source: TrainingSource): Promise<void> {
    await this.start(source);
    await this.send((c) => c.step());
  }

  /** Makes one more step; a run in full motion pauses first. */
  async step(): Promise<void> {
    await this.pause();
    if (this.state.state === 'paused') await this.send((c) => c.step());
  }

  /** Answers when the step at work is done and shown. */
  async pause(): Promise<void> {
    if (this.state.state === 'training') await this.send((c) => c.pause());
  }

  async resume(): Promise<void> {
    if (this.state.state === 'paused') await this.send((c) => c.run());
  }

  async stop(): Promise<void> {
    if (this.state.state === 'training' || this.state.state === 'paused') await this.send((c) => c.stop());
    else if (this.state.state === 'loading') {
      this.loads.cancel(this.uri, this.loadControl);
      await this.opening?.catch(() => undefined);
    }
  }

  /** Ends the run with the weights of its best epoch. @throws Error where none is known */
  async stopAtBest(): Promise<void> {
    if (this.state.state === 'training' || this.state.state === 'paused') await this.send((c) => c.stopAtBest());
  }

  /** The document changed: what a run can take over reaches it at once; anything else waits for the next run. */
  async follow(model: Model): Promise<void> {
    const trained = this.state.model;
    if (!trained || !this.client || this.state.state === 'loading' || !this.isAlive) return;
    const { changes, model: followed, waiting } = movesOf(trained, model, this.maxBatch);
    const outdated = structureOf(model) !== structureOf(followed);
    if (changes.length === 0 && outdated === (this.state.outdated ?? false)) return;
    this.set({ model: followed, outdated, waiting: outdated ? waiting : undefined });
    for (const change of changes) await this.send((c) => c.change(change));
  }

  watch(watch: Watch): void {
    this.wanted = watch;
    if (!this.client || this.state.state === 'loading') return;
    this.send((c) => c.watch(watch)).catch((error: unknown) =>
      this.log.error('The view could not be followed:', asError(error)),
    );
  }

  /** Looks at the run of this session, alive or ended, or at its twin, through a lens. */
  async examine(question: Question, asker: string, pace: Pace, of: Subject = 'run'): Promise<Answer<LensName>> {
    if (of === 'twin') return this.twin.examine(question, asker, pace);
    if (!this.client || this.state.state === 'loading')
      throw new Error('There is no run to look at. Train to start one.');
    return this.client.call.examine(question, asker, pace);
  }

  /** Nobody waits for what the asker asked any more. */
  async leave(asker: string): Promise<void> {
    await Promise.all([this.client?.call.leave(asker), this.twin.leaveAsker(asker)]);
  }

  /** Loads a new run, which waits before its first step. */
  async start(source: TrainingSource): Promise<void> {
    await this.load(newRun(this.uri, source, this.log), source.model);
  }

  /**
   * @param model what is trained, where that is known before
   * @throws LoadCancelled where it was stopped meanwhile
   */
  private async load(open: Opening, model?: Model): Promise<void> {
    await this.endWorker();
    this.left = false;
    const run = `${this.name}-${++this.runs}`;
    this.reset({ state: 'loading', run, model });
    const client = new WorkerClient(
      this.workerPath,
      { tick: (tick) => this.receive(tick), kept: (of, kept) => this.keep(of, kept), loading: this.loads.told },
      (error) => this.die(client, error),
      (error) => this.log.error('The training worker reported:', error),
    );
    this.client = client;
    try {
      const opening = this.loads.during(this.uri, this.loadControl, (load) =>
        open(client.call, run, load, this.state.twinWanted ? { beside: 1 } : {}),
      );
      this.opening = opening;
      const { type, loaded, state, source, before, problems = [] } = await opening;
      for (const problem of problems) this.log.warn(`${run}: ${problem}`);
      if (before) this.losses.add(lossesBefore(before.history, before.step));
      if (!loaded) return this.set(state(this.state));
      const { data, facts, epochs, stepsPerEpoch, measured, threads, numerics, backend } = loaded;
      this.set({ data, facts, epochs, stepsPerEpoch, measured, backend, state: 'paused', ...state(this.state) });
      this.source = source;
      this.runLog.note({ type, seed: loaded.seed, threads, numerics, backend }, this.state);
      this.threadCount = threads;
      this.maxBatch = loaded.maxBatch;
      const by = backend ? `, steps by PyTorch ${backend.torch}, processes: ${backend.processes}` : '';
      this.log.info(`${run}: ${numerics} kernels, threads: ${threads}${by}.`);
      await client.call.watch(this.wanted);
      if (this.state.twinWanted) this.startTwin();
    } catch (error) {
      if (this.client !== client) throw error;
      await this.endWorker();
      if (error instanceof LoadCancelled) {
        this.reset({});
        throw error;
      }
      this.reset({ state: 'failed', message: asError(error).message, model });
      throw error;
    }
  }

  private keep(run: string, kept: Kept): void {
    if (run !== this.state.run) return;
    const { directory, problem, warning } = this.state.kept ?? {};
    this.state.kept = kept;
    // Each checkpoint is told of; who shows the run need not hear of them.
    if (directory !== kept.directory || problem !== kept.problem || warning !== kept.warning) this.changed.fire();
  }

  private receive(tick: Tick): void {
    if (tick.run !== this.state.run) return;
    const { seconds, state, epochs, changes, sight, end } = tick;
    // What is only looked at stands where it did, whatever its network counts.
    const { step, epoch, progress } = this.state.stored ? this.state : tick;
    const before = this.state.state;
    this.losses.add(tick.losses);
    const lastLoss = tick.losses.at(-1) ?? this.state.lastLoss;
    this.state.history.push(...epochs);
    for (let i = 0; i < epochs.length; i++) this.state.epochSeconds.push(seconds);
    const log = this.runLog.tick(before, tick);
    const known = this.state.changes;
    this.state.changes = withChanges(known, changes);
    const dropped = this.state.changes.length < known.length + changes.length;
    const seen = { state, step, epoch, progress, seconds, lastLoss };
    Object.assign(this.state, seen, { sight: sight ?? this.state.sight, end: end ?? this.state.end });
    if (end?.message) this.state.message = end.message;
    if (tick.problem !== undefined) this.state.message = `${tick.problem} ${afterFailure(this.state)}`;
    for (const line of tick.said ?? []) this.log.warn(line);
    this.ticked.fire({ run: tick.run, ...seen, epochs, changes, sight, end, losses: tick.losses, log });
    this.twin.follow(this.state);
    if (before !== state || dropped) this.changed.fire();
    if (end) this.log.info(`${this.name}: ${end.reason} after ${step} steps.`);
  }

  /** Whether runs have a twin beside them. One that is alive gets it, from its first step on, or loses it. */
  setTwin(wanted: boolean): void {
    if (wanted === (this.state.twinWanted ?? false)) return;
    this.set({ twinWanted: wanted });
    this.rememberTwin(wanted);
    if (!wanted) {
      if (this.twin.isThere && this.isAlive) this.runLog.note({ type: 'twinLeft' }, this.state);
      void this.twin.end();
    } else if (this.state.state === 'training' || this.state.state === 'paused') this.startTwin();
  }

  private startTwin(): void {
    if (this.source) this.twin.begin(this.source, this.state);
  }

  private tellTwin(twin: TwinSnapshot | undefined, { epochs, event, changed }: TwinNews): void {
    this.state.twin = twin;
    if (event) this.runLog.note(event, this.state);
    const { state, run, step, epoch, progress, seconds } = this.state;
    if (twin && epochs && run !== undefined && state !== 'idle' && state !== 'loading') {
      const news = { ...twin, history: epochs };
      this.ticked.fire({ run, state, step, epoch, progress, seconds, epochs: [], changes: [], twin: news });
    }
    if (changed) this.changed.fire();
  }

  private die(client: WorkerClient, error: Error): void {
    if (this.client !== client) return;
    this.client = undefined;
    void this.twin.end();
    this.log.error(`${this.name}: the training worker died.`, error);
    const { step } = this.state;
    this.runLog.note({ type: 'failed', message: error.message }, this.state);
    this.set({
      state: 'failed',
      message: `The training worker died after step ${step}: ${error.message} ${afterFailure(this.state)}`,
    });
    void this.unlock();
  }

  /** A worker that was ended by force leaves its lock behind, and this process, whose it is, lives on. */
  private async unlock(): Promise<void> {
    const lock = this.state.kept?.lock;
    if (lock === undefined) return;
    this.state.kept = { ...this.state.kept, lock: undefined };
    await rm(lock, { force: true }).catch((error: unknown) =>
      this.log.warn('A lock could not be removed:', asError(error)),
    );
  }

  private async send(call: (remote: WorkerClient['call']) => Promise<void>): Promise<void> {
    if (!this.client) throw new Error('No run is alive. Train to start one.');
    await call(this.client.call);
  }

  private set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.changed.fire();
  }

  /** Nothing of an earlier run shines through. */
  private reset(state: Partial<State>): void {
    this.losses = new StepLosses();
    this.source = undefined;
    this.runLog = new RunLog();
    this.state = { ...idle(), twinWanted: this.state.twinWanted, ...state };
    this.changed.fire();
  }

  private async endWorker(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    const left = this.twin.leave();
    // A worker that is stuck must not hold up the window.
    if (client) await Promise.race([client.call.close().catch(() => undefined), pause(LEAVING)]);
    await Promise.all([client?.terminate(), left]);
    await this.unlock();
  }

  dispose(): void {
    void this.endWorker();
    this.changed.dispose();
    this.ticked.dispose();
  }
}
