import type { JsonObject } from '../../../src/model/json';

/** What was written with --json: one object a line. */
export const json = (out: string): JsonObject[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
