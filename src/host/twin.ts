import type * as vscode from 'vscode';
import type { SessionSnapshot, TwinSnapshot } from '../protocol/designer';
import { asError } from '../protocol/rpc';
import type { Answer, LensName, Pace, Question, Tick } from '../protocol/training';
import type { TwinSource } from './sessionState';
import { WorkerClient } from './workerClient';

/** Seconds of its own training that a twin may be behind before the run waits for it, and how many epochs at least. */
const BEHIND_SECONDS = 0.5;
const BEHIND_EPOCHS = 2;

export interface TwinHost {
  readonly workerPath: string;
  readonly log: vscode.LogOutputChannel;
  /** The run may make so many epochs: it waits for its twin there. */
  readonly allow: (epochs: number) => void;
  /** `epochs` since the last time; `state` changed where `changed`. */
  readonly told: (twin: TwinSnapshot, epochs: TwinSnapshot['history'], changed: boolean) => void;
}

/**
 * The twin of a run, in a worker of its own. It follows: it makes no epoch that the run has not made, and each change by hand
 * at the step at which the run made it. So it pauses, steps and ends as the run does, and is the same whichever is faster.
 */
export class Twin {
  #snapshot: TwinSnapshot = { state: 'loading', history: [] };
  readonly #client: WorkerClient;
  readonly #host: TwinHost;
  #run: SessionSnapshot | undefined;
  #changes = 0;
  #epochs = 0;
  #ended = false;
  #ready = false;
  /** Begun late it has to catch up first: the run does not wait for that. */
  #catchingUp: boolean;
  #seconds = 0;

  /** @param source of the run; @param run as it stands: where it has made epochs, the twin makes them first */
  constructor(host: TwinHost, source: TwinSource, run: SessionSnapshot) {
    this.#host = host;
    this.#catchingUp = run.history.length > BEHIND_EPOCHS;
    this.#client = new WorkerClient(
      host.workerPath,
      { tick: (tick) => this.#receive(tick), kept: () => undefined, loading: () => undefined },
      (error) => this.#fail(`The twin's worker died: ${error.message}`, error),
      (error) => host.log.error('The twin reported:', error),
    );
    if (!this.#catchingUp) host.allow(BEHIND_EPOCHS);
    this.#load(source).catch((error: unknown) => this.#fail(asError(error).message, asError(error)));
  }

  get snapshot(): TwinSnapshot {
    return this.#snapshot;
  }

  async #load(source: TwinSource): Promise<void> {
    await this.#client.call.load({ ...source, twin: true, beside: 1 });
    await this.#client.call.allow(0);
    await this.#client.call.run();
    this.#ready = true;
    this.#keepUp();
  }

  /** The run went on: so may the twin. */
  follow(run: SessionSnapshot): void {
    this.#run = run;
    if (this.#ready) this.#keepUp();
  }

  #keepUp(): void {
    const run = this.#run;
    if (!run || this.#ended) return;
    const { history, changes, end, state, step } = run;
    if (state === 'failed') return this.#stop();
    // Of a run that is gone on with, some that are known are made again only later, or not at all.
    const made = changes.filter((c) => c.step < step);
    if (history.length === this.#epochs && made.length === this.#changes && !end) return;
    // A rate of the run's is not the twin's: nothing of it drops.
    const fresh = made.slice(this.#changes).filter((c) => c.layer === undefined);
    this.#epochs = history.length;
    this.#changes = made.length;
    this.#ended = end !== undefined;
    const best = end && { best: end.reason === 'earlyStopping' || end.kept !== undefined };
    this.#send(this.#client.call.keepUp(history.length, fresh, best));
  }

  #receive(tick: Tick): void {
    const { state, epochs, end, seconds } = tick;
    this.#seconds = seconds;
    const before = this.#snapshot;
    if (before.state === 'failed') return;
    const changed = state !== before.state || end !== undefined;
    if (epochs.length === 0 && !changed) return;
    const history = epochs.length > 0 ? [...before.history, ...epochs] : before.history;
    this.#snapshot = { state, history, end: end ?? before.end, message: end?.message ?? before.message };
    this.#letRun();
    this.#host.told(this.#snapshot, epochs, changed);
  }

  /** How far the run may go: so many epochs on as the twin makes in half a second. */
  #letRun(): void {
    const made = this.#snapshot.history.length;
    const lead = Math.max(BEHIND_EPOCHS, Math.ceil((made / Math.max(this.#seconds, 1e-3)) * BEHIND_SECONDS));
    if (this.#catchingUp && (this.#run?.history.length ?? 0) - made > lead) return;
    this.#catchingUp = false;
    this.#host.allow(this.#snapshot.end ? Infinity : made + lead);
  }

  #stop(): void {
    this.#ended = true;
    this.#send(this.#client.call.stop());
  }

  #fail(message: string, error: Error): void {
    this.#host.log.error('The twin cannot go on:', error);
    this.#snapshot = { ...this.#snapshot, state: 'failed', message };
    this.#host.allow(Infinity);
    this.#host.told(this.#snapshot, [], true);
  }

  #send(call: Promise<void>): void {
    call.catch((error: unknown) => this.#host.log.error('The twin could not follow:', asError(error)));
  }

  /** Looks at it through a lens. @throws Error before it is loaded */
  async examine(question: Question, asker: string, pace: Pace): Promise<Answer<LensName>> {
    if (!this.#ready) throw new Error('The twin is not there yet.');
    return this.#client.call.examine(question, asker, pace);
  }

  async leave(asker: string): Promise<void> {
    if (this.#ready) await this.#client.call.leave(asker);
  }

  async dispose(): Promise<void> {
    this.#host.allow(Infinity);
    await this.#client.terminate();
  }
}
