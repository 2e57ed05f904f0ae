import { sizeOf } from '../../model/spec';
import { defineLayer } from '../define';
import { dropoutStreamName, Random } from '../rng/philox';

/**
 * Bishop, "Training with Noise is Equivalent to Tikhonov Regularization" (1995). Value i of a sample gets the number i of
 * the sequence (seed, "dropout/<layer>", step, sample).
 */
export const gaussianNoise = defineLayer({
  kind: 'gaussianNoise',
  title: 'Gaussian noise',
  help: 'In training, adds to each value a normal number of mean 0 and standard deviation `stddev`, other ones for each sample. In evaluation, changes nothing.',
  group: 'Dropout',
  off: { stddev: 0 },
  inputs: { min: 1, max: 1 },
  parameters: {
    stddev: {
      type: 'number',
      title: 'Standard deviation',
      help: 'How strong the noise is, on the scale of the values it is added to.',
      min: 0,
      max: 1_000_000,
      step: 0.05,
      default: 0.1,
    },
  },
  example: { stddev: 0.1 },
  shape: (_params, [shape]) => shape,
  build(b) {
    const { kernels, output, outputGradient: dy } = b;
    const [x] = b.inputs;
    const [dx] = b.inputGradients;
    const units = sizeOf(b.shape);
    const random = new Random(b.seed, dropoutStreamName(b.id));
    const { stddev } = b.params;
    // Of one sample. In double precision: only the sum is rounded.
    const noise = new Float64Array(units);

    return {
      forward({ mode, rows, step, firstSample }) {
        if (mode === 'evaluate') {
          kernels.copy(output, x, rows * units, false);
          return;
        }
        for (let row = 0, i = 0; row < rows; row++) {
          random.restart(step, firstSample + row);
          random.fillNormal(noise, 0, units, 0, stddev);
          for (let unit = 0; unit < units; unit++, i++) output[i] = x[i] + noise[unit];
        }
      },
      backward({ rows }) {
        if (dy && dx) kernels.copy(dx.values, dy, rows * units, dx.accumulate);
      },
    };
  },
});
