import { sizeOf } from '../../../model/spec';
import type { BufferSpec, LayerBuild, LayerFacts, LayerRuntime } from '../../define';
import { droppingAt, type MaskDrawer } from '../../dropping';
import type { Real } from '../../real';

/** What `masked` needs. */
export const maskBuffers = ({ shape }: LayerFacts<unknown>): readonly BufferSpec[] => [
  { name: 'mask', type: 'uint8', length: sizeOf(shape), perSample: true },
];

/**
 * How a layer runs that drops values and scales what is kept, so that each value's expectation is what it was; in
 * evaluation it is the identity.
 *
 * @param scaledBy 'rate': by 1 / (1 - rate). 'count': by values / values kept, sample by sample; where none is kept
 *   nothing is left to scale.
 */
export function masked(
  b: LayerBuild<{ readonly rate: number }>,
  drawer: MaskDrawer,
  scaledBy: 'rate' | 'count',
): LayerRuntime {
  const { kernels, output } = b;
  const [x] = b.inputs;
  const [dx] = b.inputGradients;
  const dy = b.outputGradient;
  const { units, source } = drawer;
  const mask = b.uint8('mask');
  const dropping = droppingAt(b.params.rate, { ...drawer, last: mask });
  // The scales that went with the masks: the rate may have been moved by hand since the forward pass.
  const scales = new Float64Array(scaledBy === 'count' ? output.length / units : 1);
  const apply = (to: Real, from: Real, rows: number, accumulate: boolean): void => {
    if (scaledBy === 'rate') kernels.applyMask(to, from, mask, scales[0], rows * units, accumulate);
    else scaleRows(to, from, mask, scales, rows, units, accumulate);
  };

  return {
    dropping,
    forward({ mode, rows, step, firstSample }) {
      if (mode === 'evaluate') {
        kernels.copy(output, x, rows * units, false);
        return;
      }
      scales[0] = 1 / (1 - dropping.rate);
      if (source && scaledBy === 'rate') {
        kernels.dropout(output, x, scales[0], mask, rows, units, source, dropping, step, firstSample);
        return;
      }
      for (let row = 0; row < rows; row++) {
        const dropped = drawer.draw(mask, row * units, dropping, step, firstSample + row);
        if (scaledBy === 'count') scales[row] = units / (units - dropped);
      }
      apply(output, x, rows, false);
    },
    backward({ mode, rows }) {
      if (!dy || !dx) return;
      if (mode === 'evaluate') kernels.copy(dx.values, dy, rows * units, dx.accumulate);
      else apply(dx.values, dy, rows, dx.accumulate);
    },
  };
}

function scaleRows(
  to: Real,
  from: Real,
  mask: Uint8Array,
  scales: Float64Array,
  rows: number,
  units: number,
  accumulate: boolean,
): void {
  for (let row = 0, i = 0; row < rows; row++) {
    const scale = scales[row];
    for (const end = i + units; i < end; i++) {
      const value = mask[i] === 1 ? 0 : from[i] * scale;
      to[i] = accumulate ? to[i] + value : value;
    }
  }
}
