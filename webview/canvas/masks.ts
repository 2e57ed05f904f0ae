/** In what pieces the kinds of the dropout family drop, and what one mask took of a layer. Pure. */
import type { JsonObject } from '../../src/model/json';
import type { Shape } from '../../src/model/spec';
import type { LayerMask } from '../../src/protocol/training';
import { isDropped } from '../../src/protocol/training';

/** What goes in one piece: single values, whole channels, squares of a map, or all of a sample; `noise` drops nothing. */
export type Way = 'units' | 'channels' | 'blocks' | 'branch' | 'noise';

export function wayOf(kind: string, params: JsonObject, shape: Shape): Way {
  switch (kind) {
    case 'spatialDropout':
      return 'channels';
    case 'dropBlock':
      return 'blocks';
    case 'stochasticDepth':
      return 'branch';
    case 'gaussianDropout':
    case 'gaussianNoise':
      return 'noise';
    default: {
      const shared = params['noiseShape'];
      if (!Array.isArray(shared) || shared.length !== shape.length || shape.length < 2) return 'units';
      return shared.every((n, axis) => (n === 1) === axis < shape.length - 1) ? 'channels' : 'units';
    }
  }
}

/** What one node has to show of a sight. */
export interface UnitsShown {
  readonly values: Float32Array;
  readonly mask?: LayerMask;
  /** Largest magnitude, for the strength of the colour. */
  readonly max: number;
  readonly dropped: number;
  readonly active: number;
  readonly silent: number;
  /** In what pieces the mask drops; `units` without one. */
  readonly way: Way;
  /** Side of the squares that are dropped; 1 where none are. */
  readonly block: number;
}

/** Below this a unit counts as giving nothing. */
export const SILENT = 1e-6;

/** How strongly a value is coloured, 0 to 1: even a weak one can be told from silence. */
export const strength = (value: number, max: number): number =>
  0.26 + 0.74 * Math.min(1, Math.abs(value) / max) ** 0.75;

export const droppedAt = ({ mask, values }: Pick<UnitsShown, 'mask' | 'values'>, i: number): boolean =>
  mask !== undefined && isDropped(mask.bits, maskUnit(mask, i, values.length));

/** Which bit of a mask speaks of unit `i`: the unit itself, or its channel where whole channels are dropped. */
export const maskUnit = (mask: LayerMask, i: number, units: number): number =>
  mask.units === units ? i : i % mask.units;

/** Maps of a layer: pictures of [height, width, channels], or sequences of [length, channels], which are pictures one pixel high. */
export interface MapShape {
  readonly down: number;
  readonly across: number;
  readonly channels: number;
}
export function mapsOfShape(shape: Shape): MapShape | undefined {
  const [down, across, channels] = shape.length === 2 ? [1, shape[0], shape[1]] : shape;
  return (shape.length === 2 || shape.length === 3) && down * across > 1 ? { down, across, channels } : undefined;
}

/** Which channels a mask took whole. Value i of a sample is of channel i mod channels. */
export function channelsOf(
  shown: UnitsShown,
  channels: number,
): { readonly whole: readonly boolean[]; readonly dropped: number } {
  const whole = new Array<boolean>(channels).fill(shown.dropped > 0);
  if (shown.dropped > 0)
    for (let i = 0; i < shown.values.length; i++) if (!droppedAt(shown, i)) whole[i % channels] = false;
  return { whole, dropped: whole.filter(Boolean).length };
}

/** Top, left, rows, columns. */
export type Block = readonly [top: number, left: number, rows: number, columns: number];

/**
 * Squares of the mask's block size that together cover all that is dropped in one channel. Blocks may overlap, and where
 * they do the mask does not tell where each began: this takes the first square in reading order for what is not covered.
 */
export function blocksOf(shown: UnitsShown, { down, across, channels }: MapShape, channel: number): readonly Block[] {
  const size = shown.block;
  const at = (row: number, column: number): boolean => droppedAt(shown, (row * across + column) * channels + channel);
  const full = (top: number, left: number): boolean => {
    for (let r = top; r < top + size; r++) for (let c = left; c < left + size; c++) if (!at(r, c)) return false;
    return true;
  };
  const covered = new Uint8Array(down * across);
  const blocks: Block[] = [];
  const around = (row: number, column: number): Block | undefined => {
    for (let top = Math.min(row, down - size); top >= 0 && top > row - size; top--)
      for (let left = Math.min(column, across - size); left >= 0 && left > column - size; left--)
        if (full(top, left)) return [top, left, size, size];
    return undefined;
  };
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) {
      if (covered[row * across + column] || !at(row, column)) continue;
      const block = around(row, column) ?? ([row, column, 1, 1] as const);
      blocks.push(block);
      const [top, left, rows, columns] = block;
      for (let r = top; r < top + rows; r++) covered.fill(1, r * across + left, r * across + left + columns);
    }
  return blocks;
}
