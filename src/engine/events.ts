import type { EndRecord, EpochRecord } from './records';

export type Part = 'train' | 'validation' | 'test';

/** One small unit of work done. */
export type TrainerEvent =
  /** One optimizer update: the step's number from 0, its epoch from 1, and the batch's mean loss, dropout on. */
  | { readonly type: 'step'; readonly step: number; readonly epoch: number; readonly loss: number }
  /** One batch measured with dropout off. */
  | { readonly type: 'evaluated'; readonly part: Part; readonly done: number; readonly total: number }
  | { readonly type: 'epoch'; readonly record: EpochRecord }
  | { readonly type: 'end'; readonly record: EndRecord };

/** The batch that the next step will be made on. */
export interface Upcoming {
  readonly step: number;
  readonly epoch: number;
  /** Positions in the training set, in the order of the batch. A view: valid until the next `advance`. */
  readonly rows: Uint32Array;
}
