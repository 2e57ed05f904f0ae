/**
 * A probability of dropping, in [0, 1). It is handed on within its object, for numbers that go from function to function
 * may be put on the heap on each way.
 */
export interface Rated {
  readonly rate: number;
}

/**
 * What goes in one piece: a value; a channel, at all positions; a position, in all channels; other values that share an entry
 * of the mask; a block, which begins somewhere in a channel; all of a sample.
 */
export type Piece = 'value' | 'channel' | 'position' | 'group' | 'block' | 'sample';

/** The pieces of one layer's samples, each dropped by chance. Where the same chance drops all, a mask of values follows. */
export interface Pieces {
  readonly name: Piece;
  /** Those of one sample that can be dropped; of blocks, the places where one can begin, in the order of the values there. */
  readonly count: number;
  /** As that of values: 1 where a piece is dropped, or a block begins. Of the same counter it is the same draw. */
  draw(mask: Uint8Array, offset: number, rated: Rated, step: number, sample: number): number;
  /** The probability with which one of them is dropped at a rate. */
  chance(rate: number): number;
}

/** Draws the masks of one layer's samples: a pure function of its arguments, the seed and the layer's id. */
export interface MaskDrawer {
  /** Values of one sample. */
  readonly units: number;
  /**
   * Writes the mask of one sample at `offset`: 1 where a value is dropped, 0 elsewhere.
   * @returns how many are dropped
   */
  draw(mask: Uint8Array, offset: number, rated: Rated, step: number, sample: number): number;
  /** What is drawn: the values themselves, or what several of them are dropped with. */
  readonly pieces: Pieces;
  /** True where all samples of a batch have the same mask. */
  readonly acrossBatch?: boolean;
  /** Present where each value is dropped by itself: of `drawMask`, which draws these very masks, and of the kernels. */
  readonly source?: MaskSource;
}
/** The stream of random numbers that a layer's masks come from: see rng/philox.ts. */
export interface MaskSource {
  readonly seed: number;
  readonly stream: number;
}

/** The masks of a layer, as pictures see them. */
export interface Masks extends MaskDrawer {
  /** Of the last training pass, until it was run backwards: rows x units, 1 where dropped. */
  readonly last: Uint8Array;
}

/** Draws which connections of a layer are dropped: one from value i to unit j is at i x units + j. */
export interface ConnectionDrawer extends Pick<MaskDrawer, 'draw'> {
  readonly features: number;
  readonly units: number;
}

/** The dropping part of a layer, as pictures and the trainer see it. */
export interface Dropping {
  /** Probability of dropping, in [0, 1). Written between steps by `Network.setRate`. */
  rate: number;
  /** Absent where no value of the layer is dropped: where the rate is that of noise, or of connections. */
  readonly masks?: Masks;
  /** Present where connections are dropped instead of values. */
  readonly connections?: ConnectionDrawer;
}

/**
 * The dropping part of a layer. Made here for all kinds, so that all are objects of one form: reading a number from
 * objects of many forms puts it on the heap.
 */
export const droppingAt = (rate: number, masks?: Masks, connections?: ConnectionDrawer): Dropping => ({
  rate,
  masks,
  connections,
});
