/** The masks of one step as pictures carry them: drawn again from their counters, packed, counted. */
import type { ConnectionDrawer, Dropping, MaskDrawer, Rated } from './dropping';
import type { BatchMask, ConnectionMask, ConnectionShares, LayerMask } from './records';

/** A layer's mask for one sample. */
export function maskOf(rated: Rated, drawer: MaskDrawer, sample: number, step: number): LayerMask {
  const { units, pieces } = drawer;
  const mask = new Uint8Array(units);
  const bits = new Uint8Array(Math.ceil(units / 8));
  const dropped = drawer.draw(mask, 0, rated, step, sample);
  packBits(mask, bits, 0);
  const own = { rate: rated.rate, units, dropped, bits };
  if (pieces.name === 'value') return own;
  const { name, count } = pieces;
  return { ...own, pieces: { name, count, dropped: pieces.draw(new Uint8Array(count), 0, rated, step, sample) } };
}

/** Connections of a batch that are drawn for one picture at most: a few milliseconds, and one sample at least. */
const MOST_DRAWN = 400_000;

/** What a layer drops of a step's batch; undefined where it drops nothing, but has a rate. */
export function batchOf(
  dropping: Dropping,
  { step, batchSize }: { readonly step: number; readonly batchSize: number },
): BatchMask | undefined {
  const { masks, connections, rate } = dropping;
  if (masks) {
    const { pieces } = masks;
    const { name, count } = pieces;
    const rowBytes = Math.ceil(count / 8);
    const mask = new Uint8Array(count);
    const bits = new Uint8Array(batchSize * rowBytes);
    for (let row = 0; row < batchSize; row++) {
      pieces.draw(mask, 0, dropping, step, row);
      packBits(mask, bits, row * rowBytes);
    }
    return { piece: name, pieces: count, each: 1, rows: batchSize, chance: pieces.chance(rate), bits };
  }
  if (!connections) return undefined;
  const { features, units, draw } = connections;
  const rows = Math.max(1, Math.min(batchSize, Math.floor(MOST_DRAWN / (features * units))));
  const mask = new Uint8Array(features * units);
  const counts = new Uint32Array(rows * units);
  for (let row = 0; row < rows; row++) {
    draw(mask, 0, dropping, step, row);
    addPerUnit(mask, units, counts.subarray(row * units, (row + 1) * units));
  }
  return { piece: 'connection', pieces: units, each: features, rows, chance: rate, counts };
}

/** Of features x units, how many there are of each unit. */
export function perUnitOf(counts: ArrayLike<number>, units: number): Uint32Array {
  const to = new Uint32Array(units);
  addPerUnit(counts, units, to);
  return to;
}
function addPerUnit(mask: ArrayLike<number>, units: number, to: Uint32Array): void {
  for (let at = 0, unit = 0; at < mask.length; at++, unit = unit + 1 === units ? 0 : unit + 1) to[unit] += mask[at];
}

/** Connections that are shown one by one; of more, the share dropped of blocks: this many rows and columns of them. */
const MOST_CONNECTIONS = 65_536;
const BLOCKS = 128;

/** The connections of a layer that one sample goes without. */
export function connectionsOf(
  rated: Rated,
  { features, units, draw }: ConnectionDrawer,
  sample: number,
  step: number,
): ConnectionMask {
  const mask = new Uint8Array(features * units);
  const dropped = draw(mask, 0, rated, step, sample);
  const own = { rate: rated.rate, features, units, dropped, perUnit: perUnitOf(mask, units) };
  if (mask.length > MOST_CONNECTIONS) return { ...own, blocks: sharesOf(mask, features, units) };
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  packBits(mask, bits, 0);
  return { ...own, bits };
}

/**
 * In which share of some samples each connection was dropped, or on average those of a block where there are many; blocks are as
 * alike in size as whole numbers allow.
 * @param counts features x units: in how many of the samples each was dropped
 */
export function sharesOf(counts: ArrayLike<number>, features: number, units: number, samples = 1): ConnectionShares {
  const many = counts.length > MOST_CONNECTIONS;
  const rows = many ? Math.min(features, BLOCKS) : features;
  const columns = many ? Math.min(units, BLOCKS) : units;
  const shares = new Float32Array(rows * columns);
  const sizes = new Uint32Array(rows * columns);
  for (let i = 0, at = 0; i < features; i++) {
    const row = Math.floor((i * rows) / features) * columns;
    for (let j = 0; j < units; j++, at++) {
      const block = row + Math.floor((j * columns) / units);
      shares[block] += counts[at];
      sizes[block]++;
    }
  }
  for (let block = 0; block < shares.length; block++) shares[block] /= sizes[block] * Math.max(1, samples);
  return { rows, columns, shares };
}

/** Bit i of byte i>>3, least significant first, is mask[i]. `to` is zero there beforehand. */
function packBits(mask: Uint8Array, to: Uint8Array, offset: number): void {
  for (let i = 0; i < mask.length; i++) to[offset + (i >> 3)] |= mask[i] << (i & 7);
}
