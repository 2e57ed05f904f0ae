import { ModelError } from '../model/diagnostics';
import type { DataPath, Workspace } from '../model/dataPaths';
import type { DataIo, Finding } from './source';

/** Whether an absolute path leads out of the workspace. Both kinds of separators separate; ".." must be resolved. */
export function leavesWorkspace(path: string, { folders }: Workspace): boolean {
  const parts = partsOf(path);
  return !folders.some((folder) => partsOf(folder).every((part, i) => part === parts[i]));
}

/** Those of Windows are the same however they are cased, and begin with a drive or a share. */
function partsOf(path: string): string[] {
  const isWindows = /^([a-z]:|\\\\)/i.test(path);
  return (isWindows ? path.toLowerCase().split(/[\\/]/) : path.split('/')).filter((part) => part !== '');
}

/**
 * Looks at where paths of a data section lead, with links resolved, before any is read. Where nobody works in a workspace, as
 * on the command line, all are fine.
 * @returns of each that leaves a trusted workspace, a warning that says where it leads
 * @throws ModelError at the first that leaves a workspace that is not trusted
 */
export async function checkPlaces(paths: readonly DataPath[], io: DataIo): Promise<Finding[]> {
  const { workspace } = io;
  if (!workspace || !io.place) return [];
  const findings: Finding[] = [];
  for (const { path, at, isFolder } of paths) {
    const leads = await io.place(path);
    if (!leavesWorkspace(leads, workspace)) continue;
    const where = `"${path}" leads out of the workspace, to ${leads}.`;
    const what = isFolder ? 'folder' : 'file';
    if (!workspace.isTrusted)
      throw new ModelError(
        'outside-workspace',
        at,
        `${where} This workspace is not trusted, so nothing outside of it is read. Copy the ${what} into it, or trust the workspace.`,
      );
    findings.push({
      code: 'outside-workspace',
      path: at,
      message: `${where} Whoever opens this workspace elsewhere does not have that ${what}: copy it beside the network.`,
    });
  }
  return findings;
}
