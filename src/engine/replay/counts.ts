import type { Piece } from '../dropping';
import type { Trainer } from '../trainer';
import type { RunHistory } from './history';

/** How often each piece of a layer was dropped so far: each unit, channel, or block (see Pieces). */
export interface DropCounts {
  readonly layer: string;
  readonly piece: Piece;
  readonly pieces: number;
  /** Steps counted, from the first that the run is known of, and steps made: fewer are counted while it catches up. */
  readonly steps: number;
  readonly made: number;
  /** Samples in the steps counted; each piece could be dropped in so many. */
  readonly samples: number;
  readonly counts: Uint32Array;
  /** What chance gives a piece: the mean of its count, and its standard deviation, over the rates that held. */
  readonly expected: { readonly mean: number; readonly deviation: number };
}

interface Counted {
  step: number;
  samples: number;
  readonly counts: Uint32Array;
  /** Of the step at work, which may be left: it counts once it is done. */
  readonly inStep: Uint32Array;
  readonly mask: Uint8Array;
  mean: number;
  variance: number;
}

/** Mask values drawn between two yields: about half a millisecond. */
const PIECE = 32_768;
/** And for one answer: what is missing, the next question goes on with. */
const ANSWER = 8_000_000;

/**
 * Counts, layer by layer and only where somebody asks, how often each piece was dropped in all samples of all steps made: by
 * drawing every mask again from its counter. So training itself counts nothing, and a run that nobody looks at pays nothing.
 */
export class Counter {
  readonly #trainer: Trainer;
  readonly #history: RunHistory;
  readonly #counted = new Map<string, Counted>();

  constructor(trainer: Trainer, history: RunHistory) {
    this.#trainer = trainer;
    this.#history = history;
  }

  /** Counts on from where it was left. @throws RangeError where there is no such layer, or it drops no values */
  *count(layer: string): Generator<undefined, DropCounts, undefined> {
    const { runtime } = this.#trainer.network.layer(layer);
    const masks = runtime.dropping?.masks;
    if (!masks) throw new RangeError(`Layer "${layer}" drops no values: there is nothing to count.`);
    const { acrossBatch, pieces } = masks;
    const units = pieces.count;
    const made = this.#trainer.step;
    const c = this.#counted.get(layer) ?? fresh(units, this.#history.first);
    this.#counted.set(layer, c);
    const { counts, inStep, mask } = c;
    const rated = { rate: 0 };
    let left = ANSWER;
    // Since the last yield, whatever steps that was in: one step may be far less than a piece of work.
    let drawn = 0;
    while (c.step < made && left > 0) {
      const rows = this.#history.rowsAt(c.step);
      rated.rate = this.#history.rateAt(layer, c.step);
      inStep.fill(0);
      for (let row = 0; row < rows; row++) {
        pieces.draw(mask, 0, rated, c.step, row);
        for (let i = 0; i < units; i++) inStep[i] += mask[i];
        left -= units;
        drawn += units;
        if (drawn < PIECE) continue;
        drawn = 0;
        yield;
      }
      for (let i = 0; i < units; i++) counts[i] += inStep[i];
      const p = pieces.chance(rated.rate);
      c.mean += rows * p;
      // Samples that share a mask are dropped in together.
      c.variance += (acrossBatch ? rows * rows : rows) * p * (1 - p);
      c.samples += rows;
      c.step++;
    }
    return {
      layer,
      piece: pieces.name,
      pieces: units,
      steps: c.step - this.#history.first,
      made: this.#trainer.step - this.#history.first,
      samples: c.samples,
      counts: counts.slice(),
      expected: { mean: c.mean, deviation: Math.sqrt(c.variance) },
    };
  }
}

const fresh = (units: number, step: number): Counted => ({
  step,
  samples: 0,
  counts: new Uint32Array(units),
  inStep: new Uint32Array(units),
  mask: new Uint8Array(units),
  mean: 0,
  variance: 0,
});
