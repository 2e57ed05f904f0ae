import type { RunVerdict } from '../../verdict';
import type { ChangeRecord, ConfusionRecord, EndRecord, EpochRecord } from '../../engine/records';

/** How a network came to its weights: what a run on disk tells of itself. */
export interface RunHistory {
  /** Of the run's directory. */
  readonly name: string;
  /** Whose weights are written: "best", "last" or "epoch-" and a number. */
  readonly checkpoint: string;
  readonly seeds: { readonly training: number; readonly data: number };
  /** Epochs asked for. */
  readonly epochs: number;
  readonly engine: { readonly name: string; readonly version: string };
  readonly numerics: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Spent training. */
  readonly seconds?: number;
  readonly reason?: EndRecord['reason'];
  readonly best?: EndRecord['best'];
  readonly kept?: EndRecord['kept'];
  readonly test?: EndRecord['test'];
  readonly confusion?: ConfusionRecord;
  readonly data: {
    /** Of the samples as the network got them. */
    readonly sha256: string;
    readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
    /** Samples of each part; absent where that was not kept. */
    readonly samples?: { readonly train: number; readonly validation: number; readonly test: number };
  };
  /** What it came to, and what that had to do without; absent where nothing was measured. */
  readonly verdict?: RunVerdict & { readonly lacks?: string };
  /** One record an epoch, in order. */
  readonly records: readonly EpochRecord[];
  readonly changes: readonly ChangeRecord[];
}

/** The epoch whose weights are written; undefined where the run does not say. */
export function epochOf({ checkpoint, best, kept, records }: RunHistory): number | undefined {
  const numbered = /^epoch-0*(\d+)$/.exec(checkpoint);
  if (numbered) return Number(numbered[1]);
  return checkpoint === 'best' ? best?.epoch : (kept ?? records.at(-1)?.epoch);
}

/** The history of a network that was trained here; undefined where a run only keeps weights from elsewhere. */
export const trainedHere = (history: RunHistory | undefined): RunHistory | undefined =>
  history && history.epochs > 0 ? history : undefined;
