import type { PageProgram } from '../page/content';
import type { RunHistory } from './history';
import type { ExportNote, TrainedModel } from './trained';

/** What is to be written. */
export interface ExportRequest {
  readonly trained: TrainedModel;
  /** The text of the model. */
  readonly text: string;
  /** True: dropout drops in what is written, where the format can say so. */
  readonly dropout: boolean;
  /** True: what was done to the numbers of the data is part of what is written, where the format can say so. */
  readonly scaling: boolean;
  /** How it was trained, for formats that tell of it. */
  readonly history?: RunHistory;
  /** For formats that want one: see `ExportFormat.program`. */
  readonly program?: PageProgram;
}

/** Files by name, and what the other program's words could not say. */
export interface ExportResult {
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  readonly notes: readonly ExportNote[];
}
