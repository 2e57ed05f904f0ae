import type { LayerDefinition } from '../../../../src/engine/define';
import { compile, type Network } from '../../../../src/engine/network';
import { sizeOf } from '../../../../src/model/spec';
import { dense, input, modelOf } from '../support';

/**
 * A kind as layer "it" on values that are learned below it ("below") and read by a dense layer ("o"): 64-bit floats, so
 * that what the kind does is seen to the bit.
 */
export function around(
  kind: LayerDefinition,
  parameters: object = {},
  { rows = 1, seed = 7, shape = kind.exampleInputs[0] } = {},
): Network {
  const size = sizeOf(shape);
  const layers = [
    input(3),
    dense('below', size),
    { id: 'shaped', kind: 'reshape', shape },
    { id: 'it', kind: kind.kind, ...kind.example, ...parameters },
    { id: 'flat', kind: 'flatten' },
    dense('o', 2),
  ];
  const network = compile(modelOf(layers, { loss: 'meanSquaredError' }), {
    seed,
    maxBatch: rows,
    precision: 'float64',
  });
  network.input.forEach((_, i) => (network.input[i] = Math.sin(i + 1) + 2));
  const bias = network.parameters.get('below/bias')!.values;
  bias.forEach((_, i) => (bias[i] = 1 + Math.cos(i)));
  return network;
}

/** Of the last pass: what the layer "it" read and gave. */
export const before = (network: Network) => network.layer('shaped').values;
export const after = (network: Network) => network.layer('it').values;
export const masksOf = (network: Network) => network.layer('it').runtime.dropping!.masks!;

/** Five standard deviations of a binomial share: left by chance once in two million times. */
export const bound = (trials: number, p: number): number => 5 * Math.sqrt((p * (1 - p)) / trials);

/** The statistic of Pearson (1900) for counts against what was expected. */
export const chiSquare = (counts: readonly number[], expected: readonly number[]): number =>
  counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);

/** Pearson's test that two columns of bits are independent: above 24 by chance once in a million (one degree). */
export function dependence(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) counts[a[i] * 2 + b[i]]++;
  const p = (counts[2] + counts[3]) / a.length;
  const q = (counts[1] + counts[3]) / a.length;
  return chiSquare(
    counts,
    [(1 - p) * (1 - q), (1 - p) * q, p * (1 - q), p * q].map((share) => share * a.length),
  );
}
