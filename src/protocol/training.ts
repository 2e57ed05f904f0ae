/** Host and worker: what trains, and what it tells. */
import type { Diagnostic } from '../model/diagnostics';

/** What the worker answers. */
export interface WorkerApi {
  /**
   * Reads the data a model names and checks the model against it, without training.
   * Findings are in `diagnostics`; nothing is thrown for a bad file.
   */
  inspect(request: ModelSource): Inspection;
  /** Loads data and compiles the network. Throws a ModelError-like RemoteError where either fails. */
  load(request: LoadRequest): Loaded;
  /** Goes on training until told otherwise. */
  run(): void;
  /** Finishes the step at work, shows that very step, and waits. Answers when it waits. */
  pause(): void;
  /** Makes one optimizer step, shows it, and waits. */
  step(): void;
  /** Ends the run; the weights of the last step are kept. Answers when it has ended. */
  stop(): void;
  /** A dropout rate changed by hand: takes effect on the next step and is recorded as a change. */
  setRate(layer: string, rate: number): void;
  /** What the views look at; nothing is computed for what nobody looks at. */
  watch(watch: Watch): void;
}

/** What the host answers the worker. */
export interface SessionApi {
  tick(tick: Tick): void;
}

export interface ModelSource {
  readonly text: string;
  /** Absolute path of the folder that the model's paths are relative to. */
  readonly folder: string;
}
export interface LoadRequest extends ModelSource {
  /** Sets the run's id on every tick. */
  readonly run: string;
}
export interface Inspection {
  readonly diagnostics: readonly Diagnostic[];
  readonly data?: DataSummary;
}
export interface DataSummary {
  /** Such as "moons" or "digits.csv". */
  readonly title: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly inputShape: readonly number[];
  /** Names of the values of a sample, as the CSV's header gives them. */
  readonly inputNames: readonly string[];
  /** Class names; empty for number targets. */
  readonly classes: readonly string[];
}
export interface Loaded {
  readonly data: DataSummary;
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** Which layers drop, in the order of the network. */
  readonly dropouts: readonly { readonly layer: string; readonly rate: number }[];
}

export interface Watch {
  /** False: no sight is computed at all. */
  readonly visible: boolean;
  /** Position in the batch of the sample shown; `auto` moves to the next with every new picture. */
  readonly sample: number | 'auto';
  /** Frozen: the step shown stays while training goes on. Other samples of that step can still be looked at. */
  readonly frozen: boolean;
}

export type RunState = 'training' | 'paused' | 'finished' | 'stopped' | 'failed';

export interface Metrics {
  readonly loss: number;
  /** Share of right answers, 0 to 1. Class targets only. */
  readonly accuracy?: number;
  /** Root mean squared error. Number targets only. */
  readonly rmse?: number;
}

/** One evaluation, at the end of an epoch. */
export interface EpochRecord {
  readonly epoch: number;
  readonly step: number;
  /** The losses that the optimizer saw in this epoch, dropout on: mean, smallest and largest batch. */
  readonly train: { readonly loss: number; readonly min: number; readonly max: number };
  readonly trainDropoutOff: Metrics;
  readonly validation?: Metrics;
}

/** Something changed by hand while training. */
export interface ChangeRecord {
  readonly step: number;
  readonly epoch: number;
  readonly layer: string;
  readonly parameter: 'rate';
  readonly from: number;
  readonly to: number;
}

export interface EndRecord {
  readonly reason: 'finished' | 'stopped' | 'nan';
  readonly best?: { readonly epoch: number; readonly loss: number };
  readonly test?: Metrics;
  /** For `nan`: where it began and what to try. */
  readonly message?: string;
}

/** At most 30 a second. Holds everything since the tick before, so curves lose no point. */
export interface Tick {
  readonly run: string;
  readonly state: RunState;
  readonly step: number;
  /** The epoch at work, from 1. */
  readonly epoch: number;
  /** Seconds spent training, pauses left out. */
  readonly seconds: number;
  /** Loss with dropout on of every step since the last tick. */
  readonly losses: Float32Array;
  readonly epochs: readonly EpochRecord[];
  readonly changes: readonly ChangeRecord[];
  /** Only when the picture changed: at most two a second while training. */
  readonly sight?: Sight;
  readonly end?: EndRecord;
}

/** What one sample looks like inside the network, at one training step, with the weights that step began with. */
export interface Sight {
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
}
export interface LayerSight {
  readonly id: string;
  /** What the layer gives out for this sample, dropout on. */
  readonly values: Float32Array;
  /** Only of layers that drop. */
  readonly mask?: LayerMask;
}
export interface LayerMask {
  readonly rate: number;
  readonly units: number;
  readonly dropped: number;
  /** This sample's mask: bit i of byte i>>3 (least significant first) is 1 where unit i is dropped. */
  readonly bits: Uint8Array;
  /** The masks of every sample of the batch, in rows of ceil(units/8) bytes: for the strip. */
  readonly batch: Uint8Array;
}

export const isDropped = (bits: Uint8Array, unit: number): boolean => ((bits[unit >> 3] >> (unit & 7)) & 1) === 1;
