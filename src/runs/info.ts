import type { DataFacts } from '../engine/dataFacts';
import type { NumericsClass } from '../engine/kernels/set';
import type { EndRecord, EpochRecord } from '../engine/records';
import type { DataFileInfo } from './dataFiles';

/** PyTorch, as a run was last made with it. */
export interface TorchBackendInfo {
  readonly name: 'torchrun';
  /** The version of PyTorch. */
  readonly torch: string;
  /** On all machines together. */
  readonly processes: number;
}

/** What `run.json` holds. */
export interface RunInfo {
  /** Of the run directory's layout. */
  readonly format: 1;
  readonly name: string;
  readonly model: {
    /** SHA-256 of `model.netjson`, in hexadecimal. */
    readonly sha256: string;
    /** The folder its data paths are relative to. */
    readonly folder: string;
    /** The same from the run directory, for a run that was moved or copied together with it; absent on another drive. */
    readonly place?: string;
    /** Name of the model's file in that folder. */
    readonly file?: string;
  };
  /**
   * SHA-256 of the samples as the network gets them: a resume on other data would not be the same run. And the files that
   * they were read from, so that it can be said what changed. And what a verdict has to know of them, which older runs have
   * not kept.
   */
  readonly data: { readonly sha256: string; readonly files?: readonly DataFileInfo[]; readonly facts?: DataFacts };
  /** As they were used: the command line can override the model's. */
  readonly seeds: { readonly training: number; readonly data: number };
  /**
   * The weights it began with, where they were those of another run: its folder's name, which of its checkpoints and of
   * which epoch, and the SHA-256 of `checkpoints/initial.safetensors`. Absent: drawn by the training seed.
   */
  readonly initial?: {
    readonly run: string;
    readonly checkpoint: string;
    readonly epoch?: number;
    readonly sha256: string;
  };
  readonly epochs: number;
  readonly stepsPerEpoch?: number;
  /** Trained numbers. */
  readonly parameters?: number;
  readonly engine: { readonly name: string; readonly version: string };
  /** Of the kernels: going on with others would not be the same run. */
  readonly numerics: NumericsClass;
  /** What made its steps; absent: the engine itself. */
  readonly backend?: TorchBackendInfo;
  readonly machine: { readonly platform: string; readonly arch: string; readonly node: string; readonly cores: number };
  /** ISO 8601, UTC. */
  readonly started: string;
  /** When it was gone on with after an interruption. */
  readonly resumed?: readonly string[];
  readonly ended?: string;
  /** Spent training, pauses left out: measured by a clock that nobody sets. */
  readonly seconds?: number;
  readonly reason?: EndRecord['reason'];
  readonly best?: EndRecord['best'];
  readonly kept?: EndRecord['kept'];
  readonly test?: EndRecord['test'];
  readonly confusion?: EndRecord['confusion'];
  /** Why it ended early, and in which layer that began. */
  readonly message?: string;
  readonly layer?: string;
  /** The last epoch that was measured: a list of runs needs no more than this file. */
  readonly last?: EpochRecord;
}

/** What an end leaves in it, and going on takes out again. */
export const ending: readonly (keyof RunInfo)[] = [
  'ended',
  'seconds',
  'reason',
  'best',
  'kept',
  'test',
  'confusion',
  'message',
  'layer',
  'last',
];

export const FORMAT = 1;

/** Ends that more epochs do not undo, and why. */
export const finals: Readonly<Partial<Record<EndRecord['reason'], string>>> = {
  earlyStopping: 'was stopped early: its patience is over',
  target: 'has reached its target ("stopAt")',
  time: 'has used up its time ("maxSeconds")',
  nan: 'failed, and would fail at the same step again',
};

/** Whether a run can be gone on with as it is, so that it is worth being offered. */
export const isUnfinished = ({ reason }: RunInfo): boolean => reason === undefined || reason === 'stopped';

/** How a run ended; undefined where it has not. */
export function endOf({ reason, best, kept, test, confusion, message, layer }: RunInfo): EndRecord | undefined {
  return reason && { reason, best, kept, test, confusion, message, layer };
}
