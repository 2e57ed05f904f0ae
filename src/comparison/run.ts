import type { EpochRecord, Metrics } from '../engine/records';
import type { Model } from '../model/model';

/** A run as it is compared: what it was, and all that was measured of it. */
export interface ComparableRun {
  /** Of its directory. */
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  readonly state: string;
  /** It came to its end by itself: its last numbers are those that it was made for. */
  readonly isComplete: boolean;
  /** Absent where it cannot be read. */
  readonly model?: Model;
  readonly seeds: { readonly training: number; readonly data: number };
  /** The weights it began with, where they were those of another run. */
  readonly initial?: { readonly run: string; readonly checkpoint: string; readonly sha256: string };
  /** Asked for. */
  readonly epochs: number;
  readonly data: {
    /** Of the samples as the network got them. */
    readonly sha256: string;
    readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
  };
  readonly numerics: string;
  /** What made its steps, such as "PyTorch 2.2.2"; absent: the engine itself. */
  readonly backend?: string;
  /** Made by hand. */
  readonly changes: number;
  readonly parameters?: number;
  /** Spent training. */
  readonly seconds?: number;
  readonly history: readonly EpochRecord[];
  /** What it came to, in a few words; absent where nothing was measured, or its model cannot be read. */
  readonly verdict?: string;
  readonly test?: Metrics;
  /** Which way what is measured is better, by its name in records. */
  readonly better: Readonly<Record<string, 'higher' | 'lower'>>;
  /** What of it could not be read. */
  readonly problems: readonly string[];
}
