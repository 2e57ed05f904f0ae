/** Host and worker: runs on disk, as a list shows them. */
import type { EndRecord, EpochRecord, Metrics } from '../engine/records';

/** PyTorch, where it makes the steps of a run. */
export interface BackendMade {
  /** Its version. */
  readonly torch: string;
  /** On all machines together. */
  readonly processes: number;
}

export interface RunSummary {
  /** Absolute. */
  readonly directory: string;
  /**
   * How it ended; `running`: somebody writes it now; `interrupted`: it has not ended, and nobody does; `damaged`: it
   * cannot be understood.
   */
  readonly state: EndRecord['reason'] | 'running' | 'interrupted' | 'damaged';
  /** Whether it can be gone on with as it is. */
  readonly unfinished: boolean;
  /** Absent where the run is damaged. */
  readonly model?: {
    readonly name: string;
    /** Absolute path of its file; the likeliest, where there is none. Absent where it never was a file. */
    readonly file?: string;
    readonly there: boolean;
  };
  /** ISO 8601, UTC. */
  readonly started?: string;
  /** Spent training, as far as it is known. */
  readonly seconds?: number;
  readonly epochs?: number;
  readonly last?: EpochRecord;
  /** The best epoch on validation, so far. */
  readonly best?: { readonly epoch: number; readonly loss: number; readonly value?: number };
  /** Of the weights the run ended with. */
  readonly test?: Metrics;
  /** Why it ended early. */
  readonly message?: string;
  readonly seed?: number;
  /** What made its steps; absent: the engine. */
  readonly backend?: BackendMade;
  /** What a person calls it, and says of it. */
  readonly name?: string;
  readonly note?: string;
  readonly pinned?: boolean;
  /** What of it is not whole, in words for a person. */
  readonly problems: readonly string[];
}

/** What a person says of a run; what is empty or false is taken back. */
export type RunNotesChange = Pick<RunSummary, 'name' | 'note' | 'pinned'>;

/** What a worker answers on runs that it does not train. */
export interface RunsApi {
  /** All in a folder, the newest first; a folder that is not there has none. */
  listRuns(folder: string): RunSummary[];
  /** One run; undefined where the folder is none. */
  lookAtRun(directory: string): RunSummary | undefined;
  /** Throws a RunError-like RemoteError where notes that are there cannot be read. */
  noteRun(directory: string, change: RunNotesChange): void;
  /** Bytes that each takes on disk. */
  sizesOfRuns(directories: readonly string[]): number[];
  /** Throws a RunError-like RemoteError where it is no run, or somebody writes it. */
  refuseDeletingRun(directory: string): void;
  /** Moves a run to `.trash` beside it, and says where it is then. */
  trashRun(directory: string): string;
}
