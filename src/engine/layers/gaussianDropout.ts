import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { droppingAt } from '../dropping';
import { dropoutStreamName, Random } from '../rng/philox';
import { rateParameter } from './parts/rate';

/**
 * Srivastava et al., "Dropout" (2014), section 10: multiplying by normal numbers of mean 1 and variance
 * rate / (1 - rate), which are the mean and variance of dropout's own factors.
 */
export const gaussianDropout = defineLayer({
  kind: 'gaussianDropout',
  title: 'Gaussian dropout',
  help: 'In training, multiplies each value by a normal number of mean 1 and variance rate / (1 - rate), other ones for each sample: as strong as dropout of that rate, but nothing is dropped. In evaluation, changes nothing.',
  group: 'Dropout',
  off: { rate: 0 },
  drops: true,
  inputs: { min: 1, max: 1 },
  parameters: rateParameter('How strong: the noise has the variance rate / (1 - rate), 1 at 0.5.'),
  example: { rate: 0.3 },
  shape: (_params, [shape]) => shape,
  buffers: ({ shape }) => [{ name: 'factors', type: 'real', length: sizeOf(shape), perSample: true }],
  build(b) {
    const { kernels, output, outputGradient: dy } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const units = sizeOf(b.shape);
    const factors = b.real('factors');
    const random = new Random(b.seed, dropoutStreamName(b.id));
    const dropping = droppingAt(b.params.rate);

    return {
      dropping,
      forward({ mode, rows, step, firstSample }) {
        if (mode === 'evaluate') {
          kernels.copy(output, x, rows * units, false);
          return;
        }
        const deviation = deviationOf(dropping.rate);
        for (let row = 0; row < rows; row++) {
          random.restart(step, firstSample + row);
          random.fillNormal(factors, row * units, (row + 1) * units, 1, deviation);
        }
        for (let i = 0; i < rows * units; i++) output[i] = x[i] * factors[i];
      },
      backward({ mode, rows }) {
        if (!dy || !dx) return;
        if (mode === 'evaluate') kernels.copy(dx.values, dy, rows * units, dx.accumulate);
        else
          for (let i = 0; i < rows * units; i++)
            dx.values[i] = dx.accumulate ? dx.values[i] + dy[i] * factors[i] : dy[i] * factors[i];
      },
    };
  },
});

const deviationOf = (rate: number): number => Math.sqrt(rate / (1 - rate));

/** The factors that the training step `step` multiplies one sample's values by: drawn again, as `dropoutMask` is. */
export function gaussianFactors(key: {
  readonly seed: number;
  readonly layer: string;
  readonly step: number;
  readonly sample: number;
  readonly rate: number;
  readonly units: number;
}): Float64Array {
  const random = new Random(key.seed, dropoutStreamName(key.layer), key.step, key.sample);
  return Float64Array.from({ length: key.units }, () => random.normal(1, deviationOf(key.rate)));
}
