import type { Dropping, Piece, Pieces } from '../dropping';
import type { ConnectionShares } from '../records';
import { perUnitOf, sharesOf } from '../sightMasks';
import type { Trainer } from '../trainer';
import type { RunHistory } from './history';

/**
 * How often each piece of a layer was dropped so far: each unit, channel, or block (see Pieces). Where connections are
 * dropped, the pieces are the units that they lead to, and what is counted is the connections that these went without.
 */
export interface DropCounts {
  readonly layer: string;
  readonly piece: Piece | 'connection';
  readonly pieces: number;
  /** How many can be dropped of each in one sample: 1, or the connections that lead to a unit. */
  readonly each: number;
  /** Steps counted, from the first that the run is known of, and steps made: fewer are counted while it catches up. */
  readonly steps: number;
  readonly made: number;
  /** Samples in the steps counted; each piece could be dropped in so many. */
  readonly samples: number;
  readonly counts: Uint32Array;
  /** What chance gives a piece: the mean of its count, and its standard deviation, over the rates that held. */
  readonly expected: { readonly mean: number; readonly deviation: number };
  /** Of connections, one by one: in which share of the samples each was dropped, and its standard deviation by chance. */
  readonly connections?: ConnectionShares & { readonly deviation: number };
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

  /** Counts on from where it was left. @throws RangeError where there is no such layer, or it drops nothing */
  *count(layer: string): Generator<undefined, DropCounts, undefined> {
    const { dropping } = this.#trainer.network.layer(layer).runtime;
    const drawn = dropping && drawnBy(dropping);
    if (!drawn) throw new RangeError(`Layer "${layer}" drops nothing: there is nothing to count.`);
    const { count: size, acrossBatch } = drawn;
    const made = this.#trainer.step;
    const c = this.#counted.get(layer) ?? fresh(size, this.#history.first);
    this.#counted.set(layer, c);
    const { counts, inStep, mask } = c;
    const rated = { rate: 0 };
    let left = ANSWER;
    // Since the last yield, whatever steps that was in: one step may be far less than a piece of work.
    let work = 0;
    while (c.step < made && left > 0) {
      const rows = this.#history.rowsAt(c.step);
      rated.rate = this.#history.rateAt(layer, c.step);
      inStep.fill(0);
      for (let row = 0; row < rows; row++) {
        drawn.draw(mask, 0, rated, c.step, row);
        for (let i = 0; i < size; i++) inStep[i] += mask[i];
        left -= size;
        work += size;
        if (work < PIECE) continue;
        work = 0;
        yield;
      }
      for (let i = 0; i < size; i++) counts[i] += inStep[i];
      const p = drawn.chance(rated.rate);
      c.mean += rows * p;
      // Samples that share a mask are dropped in together.
      c.variance += (acrossBatch ? rows * rows : rows) * p * (1 - p);
      c.samples += rows;
      c.step++;
    }
    const { first } = this.#history;
    const { samples, mean, variance } = c;
    const of = { layer, piece: drawn.name, steps: c.step - first, made: this.#trainer.step - first, samples };
    const { connections } = drawn;
    if (!connections)
      return {
        ...of,
        pieces: size,
        each: 1,
        counts: counts.slice(),
        expected: { mean, deviation: Math.sqrt(variance) },
      };
    const { features, units } = connections;
    const deviation = samples > 0 ? Math.sqrt(variance) / samples : 0;
    return {
      ...of,
      pieces: units,
      each: features,
      counts: perUnitOf(counts, units),
      // Each connection by itself: what is expected of a unit is that of all that lead to it.
      expected: { mean: features * mean, deviation: Math.sqrt(features * variance) },
      connections: { ...sharesOf(counts, features, units, samples), deviation },
    };
  }
}

/** What is drawn of a layer's samples, and counted. */
interface Drawn extends Omit<Pieces, 'name'> {
  readonly name: DropCounts['piece'];
  readonly acrossBatch?: boolean;
  readonly connections?: Dropping['connections'];
}

function drawnBy({ masks, connections }: Dropping): Drawn | undefined {
  if (masks) {
    const { pieces, acrossBatch } = masks;
    const { name, count } = pieces;
    const draw: Pieces['draw'] = (mask, offset, rated, step, sample) => pieces.draw(mask, offset, rated, step, sample);
    return { name, count, draw, chance: (rate) => pieces.chance(rate), acrossBatch };
  }
  if (!connections) return undefined;
  const { features, units, draw } = connections;
  return { name: 'connection', count: features * units, draw, chance: (rate) => rate, connections };
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
