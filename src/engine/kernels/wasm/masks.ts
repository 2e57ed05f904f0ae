import type { MaskSource, Rated } from '../../dropping';
import { seedHigh, seedLow } from '../../rng/philox';
import type { MaskKernels } from '../set';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';

/** Values of a mask from which on its drawing is worth sharing: it takes some five times as long as other loops. */
const WORTH_SHARING = 8_192;

export function wasmMasks(machine: Machine): MaskKernels {
  const { words, reals, scratch } = machine;
  const dropout = machine.kernel('dropout');
  const applyMask = machine.kernel('applyMask');

  const run = (
    to: number,
    from: number,
    scale: number,
    mask: Uint8Array,
    rows: number,
    units: number,
    { seed, stream }: MaskSource,
    rated: Rated,
    step: number,
    firstSample: number,
  ): void => {
    // A word w is dropped where w < rate x 2^32, which need not be a whole number: so where w <= largest.
    const largest = Math.ceil(rated.rate * 2 ** 32) - 1;
    words[0] = to;
    words[1] = from;
    words[2] = mask.byteOffset;
    words[3] = rows;
    words[4] = units;
    words[5] = seedLow(seed);
    words[6] = stream;
    words[7] = step;
    words[8] = firstSample;
    words[9] = seedHigh(seed);
    words[10] = largest;
    words[11] = largest >= 0 ? 1 : 0;
    reals[12] = scale;
    words[13] = scratch;
    machine.run(dropout, rows * units >= WORTH_SHARING);
  };

  return {
    drawMasks(mask, rows, units, source, rated, step, firstSample) {
      run(0, 0, 0, mask, rows, units, source, rated, step, firstSample);
    },
    dropout(to, from, scale, mask, rows, units, source, rated, step, firstSample) {
      run(to.byteOffset, from.byteOffset, scale, mask, rows, units, source, rated, step, firstSample);
    },
    applyMask(to, from, mask, scale, length, accumulate) {
      words[0] = to.byteOffset;
      words[1] = from.byteOffset;
      words[2] = mask.byteOffset;
      words[3] = length;
      words[4] = accumulate ? 1 : 0;
      reals[5] = scale;
      machine.run(applyMask, isWorthSharing(length));
    },
  };
}
