import { sizeOf } from '../../../model/spec';
import type { LayerBuild, LayerRuntime } from '../../define';

/** How a layer runs that hands its values on as they are, in another shape. */
export function passOn(b: LayerBuild<unknown>): LayerRuntime {
  const { kernels, output, outputGradient } = b;
  const [x] = b.inputs;
  const [dx] = b.inputGradients;
  const size = sizeOf(b.shape);
  return {
    forward({ rows }) {
      kernels.copy(output, x, rows * size, false);
    },
    backward({ rows }) {
      if (dx && outputGradient) kernels.copy(dx.values, outputGradient, rows * size, dx.accumulate);
    },
  };
}
