/** Losses of single steps, for curves: bounded, and no peak is lost. */
import type { EpochRecord } from '../engine/records';

/** As it goes from host to page: a bucket holds `size` steps in a row, the last one maybe fewer. */
export interface StepLossesData {
  /** Steps told so far. */
  readonly count: number;
  /** Steps a bucket: 1 as long as each step is kept by itself, then 2, 4, 8, ... */
  readonly size: number;
  /** The smallest and the largest loss of each bucket. */
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/** Every step of a run by itself up to here; beyond, neighbours share a bucket. 1 MiB in all. */
export const MOST_BUCKETS = 2 ** 17;

/** Collects the loss of every step, dropout on. Where there are too many, two neighbouring buckets become one. */
export class StepLosses {
  #count = 0;
  #size = 1;
  #min: Float32Array;
  #max: Float32Array;
  readonly #most: number;

  /** @param most buckets, an even number */
  constructor(from?: StepLossesData, most = MOST_BUCKETS) {
    this.#most = most;
    this.#min = new Float32Array(Math.max(256, from?.min.length ?? 0));
    this.#max = new Float32Array(this.#min.length);
    if (!from) return;
    this.#min.set(from.min);
    this.#max.set(from.max);
    this.#count = from.count;
    this.#size = from.size;
  }

  get count(): number {
    return this.#count;
  }

  add(losses: ArrayLike<number>): void {
    for (let i = 0; i < losses.length; i++) this.#push(losses[i]);
  }

  #push(loss: number): void {
    const inside = this.#count % this.#size;
    let at = Math.floor(this.#count / this.#size);
    if (inside === 0 && at === this.#most) {
      this.#halve();
      at = this.#most / 2;
    }
    if (at === this.#min.length) this.#grow();
    const begins = this.#count % this.#size === 0;
    this.#min[at] = begins ? loss : Math.min(this.#min[at], loss);
    this.#max[at] = begins ? loss : Math.max(this.#max[at], loss);
    this.#count++;
  }

  #halve(): void {
    for (let i = 0; i < this.#most / 2; i++) {
      this.#min[i] = Math.min(this.#min[2 * i], this.#min[2 * i + 1]);
      this.#max[i] = Math.max(this.#max[2 * i], this.#max[2 * i + 1]);
    }
    this.#size *= 2;
  }

  #grow(): void {
    const longer = (from: Float32Array): Float32Array => {
      const to = new Float32Array(Math.min(this.#most, from.length * 2));
      to.set(from);
      return to;
    };
    this.#min = longer(this.#min);
    this.#max = longer(this.#max);
  }

  /** Views, valid until the next `add`: a message copies them. */
  get data(): StepLossesData {
    const buckets = Math.ceil(this.#count / this.#size);
    return {
      count: this.#count,
      size: this.#size,
      min: this.#min.subarray(0, buckets),
      max: this.#max.subarray(0, buckets),
    };
  }
}

export const NO_LOSSES: StepLossesData = { count: 0, size: 1, min: new Float32Array(0), max: new Float32Array(0) };

/** Losses of the steps that were made before a run is gone on with: single ones are not kept, so their epochs' means. */
export function lossesBefore(history: readonly EpochRecord[], step: number): Float32Array {
  const losses = new Float32Array(step);
  let from = 0;
  for (const { step: end, train } of history) {
    losses.fill(train.loss, from, end);
    from = end;
  }
  return losses.fill(history.at(-1)?.train.loss ?? NaN, from);
}
