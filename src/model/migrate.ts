import { findNodeAtLocation } from 'jsonc-parser';
import { parse } from './parse';
import { setAt } from './textEdits';

/** A version of the format, and the way to it. */
export interface FormatVersion {
  readonly version: number;
  /** The first release that reads it. */
  readonly since: string;
  /**
   * Turns a text of the version before into one of this version, `version` itself aside: small edits of the text
   * (`textEdits.ts`), so that comments and layout stay. Absent in the first entry alone. Given only text that parses.
   */
  readonly migrate?: (text: string) => string;
}

/**
 * Every version there was, oldest first, each one more than the one before. A release that changes the format adds one
 * line here; texts of all versions before it are then offered the way up, one version after another.
 */
export const formatHistory: readonly FormatVersion[] = [{ version: 1, since: '0.1.0' }];

export const newestVersion = (history: readonly FormatVersion[]): number => history[history.length - 1].version;

/** The steps from a version to the newest, or undefined where no way is known. */
function stepsFrom(version: unknown, history: readonly FormatVersion[]): readonly FormatVersion[] | undefined {
  const at = history.findIndex((h) => h.version === version);
  return at < 0 ? undefined : history.slice(at + 1);
}

/** Whether a text of this version can be brought up to the newest one. */
export const isOutdated = (version: unknown, history: readonly FormatVersion[]): boolean =>
  (stepsFrom(version, history)?.length ?? 0) > 0;

/** A text in the newest version, or undefined where it does not parse or no way leads there. */
export function bringUpToDate(text: string, history: readonly FormatVersion[] = formatHistory): string | undefined {
  const { root, diagnostics } = parse(text);
  if (!root || diagnostics.length > 0) return undefined;
  const steps = stepsFrom(findNodeAtLocation(root, ['version'])?.value, history);
  return steps?.reduce((now, { version, migrate }) => setAt(migrate?.(now) ?? now, ['version'], version), text);
}
