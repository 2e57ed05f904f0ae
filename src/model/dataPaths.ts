import type { JsonObject, JsonPath } from './json';
import type { Parameters } from './spec';

/** A file or folder that a data section names. */
export interface DataPath {
  /** As the model gives it. */
  readonly path: string;
  /** Where the model gives it. */
  readonly at: JsonPath;
  /** Whether it names a folder. */
  readonly isFolder: boolean;
}

/** All files and folders that a data section names, in the order of its source's parameters. */
export function dataPathsOf(params: JsonObject, parameters: Parameters, at: JsonPath = ['data']): DataPath[] {
  return Object.entries(parameters).flatMap(([key, spec]) => {
    const value = params[key];
    if (spec.type === 'group' && typeof value === 'object' && value !== null && !Array.isArray(value))
      return dataPathsOf(value, spec.parameters, [...at, key]);
    if (spec.type !== 'path' || typeof value !== 'string') return [];
    return [{ path: value, at: [...at, key], isFolder: spec.folder === true }];
  });
}

/** What an editor has open. */
export interface Workspace {
  /** Absolute, links resolved: what lies in none of them is outside. */
  readonly folders: readonly string[];
  /** Whether the person trusts it. */
  readonly isTrusted: boolean;
}
