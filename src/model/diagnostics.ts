import type { Fix } from './fixes';
import type { JsonPath } from './json';

export type Severity = 'error' | 'warning' | 'information';

/** A finding, with its place in the text: UTF-16 offsets from the start, as VS Code's `positionAt` takes them. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable and short, such as `unknown-key`: for tests, quick fixes and the command line. */
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  readonly path: JsonPath;
  /** Remedies, each one edit of the text in which it was found, the likeliest first. Absent: none is obvious. */
  readonly fixes?: readonly Fix[];
}

/**
 * Something wrong that was found away from the text, in the data or while compiling: it names its place in the model
 * by path, and `locate` finds the characters.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  constructor(
    readonly code: string,
    readonly path: JsonPath,
    message: string,
    readonly fixes?: readonly Fix[],
  ) {
    super(message);
  }
}
