/** Host and the page that shows runs side by side. */
import type { RunsComparison } from '../comparison/compare';
import type { EpochRecord } from './training';

export type { RunsComparison, Figure, Repeats } from '../comparison/compare';
export type { RunDifference } from '../comparison/differences';
export { differenceTitle, figureText, membersText, statisticText } from '../comparison/table';
export { statisticOf } from '../comparison/compare';

export interface ComparedRuns {
  readonly comparison: RunsComparison;
  /** What each run measured, in their order. */
  readonly histories: readonly (readonly EpochRecord[])[];
}

/** What the page keeps while it is hidden, and over a reload of the window: which runs, and how they are looked at. */
export interface KeptComparison {
  readonly directories: readonly string[];
  readonly metric: string;
  readonly mode: 'runs' | 'mean';
  readonly log: boolean;
}

/** What the host answers the page. */
export interface CompareRunsHostApi {
  /** The page stands and asks for everything: answered, and followed by `show` notifications. */
  ready(): ComparedRuns;
  /** Asks where to, and writes the tables there. */
  save(format: 'csv' | 'markdown'): void;
}

/** What the page answers the host. */
export interface CompareRunsViewApi {
  show(shown: ComparedRuns): void;
}
