import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { catalogue } from '../catalogue';
import { type Inspected, inspectModel } from '../data/inspect';
import { LoadCancelled } from '../data/source';
import type { Diagnostic } from '../model/diagnostics';
import { lineColumn } from '../model/positions';
import { type DataFileInfo, rememberFiles } from '../runs/dataFiles';
import { fileIo } from '../runs/files';
import type { Resumable } from '../runs/resume';
import { fingerprint } from '../runs/store';
import { type CliIo, type Output, UsageError } from './io';
import { loading } from './loading';

/** A model file, read and checked as far as it goes. */
export interface Source extends Inspected {
  /** As the command line names it. */
  readonly file: string;
  readonly text: string;
  /** Absolute; data paths are relative to it. */
  readonly folder: string;
  /** That its data was read from. */
  readonly files: readonly DataFileInfo[];
}

export const isWrong = ({ diagnostics }: Source): boolean => diagnostics.some((d) => d.severity === 'error');

/** @throws UsageError where the file cannot be read: the command line names no model */
export async function readModelText(file: string, cwd: string): Promise<{ text: string; folder: string }> {
  const path = resolve(cwd, file);
  try {
    return { text: await readFile(path, 'utf8'), folder: dirname(path) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${message}`);
  }
}

/**
 * Checks a model's text and its data. Whatever is wrong is in `diagnostics`.
 * @throws LoadCancelled where it was interrupted
 */
export async function checkSource(
  file: string,
  text: string,
  folder: string,
  io: CliIo,
  memoryLimit?: number,
): Promise<Source> {
  const remembered = rememberFiles(fileIo(folder, memoryLimit));
  const inspected = await loading(io, remembered.io, (data) => inspectModel(text, catalogue, data, memoryLimit));
  // What comes after the last piece of a file cannot be interrupted itself.
  if (io.interrupt.aborted) throw new LoadCancelled();
  return { ...inspected, file, text, folder, files: remembered.files() };
}

/**
 * A run's model with its data, from the first folder that has the data the run was made with; where none has, from the
 * likeliest.
 */
export async function runSource(
  { directory, modelText, folders, info }: Pick<Resumable, 'directory' | 'modelText' | 'folders' | 'info'>,
  io: CliIo,
  memoryLimit?: number,
): Promise<Source> {
  const file = join(directory, 'model.netjson');
  let first: Source | undefined;
  for (const folder of folders) {
    const source = await checkSource(file, modelText, folder, io, memoryLimit);
    if (source.data && fingerprint(source.data.dataset) === info.data.sha256) return source;
    first ??= source;
  }
  return first!;
}

/** One diagnostic a line, as compilers write them: editors and CI find the place. */
export function printDiagnostics(
  output: Output,
  { file, text }: Pick<Source, 'file' | 'text'>,
  diagnostics: readonly Diagnostic[],
): void {
  for (const { severity, code, message, offset } of diagnostics) {
    const { line, column } = lineColumn(text, offset);
    output.write(`${file}:${line}:${column}: ${severity}: ${message} [${code}]\n`);
  }
}
