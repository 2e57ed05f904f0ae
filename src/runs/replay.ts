import type { ChangeRecord } from '../engine/records';
import type { Trainer } from '../engine/trainer';

/** Makes the changes of a run again that were made by hand after the checkpoint it goes on from, each at its step. */
export class Replay {
  #next = 0;

  constructor(
    private readonly trainer: Trainer,
    private readonly changes: readonly ChangeRecord[],
  ) {}

  /** Changes that are not made yet. */
  get left(): number {
    return this.changes.length - this.#next;
  }

  /** The step that the next of them is made at; undefined where none is left. */
  get next(): number | undefined {
    return this.changes.at(this.#next)?.step;
  }

  /** They are not to be made any more. */
  drop(): void {
    this.#next = this.changes.length;
  }

  /**
   * Before each unit of training: makes what is due. A change held from the step it names on, and was made in its epoch:
   * at the end of one, a rate that a schedule sets at the start of the next comes first.
   * @param told of each that is made
   */
  advance(told?: (change: ChangeRecord) => void): void {
    for (let change = this.changes[this.#next]; change && this.#isDue(change); change = this.changes[this.#next]) {
      this.#next++;
      const made = this.trainer.change(change);
      told?.(made);
    }
  }

  #isDue({ step, epoch }: ChangeRecord): boolean {
    return this.trainer.step > step || (this.trainer.step === step && this.trainer.epoch >= epoch);
  }
}
