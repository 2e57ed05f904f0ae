import { Random } from '../engine/rng/philox';
import { Cells } from './cells';
import { type Table, labelNoiseParameter, seedParameter, splitParameter } from './source';

/** Every drawn set is points in the plane of two classes: what a person can see whole. */
export const planeOf = (classes: readonly [string, string]) => ({ shape: [2], classes }) as const;

/** The parameters that all drawn sets share. */
export const drawnParameters = (noise: number) =>
  ({
    samples: {
      type: 'integer',
      title: 'Samples',
      help: 'Points in all, half of them of each class.',
      default: 400,
      min: 2,
      max: 1_000_000,
      step: 50,
    },
    noise: {
      type: 'number',
      title: 'Noise',
      help: 'Standard deviation of the normal noise added to both coordinates. 0: exact curves.',
      default: noise,
      min: 0,
      step: 0.05,
    },
    labelNoise: labelNoiseParameter,
    split: splitParameter,
    seed: seedParameter,
  }) as const;

/**
 * Draws a set of two classes: the first class has floor(samples / 2) points, the second the rest.
 *
 * @param place puts point `i` of the `count` of its class, without noise; may draw from `random`
 */
export function drawPoints(
  title: string,
  classes: readonly [string, string],
  { samples, noise, seed }: { readonly samples: number; readonly noise: number; readonly seed: number },
  place: (label: 0 | 1, i: number, count: number, random: Random) => readonly [x: number, y: number],
): Table {
  const first = Math.floor(samples / 2);
  const inputs = new Float64Array(2 * samples);
  const indices = new Uint32Array(samples);
  // Separate streams: turning up the noise moves the same points further in the same directions.
  const places = new Random(seed, 'data/points');
  const shifts = new Random(seed, 'data/noise');
  for (let row = 0; row < samples; row++) {
    const label = row < first ? 0 : 1;
    const [x, y] = place(label, label === 0 ? row : row - first, label === 0 ? first : samples - first, places);
    inputs[2 * row] = x + noise * shifts.normal();
    inputs[2 * row + 1] = y + noise * shifts.normal();
    indices[row] = label;
  }
  return {
    title,
    rows: samples,
    inputNames: ['x', 'y'],
    inputs: Cells.of(inputs, 2),
    answers: { type: 'classes', names: classes, indices },
  };
}

/** The parameters of drawn sets whose target is a number. */
export const drawnNumberParameters = (noise: number, target: string) => {
  const shared = drawnParameters(noise);
  return {
    samples: { ...shared.samples, help: 'Points in all.' },
    noise: { ...shared.noise, help: `Standard deviation of the normal noise added to ${target}. 0: exact.` },
    split: shared.split,
    seed: shared.seed,
  } as const;
};

/**
 * Draws points spread evenly over [-1, 1] in every input, and a number for each.
 * @param answer the number without noise
 */
export function drawCurve(
  title: string,
  inputNames: readonly string[],
  target: string,
  { samples, noise, seed }: { readonly samples: number; readonly noise: number; readonly seed: number },
  answer: (point: Float64Array) => number,
): Table {
  const width = inputNames.length;
  const inputs = new Float64Array(width * samples);
  const values = new Float64Array(samples);
  const places = new Random(seed, 'data/points');
  const shifts = new Random(seed, 'data/noise');
  for (let i = 0; i < inputs.length; i++) inputs[i] = 2 * places.uniform() - 1;
  for (let row = 0; row < samples; row++)
    values[row] = answer(inputs.subarray(row * width, (row + 1) * width)) + noise * shifts.normal();
  return {
    title,
    rows: samples,
    inputNames,
    inputs: Cells.of(inputs, width),
    answers: { type: 'numbers', names: [target], values },
  };
}

/** `count` values from `from` to `to`, evenly spaced, both ends included (numpy's linspace). */
export const spaced = (from: number, to: number, i: number, count: number): number =>
  count === 1 ? from : from + ((to - from) * i) / (count - 1);
