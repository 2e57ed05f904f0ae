import { homedir } from 'node:os';
import { resolve } from 'node:path';

interface Places {
  /** The folder of the model, absolute. */
  readonly folder: string;
  /** The folder of the workspace that it is in, absolute. */
  readonly workspace: string;
  readonly home?: string;
}

/** The folder that a value of the setting means: relative to the model's, with `${workspaceFolder}`, or at home (`~`). Absolute. */
export function runsFolderAt(set: string, { folder, workspace, home = homedir() }: Places): string {
  const atHome = /^~(?=$|[/\\])/.test(set) ? home + set.slice(1) : set;
  return resolve(folder, atHome.replaceAll('${workspaceFolder}', workspace));
}
