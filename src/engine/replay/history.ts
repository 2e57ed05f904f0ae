import type { ChangeRecord, EpochRecord } from '../records';
import type { TrainerState } from '../state';
import type { Trainer } from '../trainer';

/** What a history may keep. */
export interface HistoryLimits {
  /** Bytes of all states together. At least `FEWEST` are kept all the same. */
  readonly bytes: number;
  readonly states: number;
}

const LIMITS: HistoryLimits = { bytes: 64 * 2 ** 20, states: 64 };
/** However large a state is: with fewer, every way back would be nearly the whole run. */
const FEWEST = 4;

/** From a step on, until the next of these. */
interface Since<T> {
  readonly step: number;
  readonly is: T;
}

/** How an epoch is cut: batches of a size, from as many samples on as it had taken by then. */
interface Cut {
  readonly position: number;
  readonly size: number;
}

/**
 * What a run leaves behind so that any step of it can be made again: states at some of its steps, what was changed by hand,
 * and what was measured after each epoch. States lie at the multiples of a stride, which doubles whenever there are too
 * many: so they cover the whole run evenly, and what is kept is bounded however long it gets.
 */
export class RunHistory {
  /** Of the first step that can be made again. */
  readonly first: number;
  readonly changes: ChangeRecord[] = [];

  readonly #trainer: Trainer;
  readonly #limits: HistoryLimits;
  readonly #states = new Map<number, TrainerState>();
  readonly #epochs = new Map<number, EpochRecord>();
  readonly #rates = new Map<string, Since<number>[]>();
  readonly #cuts: Since<Cut>[] = [];
  #most: number | undefined;
  #stride = 1;
  #next: number;

  /** @param trainer standing where the history begins */
  constructor(trainer: Trainer, limits: HistoryLimits = LIMITS) {
    this.#trainer = trainer;
    this.#limits = limits;
    this.first = trainer.step;
    this.#next = trainer.step;
    this.#note();
  }

  /** To be called before each unit of work: keeps the state where one is due, and else costs nothing. */
  keep(): void {
    const { step } = this.#trainer;
    if (step < this.#next || !this.#trainer.upcoming()) return;
    // Its weights of the best epoch lead to no step.
    const state = this.#trainer.state({ best: false });
    this.#most ??= Math.max(FEWEST, Math.min(this.#limits.states, Math.floor(this.#limits.bytes / bytesOf(state))));
    this.#states.set(step, state);
    while (this.#states.size > this.#most) {
      this.#stride *= 2;
      for (const kept of this.#states.keys()) if ((kept - this.first) % this.#stride !== 0) this.#states.delete(kept);
    }
    this.#next = this.first + (Math.floor((step - this.first) / this.#stride) + 1) * this.#stride;
  }

  /** Something was changed by hand, from the next step on. */
  changed(change: ChangeRecord): void {
    this.changes.push(change);
    this.#note();
  }

  /** An epoch was closed. */
  measured(record: EpochRecord): void {
    this.#epochs.set(record.epoch, record);
    this.#note();
  }

  /** The last state kept at or before a step. @throws RangeError where the history begins later */
  before(step: number): TrainerState {
    let best: TrainerState | undefined;
    for (const state of this.#states.values())
      if (state.counters.step <= step && (!best || state.counters.step > best.counters.step)) best = state;
    if (!best) throw new RangeError(`This run is known from step ${this.first + 1} on; asked for step ${step + 1}.`);
    return best;
  }

  /** Steps, from 0, that a state is kept of. */
  get kept(): readonly number[] {
    return [...this.#states.keys()].sort((a, b) => a - b);
  }

  /** What was measured after an epoch. @throws RangeError where it was not closed */
  epoch(epoch: number): EpochRecord {
    const record = this.#epochs.get(epoch);
    if (!record) throw new RangeError(`Epoch ${epoch} has not been measured.`);
    return record;
  }

  /** How many samples a step was made on. */
  rowsAt(step: number): number {
    const { step: since, is } = at(this.#cuts, step);
    const { size, position } = is;
    const { count } = this.#trainer.batches;
    const left = count - position;
    const inEpoch = Math.ceil(left / size);
    const nth = step - since;
    if (nth < inEpoch) return Math.min(size, left - nth * size);
    return Math.min(size, count - ((nth - inEpoch) % Math.ceil(count / size)) * size);
  }

  /** The rate that a layer had in a step. @throws RangeError where the layer does not drop */
  rateAt(layer: string, step: number): number {
    const all = this.#rates.get(layer);
    if (!all) throw new RangeError(`Layer "${layer}" drops nothing, so it has no rate.`);
    return at(all, step).is;
  }

  /** What holds from the next step on, as far as it is new. */
  #note(): void {
    const { step, network, batches } = this.#trainer;
    for (const { id, runtime } of network.layers) {
      if (!runtime.dropping) continue;
      const { rate } = runtime.dropping;
      const all = this.#rates.get(id) ?? [];
      this.#rates.set(id, all);
      dropUnused(all, step);
      if (all.at(-1)?.is !== rate) all.push({ step, is: rate });
    }
    const { size, count } = batches;
    dropUnused(this.#cuts, step);
    if (this.#cuts.at(-1)?.is.size !== size)
      this.#cuts.push({ step, is: { size, position: batches.position % count } });
  }
}

/** What was set and set again before any step was made has never held. */
function dropUnused<T>(all: Since<T>[], step: number): void {
  if (all.at(-1)?.step === step) all.pop();
}

/** The last of them that holds at a step. */
function at<T>(all: readonly Since<T>[], step: number): Since<T> {
  let low = 0;
  for (let high = all.length - 1; low < high;) {
    const middle = Math.ceil((low + high) / 2);
    if (all[middle].step <= step) low = middle;
    else high = middle - 1;
  }
  return all[low];
}

const bytesOf = ({ tensors }: TrainerState): number => {
  let bytes = 0;
  for (const { values } of tensors.values()) bytes += values.byteLength;
  return Math.max(1, bytes);
};
