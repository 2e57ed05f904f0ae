import { inputAt, type Samples, type Target, toDataUnits } from '../dataset';
import { classOf } from '../evaluation';
import type { Network } from '../network';
import { FIRST_STEP } from '../predict';
import type { Part, Trainer } from '../trainer';
import type { LensView, Work } from './define';

/** What the network answers to every sample of a part, by the weights of one moment. */
export interface PartAnswers {
  readonly samples: Samples;
  readonly count: number;
  /** Columns of `outputs`: one for each class, also where the network has a single output for two; or for each number. */
  readonly columns: number;
  /** count x columns: probabilities, or numbers in the data's units. */
  readonly outputs: Float64Array;
  /** Loss of each sample; NaN where the answers are means over masks. */
  readonly losses: Float64Array;
}

/** A part of the data that may be looked at. @throws RangeError where there are no samples, or the test set is not due yet */
export function partOf({ dataset, end }: Trainer, part: Part): Samples {
  const samples = dataset[part];
  if (samples.count === 0) throw new RangeError(`There are no ${part} samples. Give them a share in "split".`);
  if (part === 'test' && !end)
    throw new RangeError(
      'The test samples can be looked at once the run has ended: whoever looks before tunes to them.',
    );
  return samples;
}

/** @throws RangeError where no classes are learned */
export function classesOf({ dataset: { target } }: Trainer, what: string): readonly string[] {
  if (target.type !== 'classes') throw new RangeError(`The target is a number: ${what} is for classes.`);
  return target.names;
}

/**
 * Asks a network, dropout off, or takes the mean over masks where `passes` says so (Monte Carlo dropout, as
 * `predictMonteCarlo`).
 * @param passes 0: dropout off
 * @param network of the lenses' own, with the weights of the moment
 */
export function* answersOf(
  { trainer, copies }: LensView,
  part: Part,
  passes = 0,
  network: Network = copies.answering(),
): Work<PartAnswers> {
  const samples = partOf(trainer, part);
  const { target } = trainer.dataset;
  const { outputSize } = network;
  const columns = target.names.length;
  const one = columns !== outputSize;
  const outputs = new Float64Array(samples.count * columns);
  const losses = new Float64Array(samples.count).fill(NaN);
  for (let from = 0; from < samples.count; from += network.maxBatch) {
    const rows = Math.min(network.maxBatch, samples.count - from);
    for (let row = 0; row < rows; row++) network.put(samples, from + row, row);
    for (let pass = 0; pass < Math.max(1, passes); pass++) {
      if (passes > 0) network.forward('sample', rows, FIRST_STEP + pass, from);
      else network.forward('evaluate', rows);
      for (let row = 0; row < rows; row++)
        for (let c = 0; c < columns; c++) {
          const output = network.output[row * outputSize + (one ? 0 : c)];
          const answer = one && c === 0 ? 1 - output : output;
          outputs[(from + row) * columns + c] += answer / Math.max(1, passes);
        }
      if (passes > 0) yield;
    }
    if (passes === 0) for (let row = 0; row < rows; row++) losses[from + row] = network.lossOfRow(row);
    yield;
  }
  if (target.type === 'numbers') toDataUnits(outputs, target);
  return { samples, count: samples.count, columns, outputs, losses };
}

/** The class that a sample is of, by its label. */
export const labelOf = (samples: Samples, at: number): number =>
  classOf(samples.targets, at, samples.targets.length / samples.count);

/** The numbers that a sample has, in the data's units. */
export const numbersOf = (samples: Samples, at: number, target: Target): Float64Array =>
  toDataUnits(Float64Array.from(columnsAt(samples, at)), target);

const columnsAt = ({ targets, count }: Samples, at: number): Float32Array => {
  const width = targets.length / count;
  return targets.subarray(at * width, (at + 1) * width);
};

/** One sample as a panel shows it. */
export interface SeenSample {
  /** Place in its part, from 0. */
  readonly position: number;
  /** Row of the data, from 0. */
  readonly row: number;
  /** As the network gets it (scaled). */
  readonly input: Float32Array;
  /** Class index, or the numbers wanted, in the data's units. */
  readonly target: number | readonly number[];
  /** The likeliest class, or the numbers answered. */
  readonly answered: number | readonly number[];
  /** Of classes: what was given to the label, and to the class answered. */
  readonly probability?: { readonly label: number; readonly answered: number };
  readonly loss: number;
  /** True where label noise drew its label anew. */
  readonly noisy: boolean;
}

export function seenSample(view: LensView, part: Part, answers: PartAnswers, at: number): SeenSample {
  const { samples, columns, outputs, losses } = answers;
  const { target } = view.trainer.dataset;
  const { inputSize } = view.trainer.network;
  const own = outputs.subarray(at * columns, (at + 1) * columns);
  const sample = {
    position: at,
    row: samples.rows[at],
    input: Float32Array.from({ length: inputSize }, (_, i) => inputAt(samples, at * inputSize + i)),
    loss: losses[at],
    noisy: part === 'train' && view.noisy !== undefined && includesSorted(view.noisy, at),
  };
  if (target.type === 'numbers')
    return { ...sample, target: Array.from(numbersOf(samples, at, target)), answered: Array.from(own) };
  const label = labelOf(samples, at);
  const answered = answeredOf(answers, at);
  return { ...sample, target: label, answered, probability: { label: own[label], answered: own[answered] } };
}

/**
 * The class answered to a sample. Of two with one output the second only above one half, as everywhere: both columns are
 * written, and the first of equals is taken.
 */
export const answeredOf = ({ outputs, columns }: PartAnswers, at: number): number => classOf(outputs, at, columns);

function includesSorted(values: Uint32Array, wanted: number): boolean {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return values[low] === wanted;
}

/** Whether a network has dropout: without any, Monte Carlo passes would all be the same. */
export const drops = (network: Network): boolean => network.layers.some(({ runtime }) => runtime.dropping);
