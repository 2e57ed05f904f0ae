/**
 * Counter-based randomness: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3"
 * (SC 2011). A word is a pure function of (seed, stream, step, sample, position), so it can be drawn again anywhere: by
 * the picture, by a resumed run, on another number of threads; and nothing drawn in one stream moves another.
 *
 * key     = [seed's low 32 bits, stream]          stream: FNV-1a of a name such as "dropout/drop1"
 * counter = [block, sample, step, seed's high 21 bits]     a block is four words
 *
 * Names in use: "weights/<layer>/<weight>", "dropout/<layer>", "augment/<kind>", "shuffle" (step: the epoch from
 * 1) and "data/...".
 */

import type { Real } from '../real';

const M0_LOW = 0x1f53;
const M0_HIGH = 0xd251;
const M0 = 0xd2511f53;
const M1_LOW = 0x8d57;
const M1_HIGH = 0xcd9e;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_32 = 4294967296;

/** Largest seed there is: every integer up to it is a number JSON and JavaScript hold exactly. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;

/**
 * One block: four words from one counter and one key, written at `out[offset..offset+3]`.
 * All numbers are taken modulo 2^32.
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  offset: number,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    // The high half of a 32 by 32 bit product from 16-bit halves; no partial sum below reaches 2^32.
    const a0 = c0 & 0xffff;
    const b0 = c0 >>> 16;
    const s0 = (Math.imul(b0, M0_LOW) + (Math.imul(a0, M0_LOW) >>> 16)) | 0;
    const t0 = (Math.imul(a0, M0_HIGH) + (s0 & 0xffff)) | 0;
    const high0 = (Math.imul(b0, M0_HIGH) + (s0 >>> 16) + (t0 >>> 16)) | 0;

    const a1 = c2 & 0xffff;
    const b1 = c2 >>> 16;
    const s1 = (Math.imul(b1, M1_LOW) + (Math.imul(a1, M1_LOW) >>> 16)) | 0;
    const t1 = (Math.imul(a1, M1_HIGH) + (s1 & 0xffff)) | 0;
    const high1 = (Math.imul(b1, M1_HIGH) + (s1 >>> 16) + (t1 >>> 16)) | 0;

    const low0 = Math.imul(c0, M0);
    const low1 = Math.imul(c2, M1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/** The 32-bit number of a named stream: FNV-1a over the name's UTF-8 bytes. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  const eat = (byte: number): void => {
    hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (const character of name) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) eat(point);
    else {
      if (point < 0x800) eat(0xc0 | (point >> 6));
      else {
        if (point < 0x10000) eat(0xe0 | (point >> 12));
        else {
          eat(0xf0 | (point >> 18));
          eat(0x80 | ((point >> 12) & 0x3f));
        }
        eat(0x80 | ((point >> 6) & 0x3f));
      }
      eat(0x80 | (point & 0x3f));
    }
  }
  return hash >>> 0;
}

/**
 * @throws RangeError where the seed is not an integer from 0 to 2^53 - 1
 */
export function checkSeed(seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED)
    throw new RangeError(`A seed is an integer from 0 to ${MAX_SEED}; found ${seed}.`);
}

export const seedLow = (seed: number): number => (seed % TWO_32) | 0;
export const seedHigh = (seed: number): number => Math.floor(seed / TWO_32) | 0;

/** Numbers of one stream, one after another, for what is drawn once: weights, the order of an epoch, synthetic data. */
export class Random {
  readonly #low: number;
  readonly #high: number;
  readonly #stream: number;
  #step: number;
  #sample: number;
  readonly #words = new Uint32Array(4);
  #block = 0;
  #used = 4;
  /** The two normal numbers last drawn, in one place of their own: as numbers they would be new objects each time. */
  readonly #pair = new Float64Array(2);
  #hasSpare = false;

  /**
   * @param stream its name, such as "weights/dense1/kernel"
   * @param step and `sample` open independent sequences of the same stream
   * @throws RangeError on a seed outside 0..2^53-1
   */
  constructor(seed: number, stream: string, step = 0, sample = 0) {
    checkSeed(seed);
    this.#low = seedLow(seed);
    this.#high = seedHigh(seed);
    this.#stream = streamOf(stream) | 0;
    this.#step = step;
    this.#sample = sample;
  }

  /** Goes to the start of another sequence of the stream: as a new object would, without one. */
  restart(step: number, sample: number): this {
    this.#step = step;
    this.#sample = sample;
    this.#block = 0;
    this.#used = 4;
    this.#hasSpare = false;
    return this;
  }

  /** An integer from 0 to 2^32 - 1. */
  word(): number {
    return this.#words[this.#next()];
  }

  /** Draws a block where no word is left. @returns where in `#words` the next one is: a small number, never on the heap */
  #next(): number {
    if (this.#used === 4) {
      philox4x32(this.#block++, this.#sample, this.#step, this.#high, this.#low, this.#stream, this.#words, 0);
      this.#used = 0;
    }
    return this.#used++;
  }

  /** Uniform in [low, high), in 2^32 even steps. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.word() / TWO_32);
  }

  /** True with a probability, to within 2^-32. */
  chance(probability: number): boolean {
    return this.#words[this.#next()] < probability * TWO_32;
  }

  /** Normal, by the transform of Box and Muller (1958). */
  normal(mean = 0, deviation = 1): number {
    return mean + deviation * this.#pair[this.#nextNormal()];
  }

  /** Fills `values` from `start` to before `end` with the normal numbers that `normal` would give. */
  fillNormal(values: Real, start: number, end: number, mean: number, deviation: number): void {
    for (let i = start; i < end; i++) values[i] = mean + deviation * this.#pair[this.#nextNormal()];
  }

  /** Draws two where none is left. @returns where in `#pair` the next one is */
  #nextNormal(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return 1;
    }
    // 1 is in reach and 0 is not: its logarithm would be infinite.
    const radius = Math.sqrt(-2 * Math.log((this.#words[this.#next()] + 1) / TWO_32));
    const angle = 2 * Math.PI * (this.#words[this.#next()] / TWO_32);
    this.#pair[0] = radius * Math.cos(angle);
    this.#pair[1] = radius * Math.sin(angle);
    this.#hasSpare = true;
    return 0;
  }

  /**
   * An integer from 0 to `bound` - 1, each as likely: words of the last, incomplete round are rejected.
   * @throws RangeError where `bound` is not an integer from 1 to 2^32
   */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32)
      throw new RangeError(`below(bound) takes an integer from 1 to 2^32; found ${bound}.`);
    const whole = TWO_32 - (TWO_32 % bound);
    let word = this.#words[this.#next()];
    while (word >= whole) word = this.#words[this.#next()];
    return word % bound;
  }

  /** Puts `items` in random order, in place, each order as likely (Fisher and Yates; Durstenfeld 1964). */
  shuffle(items: { readonly length: number; [index: number]: unknown }): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
  }

  /** 0 to `count` - 1 in random order. */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    this.shuffle(order);
    return order;
  }
}

/** What a dropout mask depends on, and nothing else. */
export interface MaskKey {
  readonly seed: number;
  /** Id of the dropout layer. */
  readonly layer: string;
  /** Number of the training step, counted through all epochs, from 0. */
  readonly step: number;
  /** Position in the batch, from 0. */
  readonly sample: number;
  /** Probability of dropping, in [0, 1). */
  readonly rate: number;
  readonly units: number;
}

/** The stream of everything that a layer draws while training. */
export const dropoutStreamName = (layer: string): string => `dropout/${layer}`;
export const dropoutStream = (layer: string): number => streamOf(dropoutStreamName(layer));

/**
 * Draws the mask of one sample without allocating: unit i is dropped where word i is below rate x 2^32.
 * @param mask gets 1 where a unit is dropped and 0 elsewhere, at `offset .. offset + units - 1`
 * @param words scratch of one block: four words
 * @param rated what has the probability of dropping, in [0, 1)
 * @returns how many are dropped
 */
export function drawMask(
  mask: Uint8Array,
  offset: number,
  units: number,
  words: Uint32Array,
  seed: number,
  stream: number,
  step: number,
  sample: number,
  rated: { readonly rate: number },
): number {
  const low = seedLow(seed);
  const high = seedHigh(seed);
  const threshold = rated.rate * TWO_32;
  let dropped = 0;
  for (let i = 0; i < units; i += 4) {
    philox4x32(i >>> 2, sample, step, high, low, stream, words, 0);
    const count = Math.min(4, units - i);
    for (let j = 0; j < count; j++) {
      const drop = words[j] < threshold ? 1 : 0;
      mask[offset + i + j] = drop;
      dropped += drop;
    }
  }
  return dropped;
}

/**
 * The mask that the training step `step` uses for one sample of one dropout layer of mode "bernoulli": a byte a unit, 1
 * where it is dropped. Of any layer that drops: `maskOf` in masks.ts.
 * @throws RangeError where the rate is outside [0, 1) or the seed is none
 */
export function dropoutMask(key: MaskKey): Uint8Array {
  checkSeed(key.seed);
  if (!(key.rate >= 0 && key.rate < 1))
    throw new RangeError(`A dropout rate is a number from 0 to below 1; found ${key.rate}.`);
  const mask = new Uint8Array(key.units);
  drawMask(mask, 0, key.units, new Uint32Array(4), key.seed, dropoutStream(key.layer), key.step, key.sample, key);
  return mask;
}
