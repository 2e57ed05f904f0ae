/**
 * What training tells: the same records in ticks, on the command line and on disk.
 *
 * A step has a number, counted through all epochs from 0: it keys the masks, and a sight carries it. The `step` of the
 * other records counts steps made: after the step numbered 0 it is 1.
 */
import type { Piece } from './dropping';

export type { Piece } from './dropping';

export interface Metrics {
  readonly loss: number;
  /** Share of right answers, 0 to 1. Class targets only. */
  readonly accuracy?: number;
  /** Root mean squared error. Number targets only. */
  readonly rmse?: number;
  /** Every other metric that was asked for, by its name. Left out where the samples leave it undefined. */
  readonly [metric: string]: number | undefined;
}

/** One evaluation, at the end of an epoch. */
export interface EpochRecord {
  readonly epoch: number;
  /** Steps made so far. */
  readonly step: number;
  /** The losses that the optimizer saw in this epoch, dropout on: mean over samples, smallest and largest batch. */
  readonly train: { readonly loss: number; readonly min: number; readonly max: number };
  readonly trainDropoutOff: Metrics;
  readonly validation?: Metrics;
  /** What the schedule gave at its end, warmup included. Only of runs whose learning rate follows one. */
  readonly learningRate?: number;
  /** By layer, of those whose rate follows a schedule. Absent where none does. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** What may be changed by hand between two steps of a run. */
export interface Change {
  /** The layer whose rate it is; absent: a number of the training section. */
  readonly layer?: string;
  /**
   * "rate" of a layer; else "batchSize", "clipValue", "clipNorm", or "optimizer." and the name of one of the optimizer's own
   * numbers, such as "optimizer.learningRate": what its schedule, where it has one, multiplies.
   */
  readonly parameter: string;
  readonly to: number;
}

/** Something changed by hand while training. A run with the same seed and the same changes at their steps is the same run. */
export interface ChangeRecord extends Change {
  /** Number of the first step it holds for: as many steps were made before it. */
  readonly step: number;
  readonly epoch: number;
  readonly from: number;
}

export interface EndRecord {
  /**
   * `finished`: all epochs are done. `target`: `stopAt` is reached. `time`: `maxSeconds` are over. `earlyStopping`: no
   * progress any more. `stopped`: by hand. `nan`: the loss is not finite.
   */
  readonly reason: 'finished' | 'target' | 'time' | 'earlyStopping' | 'stopped' | 'nan';
  /**
   * The best epoch on validation, and its validation loss: the epoch with the smallest loss, or, where early stopping
   * watches a metric, with the best `value` of that.
   */
  readonly best?: { readonly epoch: number; readonly loss: number; readonly value?: number };
  /** The epoch whose weights the run ended with, where they were put back: after early stopping, or by hand. */
  readonly kept?: number;
  /** Of the weights the run ended with; after early stopping, of those of the best epoch, which are put back. */
  readonly test?: Metrics;
  /** For classes: of the test samples, or without any of those for validation, by the weights the run ended with. Not where the run was stopped or failed. */
  readonly confusion?: ConfusionRecord;
  /** For `nan`: where it began and what to try; and the layer, where it began in one. */
  readonly message?: string;
  readonly layer?: string;
}

/** How a run stands on disk. */
export interface Kept {
  /** Absent before it could be made. */
  readonly directory?: string;
  /** The file that says who writes it: whoever ends the writer by force must remove it. */
  readonly lock?: string;
  /** What a crash now would go on from; absent: from the first step. */
  readonly checkpoint?: { readonly step: number; readonly epoch: number };
  /** Why it is not kept at the moment, in words for a person; training goes on in memory. */
  readonly problem?: string;
  /** What is not written beside the run, and why, in words for a person; the run itself is kept. */
  readonly warning?: string;
}

/** How often each class was answered where each was wanted. */
export interface ConfusionRecord {
  readonly part: 'validation' | 'test';
  /** A row for each class that was right, in it a number for each class answered, in the order of the target's names. */
  readonly counts: readonly (readonly number[])[];
}

/** What one sample looks like inside the network, at one training step, with the weights that step began with. */
export interface Sight {
  /** The step's number, from 0: with the seed, it gives the masks. */
  readonly step: number;
  readonly epoch: number;
  /** Position in the batch, and the batch's size. */
  readonly sample: number;
  readonly batchSize: number;
  /** Row of the data it is, from 0. */
  readonly row: number;
  /** As the network gets it (scaled). */
  readonly input: Float32Array;
  /** Class index, or the numbers wanted. */
  readonly target: number | readonly number[];
  readonly layers: readonly LayerSight[];
  /** The output with this step's masks, and in evaluation mode. */
  readonly answer: { readonly withMask: Float32Array; readonly withoutMask: Float32Array };
  /** What other masks make of it: where they came with the picture. */
  readonly others?: OtherMasks;
}
/** What a network answers for one sample with other masks than its step's: Monte Carlo dropout. */
export interface OtherMasks {
  /** Masks drawn. */
  readonly passes: number;
  /** Mean and standard deviation over the masks: of each class's probability, or of each number, in the data's units. */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** Of classes alone: how many of the masks answer each. */
  readonly votes?: Uint32Array;
}
export interface LayerSight {
  readonly id: string;
  /** What the layer gives out for this sample, dropout on. */
  readonly values: Float32Array;
  /** Only of layers that drop. */
  readonly mask?: LayerMask;
  /** What it drops of every sample of the batch: where that was asked for. */
  readonly batch?: BatchMask;
  /** Only of layers that drop connections instead of values. */
  readonly connections?: ConnectionMask;
}
export interface LayerMask {
  readonly rate: number;
  readonly units: number;
  readonly dropped: number;
  /** This sample's mask: bit i of byte i>>3 (least significant first) is 1 where unit i is dropped. */
  readonly bits: Uint8Array;
  /** Where values are dropped together: what goes in one piece, how many of them there are, and how many were dropped. */
  readonly pieces?: { readonly name: Piece; readonly count: number; readonly dropped: number };
}
/** What a layer drops of the samples of a batch, in the pieces in which it drops: see Pieces. */
export interface BatchMask {
  readonly piece: Piece | 'connection';
  /** Pieces of one sample; of connections, the units that they lead to. */
  readonly pieces: number;
  /** How many can be dropped of each: 1, or the connections that lead to a unit. */
  readonly each: number;
  /** Samples, from the first of the batch: all of it, unless connections are too many. */
  readonly rows: number;
  /** The probability with which each is dropped. */
  readonly chance: number;
  /** Rows of ceil(pieces/8) bytes: bit i of byte i>>3 (least significant first) is 1 where piece i is dropped. Of all but connections. */
  readonly bits?: Uint8Array;
  /** Of connections: how many are dropped of each unit's, rows x pieces. */
  readonly counts?: Uint32Array;
}
/** Which connections of a layer a sample goes without. */
export interface ConnectionMask {
  readonly rate: number;
  /** Values that come in, and units that they lead to: every one to every one. */
  readonly features: number;
  readonly units: number;
  readonly dropped: number;
  /** Of each unit, how many of its incoming connections are dropped. */
  readonly perUnit: Uint32Array;
  /** Bit i of byte i>>3 is 1 where the connection from value f to unit u, i = f x units + u, is dropped. Absent beyond 65,536 connections. */
  readonly bits?: Uint8Array;
  /** Beyond that: the share dropped of each block of them. */
  readonly blocks?: ConnectionShares;
}
/** Of each connection, or of each block of them, the share that is dropped: rows over the values that come in, columns over units. */
export interface ConnectionShares {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns. */
  readonly shares: Float32Array;
}
