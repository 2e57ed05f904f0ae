/** A stretch of the network's memory, in bytes from its start; `length` counts elements. */
export interface Slot {
  readonly offset: number;
  readonly length: number;
}

/** Moments of a step from `from` to `to`, both included. Network code numbers them; here they are only compared. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Bytes in whole cache lines of 64: what a stretch takes, so that the next one begins at a line's start. */
export const lines = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Something that needs `bytes` of memory while it is alive, and nothing of it at other times. */
export interface Stretch {
  readonly bytes: number;
  readonly alive: readonly Interval[];
}

/**
 * Places stretches so that no two that are alive at the same moment overlap: "Greedy by Size for Offset Calculation" of
 * Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020). The largest is placed first, each
 * at the lowest offset that is free while it is alive; of equal ones the earlier. It never takes more than all of them
 * one behind another: each is put at the end of others at the latest.
 */
export function place(stretches: readonly Stretch[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  const offsets = stretches.map(() => 0);
  const bySize = stretches.map((_, i) => i).sort((a, b) => stretches[b].bytes - stretches[a].bytes || a - b);
  /** Those that have their place, by offset. */
  const placed: number[] = [];
  let total = 0;
  for (const i of bySize) {
    const { bytes, alive } = stretches[i];
    let offset = 0;
    for (const other of placed) {
      if (!meet(alive, stretches[other].alive)) continue;
      if (offsets[other] >= offset + bytes) break;
      offset = Math.max(offset, offsets[other] + stretches[other].bytes);
    }
    offsets[i] = offset;
    total = Math.max(total, offset + bytes);
    const behind = placed.findIndex((other) => offsets[other] > offset);
    placed.splice(behind < 0 ? placed.length : behind, 0, i);
  }
  return { offsets, bytes: total };
}

const meet = (a: readonly Interval[], b: readonly Interval[]): boolean =>
  a.some((x) => b.some((y) => x.from <= y.to && y.from <= x.to));

/**
 * One memory for all buffers of a network, laid out before any of it is allocated. What is there always stands at its
 * start, in the order of asking; behind it, buffers share memory that are never alive at the same moment. Offsets are
 * multiples of 64 bytes: a cache line.
 */
export class Layout {
  readonly #share: boolean;
  readonly #shared: { readonly slot: { offset: number }; readonly stretch: Stretch }[] = [];
  #always = 0;
  #unshared = 0;

  /** @param share false: every buffer has memory of its own */
  constructor(share: boolean) {
    this.#share = share;
  }

  /** Bytes asked for so far: what they would take without sharing. */
  get unshared(): number {
    return this.#unshared;
  }

  /**
   * Asks for memory. The slot's offset holds once `finish` was called.
   * @param alive when it is needed; always where left out
   */
  reserve(length: number, bytesPerElement: number, alive?: readonly Interval[]): Slot {
    const bytes = lines(length * bytesPerElement);
    const slot = { offset: this.#always, length };
    if (alive && this.#share) this.#shared.push({ slot, stretch: { bytes, alive } });
    else this.#always += bytes;
    this.#unshared += bytes;
    return slot;
  }

  /** Gives everything asked for its place. @returns the bytes that all of it takes */
  finish(): number {
    const { offsets, bytes } = place(this.#shared.map(({ stretch }) => stretch));
    this.#shared.forEach(({ slot }, i) => (slot.offset = this.#always + offsets[i]));
    return this.#always + bytes;
  }
}
