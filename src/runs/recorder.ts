import type { ChangeRecord, EndRecord, EpochRecord, Kept } from '../engine/records';
import type { Trainer, TrainerEvent } from '../engine/trainer';
import { type Checkpoint, bestCheckpoint, seal, toCheckpoint } from './checkpoint';
import type { TensorFile } from '../formats/safetensors';
import { diskReason } from './error';
import { EventFile, type EventFileStart } from './eventFile';
import { type CheckpointName, epochCheckpoint } from './open';
import { changeLine, dropLine, epochLine, timeLine } from './records';
import type { Replay } from './replay';
import type { RunDirectory } from './store';

export interface RecorderOptions {
  /** Opens the run directory. It is asked again at each checkpoint until it can. */
  readonly open: () => Promise<RunDirectory>;
  readonly trainer: Trainer;
  /** Where a run is gone on with: changes by hand that the log has already, and those of them still to be made again. */
  readonly changes?: number;
  readonly replay?: Replay;
  /** Spent training, pauses left out. */
  readonly seconds: () => number;
  /**
   * What a crash can lose, in seconds: a checkpoint is taken early enough to be on disk by then, going by how long the last
   * one took. Where the disk needs more than half of that, they follow one another. 0: as often as takes no more than a
   * twentieth of the time.
   */
  readonly interval?: number;
  /** The weights of every n-th epoch are kept; 0: of none. */
  readonly everyEpochs?: number;
  /** True: nothing is written before something is trained or changed, so a run that was never begun leaves nothing behind. */
  readonly whenTrained?: boolean;
  /** An event file of TensorBoard is written beside the run. */
  readonly events?: Pick<EventFileStart, 'before' | 'changes'>;
  /** Told at each change, with how it stands then. */
  readonly told?: (kept: Kept) => void;
  /** Milliseconds, from anywhere. */
  readonly now?: () => number;
}

interface Pending {
  /** `best`: its best weights alone. */
  readonly name: CheckpointName;
  readonly state: Checkpoint;
  readonly seconds: number;
  /** When it was taken, by `now`. */
  readonly time: number;
}

/** A checkpoint's copy holds up training: no more than this share of the time goes to them where nobody says how often. */
const SHARE = 0.05;

/**
 * Keeps a run directory abreast of a trainer. Training is held up for a copy of the weights alone: the disk is written
 * beside it, one write at a time. Where the disk fails, that is told once, training goes on, and the next checkpoint
 * tries again; nothing that was measured is lost if it succeeds.
 *
 * What is on disk is always a run that can be gone on with: the log reaches at least as far as the checkpoint, and a
 * change by hand is in the log before the first step it holds for.
 */
export class Recorder {
  #run: RunDirectory | undefined;
  /** Lines that are not in the log yet. */
  #lines: string[] = [];
  #checkpoints: Pending[] = [];
  #end: EndRecord | undefined;
  #last: EpochRecord | undefined;
  /** In the log, or about to be. */
  #changes: number;
  /** The epoch whose weights `best` has. */
  #best: number | undefined;
  /** Whether the trainer stands where a run can be gone on from. */
  #restorable = true;
  #kept: Kept = {};

  #writing: Promise<void> | undefined;
  /** Why the last write failed. */
  #failure: Error | undefined;
  /** Asked to try again, whatever went wrong the last time. */
  #retry = true;
  #ended = false;
  #closed = false;
  /** Whether there is anything to keep. */
  #begun: boolean;
  /** Settles when training may go on. */
  #hold: Promise<void> | undefined;
  /** When the state was last taken that a run is to go on from. */
  #taken: number;
  /** From its being taken to its being on disk, as it was the last time. */
  #wrote = 0;
  /** For how long the copies of one checkpoint held up training. */
  #cost = 0;
  /** The least of these: what else the machine did meanwhile is no cost of a copy. */
  #leastCost = Infinity;
  #events: EventFile | undefined;
  /** What an event file that is to be written will begin with; undefined where none is, and once it is there. */
  #unseen: { readonly epochs: EpochRecord[]; readonly changes: ChangeRecord[] } | undefined;

  constructor(private readonly options: RecorderOptions) {
    this.#changes = options.changes ?? 0;
    this.#taken = this.#now();
    this.#begun = !options.whenTrained;
    if (options.events) this.#unseen = { epochs: [], changes: [] };
    this.#write();
  }

  get kept(): Kept {
    return this.#kept;
  }

  /** What training must wait for before its next unit: a change that is not on disk yet, weights that are to be kept. */
  get hold(): Promise<void> | undefined {
    return this.#hold;
  }

  /** Something is being written: a loop that never lets go of its thread would hold it up. */
  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /** Tells of a unit of training, right behind it. */
  record(event: TrainerEvent): void {
    const { everyEpochs = 0 } = this.options;
    if (event.type === 'step') this.#begin();
    // Within an evaluation, weights may have been put back for it.
    this.#restorable = event.type !== 'evaluated';
    switch (event.type) {
      case 'evaluated':
        return;
      case 'end': {
        const { reason, kept } = event.record;
        this.#end = event.record;
        // Weights that are not finite must not replace those that can be gone on with; nor those of an earlier epoch.
        this.#take(reason === 'nan' || (reason === 'stopped' && kept !== undefined) ? 'best' : 'last');
        this.#write();
        return;
      }
      case 'epoch':
        this.#last = event.record;
        this.#events?.add(event.record);
        this.#unseen?.epochs.push(event.record);
        this.#lines.push(epochLine(event.record));
        if (everyEpochs > 0 && event.record.epoch % everyEpochs === 0) {
          this.#take(epochCheckpoint(event.record.epoch));
          this.#wait();
        }
        break;
      case 'step':
    }
    if (this.#isDue()) this.#take('last');
    if (this.#lines.length > 0 || this.#checkpoints.length > 0) this.#write();
  }

  /** Tells of a change by hand, right behind it: `hold` settles when it is on disk. */
  change(record: ChangeRecord): void {
    const { replay } = this.options;
    this.#begin();
    if (replay && replay.left > 0) {
      // Whoever changes something now takes another way than the run took before.
      this.#changes -= replay.left;
      replay.drop();
      this.#lines.push(dropLine(this.#changes));
    }
    this.#lines.push(changeLine(record, this.#changes++));
    this.#events?.change(record);
    this.#unseen?.changes.push(record);
    this.#wait();
  }

  /**
   * Writes all there is to write, the run's end with it, and lets go of the directory. A run that has not ended can be
   * gone on with from this very step.
   * @returns how it stands then; with a problem it is not all on disk, and may be asked again
   */
  async finish(): Promise<Kept> {
    if (this.#closed) return this.#kept;
    await this.#settle();
    if (!this.#end && this.#restorable) this.#take('last');
    this.#retry = true;
    this.#write();
    await this.#settle();
    if (this.#failure === undefined) await this.close();
    return this.#kept;
  }

  /** Lets go of the directory as it is. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#settle();
    await this.#events?.close();
    await this.#run?.close().catch((error: Error) => this.#tell({ problem: explain(error, this.#run?.directory) }));
    this.#tell({ lock: undefined });
  }

  /** Training rests: nothing that was learned until here is to be lost, however long it does. */
  rest(): void {
    if (this.#end || this.#closed || !this.#restorable) return;
    const { step } = this.options.trainer;
    if (this.#checkpoints.some(({ name, state }) => name === 'last' && state.counters.step === step)) return;
    this.#take('last');
    this.#write();
  }

  async #settle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** There is something to keep, if there was not before. */
  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#write();
  }

  #now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }

  #isDue(): boolean {
    const { interval = 5 } = this.options;
    // One copy at a time. Lines being written are no reason: of a fast network there are always some.
    if (this.#checkpoints.length > 0 && this.#failure === undefined) return false;
    const pause = interval > 0 ? interval * 1000 - this.#wrote : Math.min(this.#leastCost, this.#cost) / SHARE;
    return this.#now() - this.#taken >= pause;
  }

  /** Copies the state, in place of an older one that still waits under the same name. */
  #take(name: CheckpointName): void {
    const begin = this.#now();
    const { trainer, seconds, replay } = this.options;
    const state = { ...trainer.state(), changes: this.#changes - (replay?.left ?? 0) };
    const time = this.#now();
    // While the disk fails, copies must not pile up.
    const waiting = this.#checkpoints.filter((c) => c.name !== name && (!this.#failure || c.name === 'last'));
    this.#checkpoints = [...waiting, { name, state, seconds: seconds(), time }];
    this.#retry = true;
    // Weights that are kept besides put off no checkpoint.
    if (name !== 'last') return;
    this.#taken = time;
    this.#cost = time - begin;
  }

  /** Holds training until all that waits is on disk, or the disk fails. */
  #wait(): void {
    this.#retry = true;
    this.#write();
    const hold = this.#settle().finally(() => {
      if (this.#hold === hold) this.#hold = undefined;
    });
    this.#hold = hold;
  }

  #write(): void {
    if (this.#writing || this.#closed || !this.#begun || (this.#failure && !this.#retry)) return;
    this.#retry = false;
    this.#writing = this.#all().then(
      () => {
        this.#writing = undefined;
        this.#failure = undefined;
        if (this.#kept.problem !== undefined) this.#tell({ problem: undefined });
        // What came in meanwhile.
        if (this.#lines.length > 0 || this.#checkpoints.length > 0) this.#write();
      },
      (error: Error) => {
        this.#writing = undefined;
        const first = this.#failure === undefined;
        this.#failure = error;
        if (first || this.#kept.problem === undefined) this.#tell({ problem: explain(error, this.#run?.directory) });
      },
    );
  }

  /** Writes what waits, in the order that keeps the directory whole: log, best, last, end. */
  async #all(): Promise<void> {
    if (!this.#run) {
      this.#run = await this.options.open();
      this.#tell({ directory: this.#run.directory, lock: this.#run.lock.path });
      this.#openEvents(this.#run.directory);
    }
    const run = this.#run;
    if (!(await run.lock.isHeld()))
      throw new Error(
        'the folder was moved or removed, or another program has taken the run. Put it back where it was; where it is gone for good, stop and train anew.',
      );
    const checkpoints = [...this.#checkpoints];
    await this.#append(run);
    for (const pending of checkpoints) {
      await this.#checkpoint(run, pending);
      this.#checkpoints = this.#checkpoints.filter((c) => c !== pending);
    }
    if (!this.#end || this.#ended || this.#checkpoints.length > 0) return;
    await this.#append(run);
    await run.sync();
    await run.end(this.#end, { seconds: this.options.seconds(), last: this.#last });
    this.#ended = true;
  }

  #openEvents(directory: string): void {
    const { events, trainer } = this.options;
    if (!events || !this.#unseen) return;
    const { before = [], changes = [] } = events;
    const learningRate = trainer.config.optimizer.params.learningRate as number | undefined;
    const { epochs, changes: made } = this.#unseen;
    const start = { before: [...before, ...epochs], changes: [...changes, ...made], learningRate };
    this.#events = new EventFile(directory, start, ({ message }) =>
      this.#tell({ warning: `The event file of TensorBoard cannot be written: ${message}. Training goes on.` }),
    );
    this.#unseen = undefined;
  }

  async #append(run: RunDirectory): Promise<void> {
    const count = this.#lines.length;
    if (count === 0) return;
    await run.append(this.#lines.join(''));
    this.#lines.splice(0, count);
    // Changes by hand must outlast a power cut before a step is made with them.
    if (this.#hold) await run.sync();
  }

  async #checkpoint(run: RunDirectory, { name, state, seconds, time }: Pending): Promise<void> {
    await run.append(timeLine(state.counters.step, seconds));
    await run.sync();
    const { best } = state.counters;
    const weights = bestCheckpoint(state);
    if (best && weights && best.epoch !== this.#best) {
      await run.checkpoint('best', await this.#seal(weights));
      this.#best = best.epoch;
    }
    if (name === 'best') return;
    await run.checkpoint(name, await this.#seal(toCheckpoint(state)));
    if (name !== 'last') return;
    this.#wrote = this.#now() - time;
    this.#leastCost = Math.min(this.#leastCost, this.#cost);
    this.#tell({ checkpoint: { step: state.counters.step, epoch: state.counters.epoch } });
  }

  #seal(file: TensorFile): Promise<Uint8Array> {
    const begin = this.#now();
    const sealing = seal(file);
    this.#cost += this.#now() - begin;
    return sealing;
  }

  #tell(news: { readonly [K in keyof Kept]: Kept[K] | undefined }): void {
    this.#kept = { ...this.#kept, ...news };
    this.options.told?.(this.#kept);
  }
}

/** What went wrong on the disk, and what can be done. */
export function explain(error: Error, directory: string | undefined): string {
  const place = directory ?? (error as NodeJS.ErrnoException).path ?? 'its folder';
  return `The run cannot be kept in ${place}: ${diskReason(error) ?? error.message} Training goes on in memory, and the next checkpoint tries again.`;
}
