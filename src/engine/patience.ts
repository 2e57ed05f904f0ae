import type { TrainingConfig } from '../model/model';

/** What early stopping remembers, as a checkpoint holds it. */
export interface PatienceState {
  readonly best: number | null;
  readonly waited: number;
}

/** Early stopping: over where the loss has not come down for `patience` epochs (Prechelt, "Early Stopping", 1998). */
export class Patience {
  readonly #config: TrainingConfig['earlyStopping'];
  #best: number | null = null;
  #waited = 0;

  constructor(config: TrainingConfig['earlyStopping']) {
    this.#config = config;
  }

  get isOver(): boolean {
    return this.#config !== undefined && this.#waited >= this.#config.patience;
  }

  /** @param loss of validation, or without one of training, dropout off */
  epochEnd(loss: number): void {
    if (!this.#config) return;
    if (this.#best === null || loss < this.#best - this.#config.minDelta) {
      this.#best = loss;
      this.#waited = 0;
    } else this.#waited++;
  }

  state(): PatienceState {
    return { best: this.#best, waited: this.#waited };
  }
  restore({ best, waited }: PatienceState): void {
    this.#best = best;
    this.#waited = waited;
  }
}
