import type { Trainer } from '../engine/trainer';
import type { ChangeRecord } from '../protocol/training';

/** How a run keeps to another one, of the same model and data: no further than that is, with its changes at their steps. */
export class Following {
  readonly #trainer: Trainer;
  /** Epochs that it may make before it waits for more, and what wakes it then. */
  #allowed = Infinity;
  #wake: (() => void) | undefined;
  /** Changes of the other run that are to be made here too, in the order of their steps. */
  #due: ChangeRecord[] = [];

  constructor(trainer: Trainer) {
    this.#trainer = trainer;
  }

  /** Whether the next unit would begin an epoch that it may not make yet. */
  get mustWait(): boolean {
    return this.#trainer.epochsMade >= this.#allowed && this.#trainer.upcoming() !== undefined;
  }

  /** The step of the next change; Infinity where none is known. */
  get next(): number {
    return this.#due[0]?.step ?? Infinity;
  }

  /** Lets it make so many epochs in all: then it waits, at the end of one, until it may make more. */
  allow(epochs: number): void {
    this.#allowed = epochs;
    this.wake();
  }

  /**
   * Tells what the other run did: changes, whose steps must not be past, and epochs that it has made.
   * @param end once it has ended: whether with the weights of its best epoch
   */
  keepUp(epochs: number, changes: readonly ChangeRecord[], end?: { readonly best: boolean }): void {
    this.#due.push(...changes);
    if (end) this.#trainer.endAfter(epochs, end.best ? 'earlyStopping' : 'finished');
    this.allow(end ? Infinity : epochs);
  }

  /** Makes the changes that are to be made by now. @param made where they are added */
  makeChanges(made: ChangeRecord[]): void {
    while (this.next <= this.#trainer.step) made.push(this.#trainer.change(this.#due.shift()!));
  }

  /** Settles when somebody wakes it. */
  sleep(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
  wake(): void {
    this.#wake?.();
  }
}
