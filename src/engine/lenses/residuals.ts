import type { Part } from '../trainer';
import { answersOf, numbersOf } from './answers';
import type { LensView, Work } from './define';
import { histogram, type Histogram } from './histogram';

export interface ResidualsAsk {
  readonly part: Part;
  /** Which of the numbers learned. */
  readonly output: number;
}
export interface ResidualsAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  /** In the data's units, of evenly chosen samples where there are more than MOST_POINTS. */
  readonly wanted: Float64Array;
  readonly answered: Float64Array;
  /** Row of the data of each. */
  readonly rows: Uint32Array;
  /** Of all samples: answered - wanted. */
  readonly residuals: Histogram;
  readonly count: number;
  readonly mean: number;
  readonly rmse: number;
  readonly mae: number;
  /** 1 - sum of squared residuals / sum of squared distances from the mean wanted; NaN where all wanted are equal. */
  readonly r2: number;
}

const MOST_POINTS = 1000;

/** What was answered against what was wanted, dropout off. @throws RangeError where classes are learned, or there is no such output */
export function* residuals(view: LensView, { part, output }: ResidualsAsk): Work<ResidualsAnswer> {
  const { target } = view.trainer.dataset;
  if (target.type !== 'numbers') throw new RangeError('The target is a class: residuals are for numbers.');
  if (!(output in target.names))
    throw new RangeError(`There is no output ${output}: the outputs are 0 to ${target.names.length - 1}.`);
  const { step } = view.trainer;
  const { samples, count, columns, outputs } = yield* answersOf(view, part);
  const answered = Float64Array.from({ length: count }, (_, at) => outputs[at * columns + output]);
  const wanted = answered.map((_, at) => numbersOf(samples, at, target)[output]);
  const places = Uint32Array.from({ length: Math.min(count, MOST_POINTS) }, (_, i) =>
    count <= MOST_POINTS ? i : Math.floor((i * count) / MOST_POINTS),
  );
  return {
    step,
    wanted: Float64Array.from(places, (at) => wanted[at]),
    answered: Float64Array.from(places, (at) => answered[at]),
    rows: places.map((at) => samples.rows[at]),
    count,
    ...measuresOf(wanted, answered),
  };
}

/** @param wanted as many numbers as were answered, one at least */
export function measuresOf(
  wanted: Float64Array,
  answered: Float64Array,
): Pick<ResidualsAnswer, 'residuals' | 'mean' | 'rmse' | 'mae' | 'r2'> {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const off = answered.map((value, at) => value - wanted[at]);
  const middle = mean(wanted);
  const squares = mean(off.map((value) => value * value));
  const spread = mean(wanted.map((value) => (value - middle) ** 2));
  return {
    residuals: histogram(off, 30),
    mean: mean(off),
    rmse: Math.sqrt(squares),
    mae: mean(off.map(Math.abs)),
    r2: spread === 0 ? NaN : 1 - squares / spread,
  };
}
