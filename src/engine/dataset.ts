import type { LossSpec } from '../model/spec';
import type { Augmenting } from './augmentations/define';
import type { Real } from './real';

/** Samples in memory, ready to train on: what src/data yields and the trainer takes. */

/** What is to be learned: one of some classes, or one or more numbers. */
export type Target =
  | { readonly type: 'classes'; readonly names: readonly string[] }
  | {
      readonly type: 'numbers';
      readonly names: readonly string[];
      /** Where targets were scaled, a column each. Metrics and sights are in the data's units; the loss is not. */
      readonly scale?: readonly TargetScale[];
    };

/** number in the data's units = number of the network x scale + offset */
export interface TargetScale {
  readonly scale: number;
  readonly offset: number;
}

/**
 * number in the data's units = number of the network x scale + offset; with `log`, that is log(1 + number in the data's
 * units)
 */
export interface InputScale extends TargetScale {
  readonly log?: true;
}

interface AnySamples {
  readonly count: number;
  /** count × outputs: one-hot for classes, otherwise the numbers, scaled where `Target.scale` says so. */
  readonly targets: Float32Array;
  /** Row of the source each sample was, from 0. */
  readonly rows: Uint32Array;
  /** How much each sample counts in the loss, finite and from 0; absent: each 1. */
  readonly weights?: Float32Array;
}

export interface FloatSamples extends AnySamples {
  /** Row-major, count × size of the input shape. */
  readonly inputs: Float32Array;
  readonly levels?: undefined;
}

/** Pictures of eight bits: they stay bytes until a batch is gathered, a quarter of the memory. */
export interface ByteSamples extends AnySamples {
  /** Row-major, count × size of the input shape. */
  readonly inputs: Uint8Array;
  /** The number that each byte stands for: 256 for all inputs, or for each in turn of as many as divide a sample's size. */
  readonly levels: Float32Array;
}

export type Samples = FloatSamples | ByteSamples;

/** Puts what the bytes of the sample at `index`, of which there are `size`, stand for into row `row` of `into`. */
export function copyLevels(
  { inputs, levels }: ByteSamples,
  index: number,
  size: number,
  into: Real,
  row: number,
): void {
  const from = index * size;
  const to = row * size;
  const end = levels.length;
  if (end === 256) {
    for (let i = 0; i < size; i++) into[to + i] = levels[inputs[from + i]];
    return;
  }
  for (let i = 0, level = 0; i < size; i++) {
    into[to + i] = levels[level + inputs[from + i]];
    level += 256;
    if (level === end) level = 0;
  }
}

/** One of all the inputs, by its place among them. */
export const inputAt = (samples: Samples, at: number): number =>
  samples.levels ? samples.levels[256 * (at % (samples.levels.length / 256)) + samples.inputs[at]] : samples.inputs[at];

export interface Dataset {
  /** Such as "moons" or "digits.csv". */
  readonly title: string;
  /** Of one sample: [features], or [height, width, channels]. */
  readonly inputShape: readonly number[];
  /** A name a feature; none where samples are pictures or other arrays. */
  readonly inputNames: readonly string[];
  /** Where the inputs of a table were scaled, one each: what brings them back to the data's units. */
  readonly inputScales?: readonly InputScale[];
  readonly target: Target;
  /** What is done to training samples each time a step takes them; absent: nothing. */
  readonly augment?: Augmenting;
  readonly train: Samples;
  readonly validation: Samples;
  readonly test: Samples;
}

/** Numbers that the output layer must give: one a class, or one a target column. */
export const outputSizeOf = (target: Target): number => target.names.length;

/** Brings outputs or targets, in place, to the units of the data where targets were scaled. @returns `values` */
export function toDataUnits<T extends Float32Array | Float64Array>(values: T, target: Target): T {
  const scales = target.type === 'numbers' ? target.scale : undefined;
  if (!scales) return values;
  for (let i = 0; i < values.length; i++) {
    const { scale, offset } = scales[i % scales.length];
    values[i] = values[i] * scale + offset;
  }
  return values;
}

/** True where one output, the probability of the second class, may stand for two classes. */
export const fitsOneOutput = (target: Target, loss: LossSpec | undefined): boolean =>
  loss?.oneOutput === true && target.type === 'classes' && target.names.length === 2;

/** Training samples of each class, where targets are one-hot. */
export function countsOf({ train, target }: Dataset): Float64Array {
  const counts = new Float64Array(target.names.length);
  for (let i = 0; i < train.targets.length; i++) counts[i % counts.length] += train.targets[i];
  return counts;
}

/** Whether each step sees training samples of its own. */
export const isAugmented = ({ augment }: Pick<Dataset, 'augment'>): boolean => (augment?.kinds.length ?? 0) > 0;
