import { sizeOf, type Shape } from '../../../model/spec';
import type { MaskDrawer, Piece } from '../../dropping';
import { drawMask, dropoutStream, dropoutStreamName, Random } from '../../rng/philox';

/** How many of a mask's entries are dropped: each by itself with the probability `rate`, or exactly that share. */
export type DropMode = 'bernoulli' | 'exact';

/** How one entry of a mask is shared: what `noiseShape` says, read as Keras reads it. */
export interface Sharing {
  /** Sizes of the mask's dimensions: 1 where the mask is shared along one. */
  readonly shape: Shape;
  /** True: all samples of a batch have the mask of its first one. */
  readonly acrossBatch: boolean;
}

/** Every value has an entry of its own. */
export const unshared = (shape: Shape): Sharing => ({ shape, acrossBatch: false });

/**
 * A drawer of masks over values of a shape.
 * @param layer its id: it names the stream of random numbers
 */
export function maskDrawer(shape: Shape, sharing: Sharing, mode: DropMode, seed: number, layer: string): MaskDrawer {
  const entries = sizeOf(sharing.shape);
  const units = sizeOf(shape);
  const draw = mode === 'exact' ? drawExact(entries, seed, layer) : drawBernoulli(entries, seed, layer);
  const { acrossBatch } = sharing;
  const sampleOf = (sample: number): number => (acrossBatch ? 0 : sample);
  const chance = (rate: number): number => (mode === 'exact' ? Math.round(rate * entries) / entries : rate);
  const drawEntries: MaskDrawer['draw'] = (mask, offset, rated, step, sample) =>
    draw(mask, offset, rated, step, sampleOf(sample));
  const pieces = { name: pieceOf(shape, sharing.shape), count: entries, draw: drawEntries, chance };
  if (entries === units)
    return {
      units,
      pieces,
      acrossBatch,
      draw: drawEntries,
      ...(mode === 'bernoulli' && !acrossBatch && { source: { seed, stream: dropoutStream(layer) } }),
    };
  const entryOf = entriesOf(shape, sharing.shape);
  const drawn = new Uint8Array(entries);
  // Every entry stands for as many values.
  const valuesOfEntry = units / entries;
  return {
    units,
    pieces,
    acrossBatch,
    draw(mask, offset, rated, step, sample) {
      const dropped = drawEntries(drawn, 0, rated, step, sample);
      for (let i = 0; i < units; i++) mask[offset + i] = drawn[entryOf[i]];
      return dropped * valuesOfEntry;
    },
  };
}

/** What one entry of a mask stands for. */
function pieceOf(shape: Shape, shared: Shape): Piece {
  const last = shape.length - 1;
  const own = shape.map((n, axis) => shared[axis] === n);
  if (own.every(Boolean)) return 'value';
  if (shared.every((n) => n === 1)) return 'sample';
  // Along a dimension of size 1 there is nothing to share.
  if (own[last] && shared.every((n, axis) => axis === last || n === 1)) return 'channel';
  if (shared[last] === 1 && own.every((o, axis) => axis === last || o)) return 'position';
  return 'group';
}

/** For each value of a sample, the entry of a mask that is shared along the dimensions where `shared` is 1. */
function entriesOf(shape: Shape, shared: Shape): Uint32Array {
  return Uint32Array.from({ length: sizeOf(shape) }, (_, value) => {
    let entry = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (shared[axis] > 1) {
        entry += (value % shape[axis]) * stride;
        stride *= shape[axis];
      }
      value = Math.floor(value / shape[axis]);
    }
    return entry;
  });
}

function drawBernoulli(entries: number, seed: number, layer: string): MaskDrawer['draw'] {
  const stream = dropoutStream(layer);
  const words = new Uint32Array(4);
  return (mask, offset, rated, step, sample) =>
    drawMask(mask, offset, entries, words, seed, stream, step, sample, rated);
}

/**
 * Drops round(rate x entries), every choice of as many as likely: the start of a random order (Durstenfeld 1964). With
 * the rate the start grows, so what is dropped at a low rate is dropped at a higher one too.
 */
function drawExact(entries: number, seed: number, layer: string): MaskDrawer['draw'] {
  const random = new Random(seed, dropoutStreamName(layer));
  const order = new Uint32Array(entries);
  return (mask, offset, { rate }, step, sample) => {
    const dropped = Math.round(rate * entries);
    random.restart(step, sample);
    for (let i = 0; i < entries; i++) {
      order[i] = i;
      mask[offset + i] = 0;
    }
    for (let i = 0; i < dropped; i++) {
      const j = i + random.below(entries - i);
      const chosen = order[j];
      order[j] = order[i];
      order[i] = chosen;
      mask[offset + chosen] = 1;
    }
    return dropped;
  };
}
