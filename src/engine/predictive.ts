import type { Samples, Target } from './dataset';
import { classOf } from './evaluation';
import { surprise } from './losses/probabilities';
import type { Network } from './network';
import { FIRST_STEP, predictMonteCarlo, putBatch } from './predict';

/** How good Monte Carlo predictions of classes are. Entropies are in nats. */
export interface PredictiveOfClasses {
  readonly passes: number;
  /** Share of samples whose likeliest class, by the mean over the passes, is the right one. */
  readonly accuracy: number;
  /** Mean of log p over the samples, p the mean probability of the right class; as in the loss, within 1e-7 of 0 and 1. */
  readonly logLikelihood: number;
  /** The same with its sign changed. */
  readonly nll: number;
  /** Mean of how unsure the mean is. */
  readonly entropy: number;
  /** Mean of the part of it that comes from the masks' disagreeing. */
  readonly mutualInformation: number;
}

/** How good Monte Carlo predictions of numbers are. */
export interface PredictiveOfNumbers {
  readonly passes: number;
  /** Of the mean over the passes, in the unit of the data, over all outputs. */
  readonly rmse: number;
  /**
   * Mean over the samples of the log density of what was right, in nats and the unit of the data; absent where the noise is
   * none: then it knows no bounds.
   */
  readonly logLikelihood?: number;
  /** Standard deviation of the noise that stands around each output, in the unit of the data. */
  readonly noise: readonly number[];
}

export type Predictive = PredictiveOfClasses | PredictiveOfNumbers;

/** So many squared distances at most are kept to find the noise: 32 MiB. */
const MOST_DISTANCES = 2 ** 22;

/**
 * Measures Monte Carlo dropout: Gal and Ghahramani, "Dropout as a Bayesian Approximation" (2016). For numbers, the predictive
 * log likelihood of a sample y of D outputs is that of their section 4,
 * log (1/T sum_t N(y; y_t, I/tau)) = logsumexp_t(-tau/2 |y - y_t|^2) - log T - D/2 log 2 pi + D/2 log tau,
 * tau one for all outputs where they are scaled. As theirs, tau is what is likeliest of samples held back; here by
 * expectation maximization (Dempster, Laird and Rubin, 1977), D/tau = mean of sum_t w_t |y - y_t|^2.
 * @param held samples that the noise is found on: validation samples; of very many, the first
 * @throws RangeError where there are no samples, or passes is not a positive integer
 */
export function measurePredictive(
  network: Network,
  samples: Samples,
  target: Target,
  passes: number,
  held: Samples = samples,
): Predictive {
  if (samples.count === 0 || held.count === 0) throw new RangeError('There are no samples to measure the network on.');
  const { mean, entropy, mutualInformation } = predictMonteCarlo(network, samples, target, passes);
  const columns = network.outputSize;
  if (target.type === 'classes') {
    let [right, loss] = [0, 0];
    for (let row = 0; row < samples.count; row++) {
      const wanted = classOf(samples.targets, row, columns);
      if (classOf(mean, row, columns) === wanted) right++;
      loss += surprise(columns === 1 ? (wanted === 1 ? mean[row] : 1 - mean[row]) : mean[row * columns + wanted]);
    }
    const nll = loss / samples.count;
    return {
      passes,
      accuracy: right / samples.count,
      logLikelihood: -nll,
      nll,
      entropy: average(entropy!),
      mutualInformation: average(mutualInformation!),
    };
  }
  const scale = Array.from({ length: columns }, (_, i) => target.scale?.[i] ?? { scale: 1, offset: 0 });
  let squares = 0;
  for (let i = 0; i < mean.length; i++) {
    const { scale: by, offset } = scale[i % columns];
    squares += (mean[i] - (samples.targets[i] * by + offset)) ** 2;
  }
  const rmse = Math.sqrt(squares / mean.length);
  const variance = noiseVariance(network, held, passes);
  const noise = scale.map(({ scale: by }) => Math.abs(by) * Math.sqrt(variance));
  if (variance === 0) return { passes, rmse, noise };
  let total = 0;
  eachSample(network, samples, passes, samples.count, (distances) => {
    let nearest = Infinity;
    for (const d of distances) nearest = Math.min(nearest, d);
    let sum = 0;
    for (const d of distances) sum += Math.exp((nearest - d) / (2 * variance));
    total += Math.log(sum / passes) - nearest / (2 * variance);
  });
  const normal = noise.reduce((sum, sd) => sum + Math.log(sd) + Math.log(2 * Math.PI) / 2, 0);
  return { passes, rmse, logLikelihood: total / samples.count - normal, noise };
}

/** 1/tau that makes samples likeliest, in the unit that outputs are scaled to. */
function noiseVariance(network: Network, held: Samples, passes: number): number {
  const count = Math.min(held.count, Math.max(1, Math.floor(MOST_DISTANCES / passes)));
  const all = new Float64Array(count * passes);
  eachSample(network, held, passes, count, (distances, sample) => all.set(distances, sample * passes));
  const sizes = count * network.outputSize;
  let variance = all.reduce((sum, d) => sum + d, 0) / passes / sizes;
  for (let turn = 0; turn < 10_000 && variance > 0; turn++) {
    let sum = 0;
    for (let from = 0; from < all.length; from += passes) {
      const own = all.subarray(from, from + passes);
      let nearest = Infinity;
      for (const d of own) nearest = Math.min(nearest, d);
      let [weights, weighted] = [0, 0];
      for (const d of own) {
        const weight = Math.exp((nearest - d) / (2 * variance));
        weights += weight;
        weighted += weight * d;
      }
      sum += weighted / weights;
    }
    const next = sum / sizes;
    const done = Math.abs(next - variance) <= 1e-10 * variance;
    variance = next;
    if (done) break;
  }
  return variance;
}

/** Calls back for each sample with |target - output|^2 of each pass, as the network scales them. */
function eachSample(
  network: Network,
  samples: Samples,
  passes: number,
  count: number,
  visit: (distances: Float64Array, sample: number) => void,
): void {
  const { maxBatch, outputSize } = network;
  const distances = new Float64Array(maxBatch * passes);
  for (let from = 0; from < count; from += maxBatch) {
    let rows = 0;
    for (let pass = 0; pass < passes; pass++) {
      rows = putBatch(network, samples, from);
      network.forward('sample', rows, FIRST_STEP + pass, from);
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let i = row * outputSize; i < (row + 1) * outputSize; i++)
          sum += (network.output[i] - network.targets[i]) ** 2;
        distances[row * passes + pass] = sum;
      }
    }
    for (let row = 0; row < rows && from + row < count; row++)
      visit(distances.subarray(row * passes, (row + 1) * passes), from + row);
  }
}

const average = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;
