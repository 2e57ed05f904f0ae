import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { exportFormats, type ExportFormat } from '../formats/exchange/exports';
import type { ExportResult } from '../formats/exchange/request';
import { writeAtomically } from '../runs/disk';
import { RunError } from '../runs/error';
import { readProgram } from './program';
import type { TrainedRun } from './run';

export interface ExportOptions {
  readonly dropout?: boolean;
  readonly scaling?: boolean;
  /** The folder of the product's own bundles, dist: formats that run take their program from there. */
  readonly programs: string;
}

/** True where a format is one file, false where it is a folder of several. */
export const isFile = ({ name }: ExportFormat): boolean => extname(name) !== '';

/**
 * Writes a run's network in a format: a file at `path`, or a new or empty folder there.
 * @returns the files that were written, and what the format could not say
 * @throws RunError where the place is taken; FormatError where the network has no form there
 */
export async function exportTo(
  path: string,
  kind: string,
  { trained, run, history }: TrainedRun,
  { dropout = false, scaling = false, programs }: ExportOptions,
): Promise<{ readonly written: readonly string[]; readonly notes: ExportResult['notes'] }> {
  const format = exportFormats.get(kind);
  if (!format) throw new RunError(`There is no format "${kind}". Known: ${[...exportFormats.keys()].join(', ')}.`);
  // Before the disk is touched: what cannot be said leaves nothing behind.
  const program = format.program && (await readProgram(programs));
  const request = { trained, text: run.modelText, dropout, scaling, history };
  const { files, notes } = format.write({ ...request, ...(program && { program }) });
  const written: string[] = [];
  if (isFile(format)) {
    const [content] = files.values();
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, content);
    return { written: [path], notes };
  }
  await mkdir(path, { recursive: true });
  if ((await readdir(path)).length > 0)
    throw new RunError(`${path} is not empty: name a new folder for ${basename(path)}, nothing is overwritten.`);
  for (const [name, content] of files) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeAtomically(join(path, name), content);
    written.push(join(path, name));
  }
  return { written, notes };
}
