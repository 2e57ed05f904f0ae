import { sizeOf, type Parameters } from '../../../model/spec';
import { activationOptions } from '../../activations/index';
import { type BufferSpec, type LayerBuild, type LayerFacts, type LayerRuntime, type WeightSpec } from '../../define';
import { patchOf, placesOf } from '../../kernels/products';
import type { Windows } from '../../kernels/set';
import type { Typed } from '../../typed';
import { kernelParameters, kernelWeight } from '../kernel';
import { activationOf, keepsSum } from './affine';

/** What a convolution says of its output, whatever its dimensions. Spread behind the parameters of its window. */
export const filterParameters = {
  activation: {
    type: 'choice',
    title: 'Activation',
    help: 'The function applied to each sum.',
    options: activationOptions,
    default: 'linear',
  },
  bias: {
    type: 'boolean',
    title: 'Bias',
    help: 'Add a trained number to each filter’s sums. It begins at 0.',
    default: true,
  },
  ...kernelParameters,
} as const satisfies Parameters;

export const filtersParameter = {
  filters: {
    type: 'integer',
    title: 'Filters',
    help: 'How many patterns are looked for: the channels of the output.',
    min: 1,
    max: 65_536,
    step: 1,
  },
} as const satisfies Parameters;

type Params = Typed<typeof filterParameters> & Typed<typeof filtersParameter>;

export const convolutionCount = ({ filters, bias }: Params, w: Windows): number =>
  patchOf(w) * filters + (bias ? filters : 0);
export const convolutionMultiplyAdds = ({ filters }: Params, w: Windows): number => placesOf(w) * patchOf(w) * filters;

/** @param shape of the kernel, as in Keras: window, channels, filters */
export const convolutionWeights = (params: Params, w: Windows, shape: readonly number[]): readonly WeightSpec[] => [
  kernelWeight(params, {
    shape,
    fanIn: patchOf(w),
    fanOut: w.windowHeight * w.windowWidth * params.filters,
    matrix: true,
  }),
  ...(params.bias ? [{ name: 'bias', shape: [params.filters], initialize: () => {} }] : []),
];

/** The patches of one sample at a time: a batch of them would be large, and would not stay in the cache. */
export const convolutionBuffers = (facts: LayerFacts<Params>, w: Windows): readonly BufferSpec[] => [
  { name: 'patches', type: 'real', length: placesOf(w) * patchOf(w), perSample: false, lifetime: 'call' },
  ...(keepsSum(facts) ? ([{ name: 'sum', type: 'real', length: sizeOf(facts.shape), perSample: true }] as const) : []),
];

/** Convolution by the kernels of the network; see ProductKernels. */
export function buildConvolution(b: LayerBuild<Params>, w: Windows): LayerRuntime {
  const { kernels, output, fusedWithLoss } = b;
  const { filters } = b.params;
  const [x] = b.inputs;
  const [dx] = b.inputGradients;
  const dy = b.outputGradient;
  const kernel = b.weight('kernel');
  const bias = b.params.bias ? b.weight('bias') : undefined;
  const activation = activationOf(b);
  const sum = keepsSum(b) ? b.real('sum') : output;
  const kept = activation.keeps === 'input' ? sum : output;
  const patches = b.real('patches');
  const places = placesOf(w);

  return {
    beforeActivation: fusedWithLoss ? sum : undefined,
    forward({ rows }) {
      kernels.convolve(sum, output, x, kernel.values, bias?.values, activation, rows, filters, w, patches);
    },
    backward({ rows }) {
      if (!dy || !kernel.gradient) return;
      // In place: nobody reads the gradient of the activated value again.
      if (!fusedWithLoss) activation.backward(kept, dy, dy, rows * places, filters);
      if (bias?.gradient) kernels.sumColumns(bias.gradient, dy, rows * places, filters);
      // Before the weights may move.
      if (dx) kernels.convolveInputGradient(dx.values, dy, kernel.values, rows, filters, w, patches, dx.accumulate);
      kernels.convolveWeightGradient(kernel, x, dy, rows, filters, w, patches);
    },
  };
}
