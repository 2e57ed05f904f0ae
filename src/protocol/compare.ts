/** Host and the page that shows what differs between two versions of a model. */
import type { Comparison } from '../model/compare';
import type { CatalogueDescription } from './designer';

export type Side = 'before' | 'after';

/** What the host answers the page. */
export interface CompareHostApi {
  /** The page stands and asks for everything: answered, and followed by `show` notifications. */
  ready(): CompareWelcome;
  /** What was before comes after, and the other way round. */
  swap(): void;
  /** Opens VS Code's own comparison of the two texts. */
  textDiff(): void;
  /** Opens the text of a side, at a line where one is given. */
  open(side: Side, line?: number): void;
}

/** What the page answers the host. */
export interface CompareViewApi {
  show(shown: Compared): void;
}

export interface CompareWelcome {
  readonly catalogue: CatalogueDescription;
  readonly compared: Compared;
}

/** Two versions as they are now. */
export interface Compared {
  readonly before: VersionName;
  readonly after: VersionName;
  /** What differs, or what did when both were valid last. Absent only where they never were. */
  readonly comparison?: Comparison;
  /** Why they cannot be compared as they are now. */
  readonly problems: readonly VersionProblem[];
}
export interface VersionName {
  readonly title: string;
  /** Where it is from, in a few words. */
  readonly detail: string;
}
export interface VersionProblem {
  readonly side: Side;
  readonly message: string;
  /** From 1; absent where there is no text. */
  readonly line?: number;
}
