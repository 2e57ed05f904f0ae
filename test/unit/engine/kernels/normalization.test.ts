import type { GradientTarget } from '../../../../src/engine/kernels/functions';
import { normalizationKernels } from '../../../../src/engine/kernels/normalization';
import type { NormalizationKernels, Scaling } from '../../../../src/engine/kernels/set';
import { Random } from '../../../../src/engine/rng/philox';
import { assertSame } from './support';
import { allBenches, assertNear, drawn } from './supportPooling';

/** Some roundings of single precision, of sums of numbers around 1 that partly cancel. */
const TOLERANCE = 3e-6;
const EPSILON = 0.001;

interface Trial {
  readonly rows: number;
  readonly columns: number;
  readonly x: Float32Array;
  readonly dy: Float32Array;
  readonly before: Float32Array;
  readonly gamma: Float32Array | undefined;
  readonly beta: Float32Array | undefined;
}

function trialOf(random: Random, rows: number, columns: number, extremes = false): Trial {
  const size = rows * columns;
  const scale = random.below(3) > 0;
  const center = random.below(3) > 0;
  // Means that are not small against the deviations; and nothing so large that a sum depends on its order.
  const x = drawn(random, size, extremes).map((v) => (Math.abs(v) === Math.fround(3e38) ? 0 : v + 3));
  const some = () => Float32Array.from({ length: columns }, () => random.normal());
  const gamma = scale ? some() : undefined;
  return {
    rows,
    columns,
    x,
    dy: drawn(random, size),
    before: drawn(random, size),
    gamma,
    beta: center ? some() : undefined,
  };
}

/** Everything that normalising gives, by name. */
type Results = Record<string, Float32Array>;
type Place = (values: Float32Array) => Float32Array;

const scalingOf = ({ gamma, beta }: Trial, place: Place): Scaling => {
  const weight = (values: Float32Array | undefined) =>
    values && { values: place(values), gradient: place(new Float32Array(values.length)) };
  return { gamma: weight(gamma), beta: weight(beta) };
};
const gradientsOf = ({ gamma, beta }: Scaling): Results => ({
  ...(gamma && { 'gradient of gamma': gamma.gradient as Float32Array }),
  ...(beta && { 'gradient of beta': beta.gradient as Float32Array }),
});

function byColumns(
  kernels: NormalizationKernels,
  trial: Trial,
  measured: boolean,
  accumulate: boolean,
  place: Place,
): Results {
  const { rows, columns, before } = trial;
  const [x, dy, y] = [trial.x, trial.dy, before].map(place);
  const mean = place(new Float32Array(columns).fill(0.5));
  const variance = place(new Float32Array(columns).fill(2));
  const scaling = scalingOf(trial, place);
  if (measured) kernels.measureColumns(mean, variance, x, rows, columns);
  kernels.normalizeColumns(y, x, mean, variance, scaling, EPSILON, rows, columns);
  const dx: GradientTarget = { values: place(before), accumulate };
  const [fromMean, fromVariance] = [new Float32Array(columns), new Float32Array(columns)].map(place);
  kernels.normalizeColumnsGradient(
    dx,
    dy,
    x,
    mean,
    variance,
    scaling,
    EPSILON,
    measured,
    rows,
    columns,
    fromMean,
    fromVariance,
  );
  return { mean, variance, y, dx: dx.values as Float32Array, ...gradientsOf(scaling) };
}

function byRows(kernels: NormalizationKernels, trial: Trial, accumulate: boolean, place: Place): Results {
  const { rows, columns, before } = trial;
  const [x, dy, y] = [trial.x, trial.dy, before].map(place);
  const [mean, inverse] = [new Float32Array(rows), new Float32Array(rows)].map(place);
  const scaling = scalingOf(trial, place);
  kernels.normalizeRows(y, mean, inverse, x, scaling, EPSILON, rows, columns);
  const dx: GradientTarget = { values: place(before), accumulate };
  kernels.normalizeRowsGradient(dx, dy, x, mean, inverse, scaling, rows, columns);
  return { mean, inverse, y, dx: dx.values as Float32Array, ...gradientsOf(scaling) };
}

const tried = allBenches();

/** Near the reference on one thread; on more, and in the other module, the same bits. */
function assertAll(run: (kernels: NormalizationKernels, place: Place) => Results): void {
  const expected = run(normalizationKernels, (values) => values.slice());
  const results = tried.map((bench) => run(bench.set, (values) => bench.reals(values)));
  for (const [name, values] of Object.entries(expected)) {
    assertNear(results[0][name], values, TOLERANCE, name);
    for (const [i, result] of results.entries()) assertSame(result[name], results[0][name], `${name} of bench ${i}`);
  }
  for (const bench of tried) bench.checkGuards();
}

describe('Normalisation kernels agree with the reference', () => {
  const random = new Random(1, 'kernels/normalization');
  const sizes = [
    [1, 1],
    [7, 1],
    [1, 7],
    [2, 4],
    [9, 5],
    [13, 8],
    [33, 19],
    [64, 33],
    // More columns than go at a time, rows in more than one chunk, a share's columns in more than one cache line.
    [3, 8201],
    [4100, 9],
    [17, 100],
    ...Array.from({ length: 12 }, () => [1 + random.below(60), 1 + random.below(40)]),
  ];
  for (const [rows, columns] of sizes) {
    const trial = trialOf(random, rows, columns);
    const accumulate = random.below(2) === 0;
    const what = `${rows} × ${columns}${accumulate ? ', gradients added' : ''}`;
    it(`columns of ${what}, measured`, () => assertAll((k, place) => byColumns(k, trial, true, accumulate, place)));
    it(`columns of ${what}, by running averages`, () =>
      assertAll((k, place) => byColumns(k, trial, false, accumulate, place)));
    it(`rows of ${what}`, () => assertAll((k, place) => byRows(k, trial, accumulate, place)));
  }

  it('where there are infinities and NaN', () => {
    for (let trial = 0; trial < 6; trial++) {
      const strange = trialOf(random, 5, 9 + trial, true);
      assertAll((k, place) => byColumns(k, strange, true, false, place));
      assertAll((k, place) => byRows(k, strange, false, place));
    }
  });

  it('where values are all alike, or far from 0 as against how they differ', () => {
    for (const middle of [0, 1, 1e4]) {
      const trial = trialOf(random, 12, 10);
      trial.x.forEach((_, i) => (trial.x[i] = middle + (middle === 1 ? 0 : (i % 7) / 8)));
      assertAll((k, place) => byColumns(k, trial, true, false, place));
      assertAll((k, place) => byRows(k, trial, false, place));
    }
  });
});
