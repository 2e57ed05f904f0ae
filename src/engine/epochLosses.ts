import type { EpochRecord } from './records';

/** What the steps of an epoch lost so far. */
export interface LossesState {
  /** Sum over samples, and how many. */
  readonly total: number;
  readonly samples: number;
  /** Of the batches' means. */
  readonly min: number;
  readonly max: number;
}

/** Gathers the losses of an epoch's steps: their mean over samples, and the smallest and largest mean of a batch. */
export class EpochLosses {
  #total = 0;
  #samples = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param total sum over the batch's samples @param loss their mean */
  add(total: number, samples: number, loss: number): void {
    this.#total += total;
    this.#samples += samples;
    if (loss < this.#min) this.#min = loss;
    if (loss > this.#max) this.#max = loss;
  }

  get record(): EpochRecord['train'] {
    return { loss: this.#total / this.#samples, min: this.#min, max: this.#max };
  }

  /** Null where nothing was added. */
  get state(): LossesState | null {
    return this.#samples === 0 ? null : { total: this.#total, samples: this.#samples, min: this.#min, max: this.#max };
  }

  /** @param state null: as it is when an epoch begins */
  restore(state: LossesState | null): void {
    this.#total = state?.total ?? 0;
    this.#samples = state?.samples ?? 0;
    this.#min = state?.min ?? Infinity;
    this.#max = state?.max ?? -Infinity;
  }
}
