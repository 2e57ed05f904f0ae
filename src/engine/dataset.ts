import type { LossSpec } from '../model/spec';

/** Samples in memory, ready to train on: what src/data yields and the trainer takes. */

/** What is to be learned: one of some classes, or one or more numbers. */
export type Target =
  | { readonly type: 'classes'; readonly names: readonly string[] }
  | {
      readonly type: 'numbers';
      readonly names: readonly string[];
      /** Where targets were scaled: number = target x scale + offset, a pair a column. Metrics are in the data's units. */
      readonly scale?: readonly { readonly scale: number; readonly offset: number }[];
    };

export interface Samples {
  readonly count: number;
  /** Row-major, count × size of the input shape. */
  readonly inputs: Float32Array;
  /** count × outputs: one-hot for classes, the numbers themselves otherwise. */
  readonly targets: Float32Array;
  /** Row of the source each sample was, from 0. */
  readonly rows: Uint32Array;
}

export interface Dataset {
  /** Such as "moons" or "digits.csv". */
  readonly title: string;
  /** Of one sample: [features]. */
  readonly inputShape: readonly number[];
  readonly inputNames: readonly string[];
  readonly target: Target;
  readonly train: Samples;
  readonly validation: Samples;
  readonly test: Samples;
}

/** Numbers that the output layer must give: one a class, or one a target column. */
export const outputSizeOf = (target: Target): number => target.names.length;

/** True where one output, the probability of the second class, may stand for two classes. */
export const fitsOneOutput = (target: Target, loss: LossSpec | undefined): boolean =>
  loss?.oneOutput === true && target.type === 'classes' && target.names.length === 2;

/** Training samples of each class, where targets are one-hot. */
export function countsOf({ train, target }: Dataset): Float64Array {
  const counts = new Float64Array(target.names.length);
  for (let i = 0; i < train.targets.length; i++) counts[i % counts.length] += train.targets[i];
  return counts;
}
