import { inputAt, type Samples, toDataUnits } from '../dataset';
import type { Network } from '../network';
import { entropyOf, FIRST_STEP } from '../predict';
import type { Trainer } from '../trainer';
import { drops, labelOf, numbersOf } from './answers';
import type { LensView, Work } from './define';

export interface SurfaceAsk {
  /** Points along each input. */
  readonly side: number;
  /** Masks of Monte Carlo dropout; 0: dropout off alone. */
  readonly passes: number;
}

/** Evenly spaced points over the inputs, from the smallest to the largest; of two inputs the first runs fastest. */
export interface Grid {
  readonly side: number;
  /** Of each input, as the network gets it (scaled): the samples' range, and a little more. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

export interface SurfaceAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  readonly grid: Grid;
  /** Numbers a point: one for each class, or for each number learned. */
  readonly columns: number;
  /** points x columns, dropout off: probabilities, or numbers in the data's units. */
  readonly off: Float32Array;
  /** Absent where the network drops nothing or no passes are asked for. */
  readonly monteCarlo?: {
    readonly passes: number;
    /** points x columns: the mean over the masks. */
    readonly mean: Float32Array;
    /** points x columns: the standard deviation over the masks, dividing by their number. */
    readonly deviation: Float32Array;
    /** Of classes, a number a point, in nats: how unsure the mean is, H[mean p], and how far the masks disagree, H[mean p] - mean H[p]. */
    readonly entropy?: Float32Array;
    readonly mutualInformation?: Float32Array;
  };
  readonly points: PlanePoints;
}
/** The samples of training and validation, evenly chosen where there are more than MOST_POINTS of a part. */
export interface PlanePoints {
  /** count x inputs. */
  readonly inputs: Float32Array;
  /** The class, or the first number wanted, in the data's units. */
  readonly targets: Float32Array;
  /** 1 where it is a validation sample. */
  readonly validation: Uint8Array;
  /** 1 where label noise drew its label anew. */
  readonly noisy: Uint8Array;
  /** Rows of the data. */
  readonly rows: Uint32Array;
}

const MOST_POINTS = 500;
/** Of the samples' range, beyond it at either end. */
const MARGIN = 0.08;

/** @throws RangeError where the network does not read one or two numbers */
export function gridOver({ network, dataset }: Trainer, side: number): Grid {
  const { inputSize } = network;
  if (inputSize > 2)
    throw new RangeError(`The network reads ${inputSize} numbers: a picture of all its answers needs one or two.`);
  if (!Number.isInteger(side) || side < 2) throw new RangeError(`A grid has at least 2 points a side; found ${side}.`);
  const ranges = Array.from({ length: inputSize }, (_, input) => {
    let low = Infinity;
    let high = -Infinity;
    for (const part of [dataset.train, dataset.validation])
      for (let at = 0; at < part.count; at++) {
        const value = inputAt(part, at * inputSize + input);
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    const margin = MARGIN * (high - low) || 0.5;
    return [low - margin, high + margin] as const;
  });
  return { side, ranges };
}

export const pointsOf = ({ side, ranges }: Grid): number => side ** ranges.length;

/** Puts a point of the grid into row `row` of the network's batch. */
export function putPoint({ input, inputSize }: Network, { side, ranges }: Grid, point: number, row: number): void {
  for (let i = 0, rest = point; i < inputSize; i++, rest = Math.floor(rest / side)) {
    const [low, high] = ranges[i];
    input[row * inputSize + i] = low + ((rest % side) / (side - 1)) * (high - low);
  }
}

/**
 * What the network answers all over its one or two inputs, dropout off; and by Monte Carlo dropout (Gal and Ghahramani
 * 2016), where each pass is one mask for all points: a pass is then one smooth network, not one for each point.
 * @throws RangeError where the network does not read one or two numbers
 */
export function* surface(view: LensView, { side, passes }: SurfaceAsk): Work<SurfaceAnswer> {
  const { trainer, copies } = view;
  const { step, dataset } = trainer;
  const { target } = dataset;
  const grid = gridOver(trainer, side);
  const network = copies.answering();
  const count = pointsOf(grid);
  const columns = target.names.length;
  const spread = (values: ArrayLike<number>, row: number, to: Float32Array, point: number): void => {
    const one = network.outputSize !== columns;
    for (let c = 0; c < columns; c++) {
      const value = values[row * network.outputSize + (one ? 0 : c)];
      to[point * columns + c] = one && c === 0 ? 1 - value : value;
    }
    if (target.type === 'numbers') toDataUnits(to.subarray(point * columns, (point + 1) * columns), target);
  };
  const off = new Float32Array(count * columns);
  for (let from = 0; from < count; from += network.maxBatch) {
    const rows = Math.min(network.maxBatch, count - from);
    for (let row = 0; row < rows; row++) putPoint(network, grid, from + row, row);
    network.forward('evaluate', rows);
    for (let row = 0; row < rows; row++) spread(network.output, row, off, from + row);
    yield;
  }
  const answer = { step, grid, columns, off, points: planePoints(view) };
  if (passes === 0 || !drops(network)) return answer;

  const mean = new Float64Array(count * columns);
  const squares = new Float64Array(count * columns);
  const expected = new Float64Array(count);
  const answered = new Float32Array(columns);
  for (let point = 0; point < count; point++) {
    putPoint(network, grid, point, 0);
    for (let pass = 1; pass <= passes; pass++) {
      // Always row 0 of its pass, so that every point has the pass's one mask.
      network.forward('sample', 1, FIRST_STEP + pass - 1, 0);
      spread(network.output, 0, answered, 0);
      for (let c = 0; c < columns; c++) {
        const at = point * columns + c;
        const before = answered[c] - mean[at];
        mean[at] += before / pass;
        squares[at] += before * (answered[c] - mean[at]);
      }
      if (target.type === 'classes') expected[point] += entropyOf(answered, 0, columns) / passes;
    }
    if (point % network.maxBatch === 0) yield;
  }
  const deviation = Float32Array.from(squares, (sum) => Math.sqrt(sum / passes));
  const monteCarlo = { passes, mean: Float32Array.from(mean), deviation };
  if (target.type === 'numbers') return { ...answer, monteCarlo };
  const entropy = Float32Array.from(expected, (_, point) => entropyOf(mean, point, columns));
  const mutualInformation = entropy.map((h, point) => Math.max(0, h - expected[point]));
  return { ...answer, monteCarlo: { ...monteCarlo, entropy, mutualInformation } };
}

function planePoints({ trainer: { dataset, network }, noisy }: LensView): PlanePoints {
  const { target } = dataset;
  const chosen = ({ count }: Samples): number[] =>
    Array.from({ length: Math.min(count, MOST_POINTS) }, (_, i) =>
      count <= MOST_POINTS ? i : Math.floor((i * count) / MOST_POINTS),
    );
  const all = [
    ...chosen(dataset.train).map((at) => ({ samples: dataset.train, at, validation: 0 })),
    ...chosen(dataset.validation).map((at) => ({ samples: dataset.validation, at, validation: 1 })),
  ];
  const wrong = new Set(noisy);
  const { inputSize } = network;
  return {
    inputs: Float32Array.from(
      all.flatMap(({ samples, at }) =>
        Array.from({ length: inputSize }, (_, i) => inputAt(samples, at * inputSize + i)),
      ),
    ),
    targets: Float32Array.from(all, ({ samples, at }) =>
      target.type === 'classes' ? labelOf(samples, at) : numbersOf(samples, at, target)[0],
    ),
    validation: Uint8Array.from(all, ({ validation }) => validation),
    noisy: Uint8Array.from(all, ({ at, validation }) => (validation === 0 && wrong.has(at) ? 1 : 0)),
    rows: Uint32Array.from(all, ({ samples, at }) => samples.rows[at]),
  };
}
