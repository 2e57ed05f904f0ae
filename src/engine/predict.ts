import { type Samples, type Target, toDataUnits } from './dataset';
import { classOf } from './evaluation';
import type { Network } from './network';

/** What Monte Carlo dropout says of some samples, in the units of the data; a row a sample, a column an output. */
export interface MonteCarlo {
  /** Mean over the passes: the predictive mean, or the probability of each class. */
  readonly mean: Float64Array;
  /** Standard deviation over the passes, dividing by their number. */
  readonly deviation: Float64Array;
  /** Of classes alone, one number a sample, in nats: how unsure the mean is, H[mean p]. */
  readonly entropy?: Float64Array;
  /** Of classes alone: the part of it that comes from the masks' disagreeing, H[mean p] - mean H[p]. */
  readonly mutualInformation?: Float64Array;
  /** Of classes alone, a column a class: how many passes give it the highest probability; of equal ones, to the first. */
  readonly votes?: Uint32Array;
}

/** Answers with dropout off, in the units of the data: rows x outputs. */
export function predict(network: Network, samples: Samples, target: Target): Float64Array {
  const answers = new Float64Array(samples.count * network.outputSize);
  for (let from = 0; from < samples.count; from += network.maxBatch) {
    const rows = putBatch(network, samples, from);
    network.forward('evaluate', rows);
    for (let i = 0; i < rows * network.outputSize; i++) answers[from * network.outputSize + i] = network.output[i];
  }
  return toDataUnits(answers, target);
}

/** Passes of prediction count steps from here, where no training step gets: their masks are drawn for them alone. */
export const FIRST_STEP = 2 ** 31;

/**
 * Monte Carlo dropout: Gal and Ghahramani, "Dropout as a Bayesian Approximation" (2016). Each pass keeps dropping on, and
 * batch normalisation as in evaluation; the spread of answers says how sure the network is. The split of the entropy of
 * classes is that of Gal, "Uncertainty in Deep Learning" (2017), section 3.3.1 (BALD, Houlsby et al. 2011).
 *
 * Masks depend on the network's seed, the pass and the sample's place alone: not on batches, nor on training.
 * @param passes at least 1
 * @throws RangeError where it is not a positive integer
 */
export function predictMonteCarlo(network: Network, samples: Samples, target: Target, passes: number): MonteCarlo {
  const work = monteCarlo(network, samples, target, passes);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * The same in pieces of one pass over one batch, with a `yield` between any two. The network may be used for other passes
 * meanwhile, if its weights and rates stay what they are.
 */
export function* monteCarlo(
  network: Network,
  samples: Samples,
  target: Target,
  passes: number,
): Generator<undefined, MonteCarlo, undefined> {
  if (!Number.isInteger(passes) || passes < 1)
    throw new RangeError(`Monte Carlo dropout takes a whole number of passes from 1; found ${passes}.`);
  const { outputSize } = network;
  const classes = target.type === 'classes' ? target.names.length : 0;
  const mean = new Float64Array(samples.count * outputSize);
  const deviation = new Float64Array(samples.count * outputSize);
  const entropy = new Float64Array(classes ? samples.count : 0);
  const expected = new Float64Array(classes ? samples.count : 0);
  const votes = new Uint32Array(samples.count * classes);
  for (let from = 0; from < samples.count; from += network.maxBatch)
    for (let pass = 1; pass <= passes; pass++) {
      const rows = putBatch(network, samples, from);
      network.forward('sample', rows, FIRST_STEP + pass - 1, from);
      // Welford (1962), so that small spreads around large means are not lost.
      for (let i = 0; i < rows * outputSize; i++) {
        const at = from * outputSize + i;
        const before = network.output[i] - mean[at];
        mean[at] += before / pass;
        deviation[at] += before * (network.output[i] - mean[at]);
      }
      for (let row = 0; classes && row < rows; row++) {
        expected[from + row] += entropyOf(network.output, row, outputSize) / passes;
        votes[(from + row) * classes + classOf(network.output, row, outputSize)]++;
      }
      yield;
    }
  for (let i = 0; i < deviation.length; i++) deviation[i] = Math.sqrt(deviation[i] / passes);
  if (target.type !== 'classes') {
    const { scale: scales } = target;
    if (scales) for (let i = 0; i < deviation.length; i++) deviation[i] *= scales[i % scales.length].scale;
    return { mean: toDataUnits(mean, target), deviation };
  }
  for (let row = 0; row < samples.count; row++) entropy[row] = entropyOf(mean, row, outputSize);
  return { mean, deviation, entropy, mutualInformation: entropy.map((h, row) => h - expected[row]), votes };
}

/** Puts the batch that begins at a sample. @returns how many samples it has */
export function putBatch(network: Network, samples: Samples, from: number): number {
  const rows = Math.min(network.maxBatch, samples.count - from);
  for (let row = 0; row < rows; row++) network.put(samples, from + row, row);
  return rows;
}

/** -sum p log p of a row of probabilities; a single one is that of the second of two classes. */
export function entropyOf(values: ArrayLike<number>, row: number, columns: number): number {
  const term = (p: number): number => (p > 0 ? -p * Math.log(p) : 0);
  if (columns === 1) return term(values[row]) + term(1 - values[row]);
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += term(values[row * columns + c]);
  return sum;
}
