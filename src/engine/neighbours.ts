import { copyLevels, type Dataset, outputSizeOf, type Samples } from './dataset';
import { kindOf } from './define';
import { losses } from './losses/index';
import type { Network } from './network';

/** Samples that are asked about, and that answer: beyond these, evenly chosen ones stand for all. */
const MOST_ASKED = 400;
const MOST_ANSWERING = 1500;
/** Multiplications, at most: some hundred milliseconds. */
const MOST_WORK = 1e8;
/** How many neighbours are asked. */
const NUMBERS = [2, 3, 5, 8, 12, 20, 32, 50];

/**
 * The loss of asking a training sample's nearest neighbours among the other training samples (Fix and Hodges 1951; Cover and
 * Hart, "Nearest Neighbor Pattern Classification", 1967): what a learner without weights makes of the same inputs. A network
 * that can do better has learned something; where neither can, the inputs may not say more about the targets.
 *
 * The answer is the mean of the targets of the k nearest by Euclidean distance, with one sample's worth of the mean of all mixed in, so that
 * no class is impossible. Of several k the one with the least loss. Each sample is left out of its own neighbours.
 * @returns in units of the loss, as `baselineLoss`; undefined where there are fewer than ten samples, where the model names no loss, or
 *   where it is not finite
 */
export function neighbourLoss(network: Network, dataset: Dataset): number | undefined {
  const config = network.model.training?.loss;
  const { train } = dataset;
  if (!config || train.count < 10) return undefined;
  const definition = kindOf(losses, 'loss', config.kind);
  const columns = network.outputSize;
  const loss = (definition.createBehind ?? definition.create)(config.params, columns);
  const size = network.inputSize;
  const most = Math.max(10, Math.floor(MOST_WORK / size));
  const answering = evenly(train.count, Math.min(MOST_ANSWERING, Math.floor(Math.sqrt(2 * most))));
  const asked = evenly(answering.length, Math.min(MOST_ASKED, Math.floor(most / answering.length)));
  const inputs = inputsOf(train, answering, size);
  const wanted = wantedOf(dataset, answering, columns);
  if (dataset.target.type === 'classes') {
    const counts = new Float64Array(columns);
    wanted.forEach((v, i) => (counts[i % columns] += v));
    loss.balance?.(counts);
  }
  const mean = new Float64Array(columns);
  wanted.forEach((v, i) => (mean[i % columns] += v / answering.length));

  const numbers = NUMBERS.filter((k) => k < answering.length);
  const answers = numbers.map(() => new Float64Array(asked.length * columns));
  const targets = new Float64Array(asked.length * columns);
  asked.forEach((self, row) => {
    targets.set(wanted.subarray(self * columns, (self + 1) * columns), row * columns);
    const near = nearest(inputs, size, self, numbers[numbers.length - 1]);
    const sum = Float64Array.from(mean);
    near.forEach((other, i) => {
      for (let c = 0; c < columns; c++) sum[c] += wanted[other * columns + c];
      const at = numbers.indexOf(i + 1);
      if (at >= 0) for (let c = 0; c < columns; c++) answers[at][row * columns + c] = sum[c] / (i + 2);
    });
  });
  const costs = answers.map((answer) => loss.total(answer, answer, targets, asked.length, columns) / asked.length);
  const least = Math.min(...costs.filter(Number.isFinite));
  return Number.isFinite(least) ? least : undefined;
}

/** At most so many of the numbers below `count`, evenly spaced. */
const evenly = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) => Math.floor((i * count) / Math.min(count, most)));

function inputsOf(train: Samples, rows: readonly number[], size: number): Float32Array {
  const inputs = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    if (train.levels) copyLevels(train, row, size, inputs, i);
    else inputs.set(train.inputs.subarray(row * size, (row + 1) * size), i * size);
  });
  return inputs;
}

/** One output for two classes is the probability of the second: the last columns, as `Network.put` takes them. */
function wantedOf(dataset: Dataset, rows: readonly number[], columns: number): Float64Array {
  const width = outputSizeOf(dataset.target);
  const wanted = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    const end = (row + 1) * width;
    wanted.set(dataset.train.targets.subarray(end - columns, end), i * columns);
  });
  return wanted;
}

/** The places of the k nearest to one, which is not among them, nearest first. */
function nearest(inputs: Float32Array, size: number, self: number, k: number): Int32Array {
  const places = new Int32Array(k);
  const distances = new Float64Array(k).fill(Infinity);
  const start = self * size;
  for (let other = 0; other * size < inputs.length; other++) {
    if (other === self) continue;
    let distance = 0;
    for (let i = 0, at = other * size; i < size; i++, at++) distance += (inputs[start + i] - inputs[at]) ** 2;
    if (!(distance < distances[k - 1])) continue;
    let place = k - 1;
    for (; place > 0 && distances[place - 1] > distance; place--) {
      distances[place] = distances[place - 1];
      places[place] = places[place - 1];
    }
    distances[place] = distance;
    places[place] = other;
  }
  return places;
}
