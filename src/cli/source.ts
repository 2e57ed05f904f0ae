import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { catalogue } from '../catalogue';
import { adviseOnData, checkAgainstData } from '../data/check';
import { type LoadedData, loadData } from '../data/load';
import type { Finding } from '../data/source';
import { type Analysis, analyze } from '../model/analyze';
import { type Diagnostic, ModelError, type Severity } from '../model/diagnostics';
import type { Model } from '../model/model';
import { lineColumn } from '../model/positions';
import { fileIo } from '../runs/files';
import { type Output, UsageError } from './io';

/** A model file, read and checked as far as it goes: against the language, then against its data. */
export interface Source {
  /** As the command line names it. */
  readonly file: string;
  readonly text: string;
  /** Absolute; data paths are relative to it. */
  readonly folder: string;
  /** Present where the language found no error. */
  readonly model?: Model;
  /** Present where the model names data and nothing is wrong with either. */
  readonly data?: LoadedData;
  readonly diagnostics: readonly Diagnostic[];
  readonly locate: Analysis['locate'];
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

/** Checks a model's text and its data. Whatever is wrong is in `diagnostics`. */
export async function checkSource(file: string, text: string, folder: string): Promise<Source> {
  const analysis = analyze(text, catalogue);
  const { model } = analysis;
  const locate: Analysis['locate'] = (path) => analysis.locate(path);
  const diagnostics = [...analysis.diagnostics];
  const source = { file, text, folder, model, diagnostics, locate };
  if (!model?.data) return source;
  try {
    const data = await loadData(model, fileIo(folder));
    const errors = checkAgainstData(model, data.dataset);
    diagnostics.push(
      ...data.warnings.map((w) => place(locate, 'warning', w)),
      ...errors.map((e) => place(locate, 'error', e)),
      ...(errors.length === 0 ? adviseOnData(model, data.dataset) : []).map((w) => place(locate, 'warning', w)),
    );
    return errors.length === 0 ? { ...source, data } : source;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    diagnostics.push(place(locate, 'error', error));
    return source;
  }
}

/** A finding with its place in the text. */
export const place = (
  locate: Analysis['locate'],
  severity: Severity,
  { code, path, message }: Finding,
): Diagnostic => ({
  severity,
  code,
  message,
  path,
  ...locate(path),
});

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
