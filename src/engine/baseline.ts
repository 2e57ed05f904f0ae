import { type Dataset, outputSizeOf } from './dataset';
import { kindOf } from './define';
import type { LossFunction } from './kernels/functions';
import { losses } from './losses/index';
import type { Network } from './network';
import type { Real } from './real';

/**
 * The loss of a network that has learned nothing but how often each answer is wanted: the best answer that is the same for
 * every training sample, measured on the training samples, in the units of the loss. For cross-entropy that is the entropy
 * of the classes, for the mean squared error the variance of the target.
 *
 * It is the least of three constants: each column's mean, its median, and the same for all. One of them is the best there
 * is for every loss without weights but Huber's, whose best lies between mean and median.
 * @returns undefined where the model names no loss, or it is not finite
 */
export function baselineLoss(network: Network, dataset: Dataset): number | undefined {
  const config = network.model.training?.loss;
  if (!config) return undefined;
  const { count, targets } = dataset.train;
  const columns = network.outputSize;
  const width = outputSizeOf(dataset.target);
  const definition = kindOf(losses, 'loss', config.kind);
  // On the outputs themselves: a constant has no values before its activation.
  const loss = (definition.createBehind ?? definition.create)(config.params, columns);
  const wanted = new Float64Array(count * columns);
  // One output for two classes is the probability of the second: the last columns, as `Network.put` takes them.
  for (let row = 0; row < count; row++)
    for (let c = 0; c < columns; c++) wanted[row * columns + c] = targets[(row + 1) * width - columns + c];
  if (dataset.target.type === 'classes') balance(loss, wanted, columns);
  const answers = [means(wanted, columns), medians(wanted, columns), new Float64Array(columns).fill(1 / columns)];
  const least = Math.min(...answers.map((answer) => lossOf(answer, loss, wanted)).filter(Number.isFinite));
  return Number.isFinite(least) ? least : undefined;
}

function lossOf(answer: Float64Array, loss: LossFunction, wanted: Float64Array): number {
  const columns = answer.length;
  const rows = wanted.length / columns;
  const outputs: Real = new Float64Array(wanted.length);
  for (let i = 0; i < outputs.length; i++) outputs[i] = answer[i % columns];
  return loss.total(outputs, outputs, wanted, rows, columns) / rows;
}

function balance(loss: LossFunction, wanted: Float64Array, columns: number): void {
  const counts = new Float64Array(columns);
  for (let i = 0; i < wanted.length; i++) counts[i % columns] += wanted[i];
  loss.balance?.(counts);
}

function means(values: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) sums[i % columns] += values[i];
  return sums.map((sum) => (sum * columns) / values.length);
}

function medians(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  return Float64Array.from({ length: columns }, (_, c) => {
    const sorted = Float64Array.from({ length: rows }, (_unused, row) => values[row * columns + c]).sort();
    return (sorted[(rows - 1) >> 1] + sorted[rows >> 1]) / 2;
  });
}
