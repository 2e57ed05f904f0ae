import { ShapeError, sizeOf, type Parameters, type Shape } from '../../../model/spec';
import { activationOptions, activations } from '../../activations/index';
import { kindOf, type BufferSpec, type LayerBuild, type LayerFacts, type WeightSpec } from '../../define';
import type { ActivationDefinition } from '../../kernels/functions';
import type { Typed } from '../../typed';
import { kernelParameters, kernelWeight } from '../kernel';

/** What every layer takes whose units read every value of the layer before. */
export const affineParameters = {
  units: {
    type: 'integer',
    title: 'Units',
    help: 'How many units, each giving one value.',
    min: 1,
    max: 1_000_000,
    step: 1,
  },
  activation: {
    type: 'choice',
    title: 'Activation',
    help: 'The function applied to each unit’s sum.',
    options: activationOptions,
    default: 'linear',
  },
  bias: {
    type: 'boolean',
    title: 'Bias',
    help: 'Add a trained number to each unit’s sum. It begins at 0.',
    default: true,
  },
  ...kernelParameters,
} as const satisfies Parameters;

type Affine = Typed<typeof affineParameters>;

/**
 * The values that a unit reads.
 * @param name what the message calls the layer, such as "A dense layer"
 * @throws ShapeError where the layer reads no list
 */
export function featuresOf(name: string, [shape]: readonly Shape[]): number {
  if (shape.length !== 1)
    throw new ShapeError(
      `${name} reads one list of values, such as [${sizeOf(shape)}]; found [${shape.join(', ')}]. ` +
        'Put a flatten layer before it: { "kind": "flatten" }.',
    );
  return shape[0];
}

/** "kernel" [features, units] and, where there is one, "bias" [units]. @param matrix as in `WeightSpec` */
export const affineWeights = (params: Affine, features: number, matrix?: true): readonly WeightSpec[] => [
  kernelWeight(params, { shape: [features, params.units], fanIn: features, fanOut: params.units, matrix }),
  ...(params.bias ? [{ name: 'bias', shape: [params.units], initialize: () => {} }] : []),
];

const definitionOf = (kind: string): ActivationDefinition => kindOf(activations, 'activation', kind);

/** The activation of a layer, by the loops of the network's kernels. */
export const activationOf = ({ kernels, params }: LayerBuild<Pick<Affine, 'activation'>>): ActivationDefinition =>
  kernels.activation(definitionOf(params.activation));

/** True where the sum is kept apart from the activated value, for something reads it later. */
export const keepsSum = ({ params, fusedWithLoss }: LayerFacts<Pick<Affine, 'activation'>>): boolean =>
  fusedWithLoss || definitionOf(params.activation).keeps === 'input';

export const sumBuffer = (facts: LayerFacts<Affine>): readonly BufferSpec[] =>
  keepsSum(facts) ? [{ name: 'sum', type: 'real', length: facts.params.units, perSample: true }] : [];
