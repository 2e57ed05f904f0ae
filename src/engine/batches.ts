import { Random } from './rng/philox';

/**
 * How an epoch goes through the training samples: in an order drawn anew for each epoch (stream "shuffle", step the epoch),
 * a batch at a time. The size of a batch may change between two of them: the epoch goes on with its order where it was.
 */
export class Batches {
  /** Samples of the epoch at work that were taken. */
  position = 0;
  /** Samples a batch, but for a smaller last one. */
  size: number;
  readonly #seed: number;
  readonly #first: number;
  readonly #order: Uint32Array;
  #orderOf = 0;

  /** @param count training samples @param size of the batches that the run begins with */
  constructor(seed: number, count: number, size: number) {
    this.#seed = seed;
    this.#first = size;
    this.size = size;
    this.#order = new Uint32Array(count);
  }

  /** Training samples. */
  get count(): number {
    return this.#order.length;
  }
  /** Of an epoch in batches of the size they have now. */
  get stepsPerEpoch(): number {
    return Math.ceil(this.#order.length / this.size);
  }
  /** Whether the epoch has taken every sample. */
  get isComplete(): boolean {
    return this.position >= this.#order.length;
  }
  /** Samples in the next batch. */
  get rows(): number {
    return Math.min(this.size, this.#order.length - this.position);
  }

  /**
   * How far a run is, by the samples it took, in steps of the size it began with: what schedules go by. As long as the
   * size stays, that is the number of steps made. @param epoch at work, from 1
   */
  progress(epoch: number): number {
    return (epoch - 1) * Math.ceil(this.#order.length / this.#first) + this.position / this.#first;
  }

  /** Positions in the training set, in the order of an epoch: the next batch is those from `position` on. */
  orderOf(epoch: number): Uint32Array {
    const order = this.#order;
    if (this.#orderOf !== epoch) {
      for (let i = 0; i < order.length; i++) order[i] = i;
      new Random(this.#seed, 'shuffle', epoch).shuffle(order);
      this.#orderOf = epoch;
    }
    return order;
  }
}
