import { RunError } from './error';

/** A run that waits to be trained. All of it is held here: later edits of the model's file do not reach it. */
export interface QueuedRun {
  readonly id: string;
  /** Of the model. */
  readonly name: string;
  /** Absolute path of the model's file: data and the folder of runs are found from there. */
  readonly file: string;
  /** The model as it was when the run was queued. */
  readonly text: string;
  /** Of weights, batches and masks. */
  readonly seed: number;
  /** Instead of the model's. */
  readonly epochs?: number;
  /** Absolute path of a run that was interrupted: it is gone on with, instead of a new one. */
  readonly resumes?: string;
  /** Which repeats it is one of. */
  readonly repeats?: string;
  /** Why it could not begin: it is passed over until somebody asks for it again. */
  readonly problem?: string;
}

/** Runs that differ by their seeds alone: once all are over, they are compared. */
export interface Repeats {
  readonly id: string;
  /** Of the model. */
  readonly name: string;
  /** Absolute paths of those that have begun. */
  readonly directories: readonly string[];
}

/** What is remembered of a queue. */
export interface QueueState {
  /** True: nothing begins. */
  readonly paused: boolean;
  /** In their order. */
  readonly waiting: readonly QueuedRun[];
  readonly repeats: readonly Repeats[];
}

export const EMPTY_QUEUE: QueueState = { paused: false, waiting: [], repeats: [] };

/** What a queue needs of the world. */
export interface QueueHost {
  /** How many runs may be trained at once. */
  readonly limit: () => number;
  /** How many are being trained, those left out that this queue is just beginning. */
  readonly busy: () => number;
  /**
   * Begins a run. Answers with its directory once it is being trained, or with nothing where somebody gave it up; rejects
   * where it cannot be trained.
   */
  readonly begin: (run: QueuedRun) => Promise<string | undefined>;
  /** Gives up what is being begun. */
  readonly cancel: (run: QueuedRun) => void;
  /** Whether the run there is being trained, is paused, or is still being written. */
  readonly isAlive: (directory: string) => boolean;
  /** Something is different: to be shown, and to be remembered. */
  readonly changed: () => void;
  /** A run could not begin; the others go on. */
  readonly failed: (run: QueuedRun, problem: string) => void;
  /** The repeats are over. */
  readonly ended: (repeats: Repeats) => void;
}

/** Runs that wait, and the rule by which they begin: the first, as soon as fewer are being trained than may be at once. */
export class RunQueue {
  #state = EMPTY_QUEUE;
  readonly #beginning = new Set<string>();
  readonly #host: QueueHost;
  #ids = 0;
  #closed = false;

  constructor(host: QueueHost) {
    this.#host = host;
  }

  get state(): QueueState {
    return this.#state;
  }

  /** Whether the run is being begun: it waits no longer, and is not being trained yet. */
  isBeginning(id: string): boolean {
    return this.#beginning.has(id);
  }

  /**
   * Takes up what was remembered, before what was queued meanwhile. Nothing of it begins by itself: the queue is paused.
   * @returns how many runs are held back so: none where the queue was paused already
   */
  restore({ paused, waiting, repeats }: QueueState): number {
    const held = paused ? 0 : waiting.filter((run) => run.problem === undefined).length;
    for (const { id } of [...waiting, ...repeats]) this.#ids = Math.max(this.#ids, Number(id));
    this.#set({
      paused: this.#state.paused || paused || held > 0,
      waiting: [...waiting, ...this.#state.waiting],
      repeats: [...repeats, ...this.#state.repeats],
    });
    this.fill();
    return held;
  }

  /**
   * Puts runs at the end.
   * @param repeats of which all of them are, with those that have been made before
   * @returns what they are called here
   * @throws RunError where one of them waits already: then none is queued
   */
  add(runs: readonly Omit<QueuedRun, 'id' | 'repeats' | 'problem'>[], repeats?: Omit<Repeats, 'id'>): string[] {
    const known = new Map(this.#state.waiting.map((run) => [keyOf(run), run]));
    for (const run of runs) {
      const key = keyOf({ ...run, id: '' });
      if (known.has(key))
        throw new RunError(
          run.resumes !== undefined
            ? `${run.name} waits in the queue already, to be gone on with.`
            : `${run.name} with seed ${run.seed} waits in the queue already, and would come to the same numbers again. Change the model or its seed, or remove the run that waits.`,
        );
      known.set(key, { ...run, id: '' });
    }
    const group = repeats && { ...repeats, id: this.#nextId() };
    const added = runs.map((run) => ({ ...run, id: this.#nextId(), ...(group && { repeats: group.id }) }));
    this.#set({
      waiting: [...this.#state.waiting, ...added],
      ...(group && { repeats: [...this.#state.repeats, group] }),
    });
    this.fill();
    return added.map(({ id }) => id);
  }

  /** Moves a run by so many places, up where negative, but not beyond either end. */
  move(id: string, by: number): void {
    const from = this.#state.waiting.findIndex((run) => run.id === id);
    if (from < 0) return;
    const waiting = [...this.#state.waiting];
    const [run] = waiting.splice(from, 1);
    waiting.splice(Math.max(0, Math.min(waiting.length, from + by)), 0, run);
    this.#set({ waiting });
  }

  /** Takes runs out; what is being begun is given up. */
  remove(ids: readonly string[]): void {
    const gone = this.#state.waiting.filter(({ id }) => ids.includes(id));
    this.#set({ waiting: this.#state.waiting.filter((run) => !gone.includes(run)) });
    for (const run of gone) if (this.#beginning.has(run.id)) this.#host.cancel(run);
    this.fill();
  }

  /** A run that could not begin is to be tried again, in its place. */
  retry(id: string): void {
    this.#change(id, undefined);
    this.fill();
  }

  /** Nothing begins any more; what is being trained goes on. */
  pause(): void {
    this.#set({ paused: true });
  }

  resume(): void {
    this.#set({ paused: false });
    this.fill();
  }

  /** Begins what may begin: to be called whenever a run ended, paused or went on, or the limit changed. */
  fill(): void {
    if (this.#closed) return;
    while (!this.#state.paused && this.#host.busy() + this.#beginning.size < this.#host.limit()) {
      const next = this.#state.waiting.find((run) => run.problem === undefined && !this.#beginning.has(run.id));
      if (!next) break;
      void this.#begin(next);
    }
    this.#endRepeats();
  }

  /** The window closes: nothing begins any more, and what has not begun still waits. */
  close(): void {
    this.#closed = true;
  }

  async #begin(run: QueuedRun): Promise<void> {
    this.#beginning.add(run.id);
    this.#host.changed();
    try {
      const directory = await this.#host.begin(run);
      const group = directory === undefined ? undefined : this.#state.repeats.find(({ id }) => id === run.repeats);
      const now = group && { ...group, directories: [...group.directories, directory!] };
      this.#beginning.delete(run.id);
      this.#set({
        waiting: this.#state.waiting.filter(({ id }) => id !== run.id),
        ...(now && { repeats: this.#state.repeats.map((other) => (other === group ? now : other)) }),
      });
    } catch (error) {
      this.#beginning.delete(run.id);
      const isWaiting = this.#state.waiting.some(({ id }) => id === run.id);
      // What ends with the window has nothing wrong with it.
      const problem = this.#closed ? undefined : error instanceof Error ? error.message : String(error);
      this.#change(run.id, problem);
      if (isWaiting && problem !== undefined) this.#host.failed(run, problem);
    }
    this.fill();
  }

  #endRepeats(): void {
    const { waiting, repeats } = this.#state;
    const ended = repeats.filter(
      ({ id, directories }) =>
        !waiting.some((run) => isOneOf(run, id, directories) && run.problem === undefined) &&
        !directories.some((directory) => this.#host.isAlive(directory)),
    );
    if (ended.length === 0) return;
    this.#set({ repeats: repeats.filter((group) => !ended.includes(group)) });
    for (const group of ended) this.#host.ended(group);
  }

  #change(id: string, problem: string | undefined): void {
    const waiting = this.#state.waiting.map((run) => (run.id === id ? { ...run, problem } : run));
    this.#set({ waiting });
  }

  #set(change: Partial<QueueState>): void {
    this.#state = { ...this.#state, ...change };
    this.#host.changed();
  }

  #nextId(): string {
    return String(++this.#ids);
  }
}

/** Whether a run is one of the repeats that has not begun, or one that was interrupted. */
const isOneOf = ({ repeats, resumes }: QueuedRun, id: string, directories: readonly string[]): boolean =>
  repeats === id || (resumes !== undefined && directories.includes(resumes));

/** Runs of the same key come to the same numbers. */
const keyOf = ({ file, text, seed, epochs, resumes }: QueuedRun): string =>
  JSON.stringify([file, text, seed, epochs, resumes]);
