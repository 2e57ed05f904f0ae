import type { Dataset } from '../engine/dataset';
import { PANEL } from '../engine/matrices';
import { DEFAULT_MEMORY_LIMIT, checkMemory, estimateMemory, type MemoryEstimate } from '../engine/plan';
import { type Analysis, analyze } from '../model/analyze';
import { type Diagnostic, ModelError, type Severity } from '../model/diagnostics';
import type { JsonPath } from '../model/json';
import type { Model } from '../model/model';
import type { Catalogue } from '../model/spec';
import { adviseOnData } from './advice';
import { checkAgainstData } from './check';
import { type LoadedData, loadData } from './load';
import type { DataIo, Finding } from './source';

/** A model as far as it could be checked: against the language, against memory, against its data. */
export interface Inspected {
  /** Present where the language found no error. */
  readonly model?: Model;
  /** What training takes; present where the model can be compiled, or could in more memory. */
  readonly memory?: MemoryEstimate;
  /** Present where the model names data and nothing is wrong with either. */
  readonly data?: LoadedData;
  /** The data as it was read, even where the model does not fit it. */
  readonly dataset?: Dataset;
  readonly diagnostics: readonly Diagnostic[];
  locate(path: JsonPath): { offset: number; length: number };
}

/**
 * Reads a model's text and the data it names, and says all that is wrong with either, or may be. Nothing is allocated
 * for training. Throws for neither a bad text nor bad data.
 * @param memoryLimit bytes that training may take
 * @param load gives the data, such as from a cache
 */
export async function inspectModel(
  text: string,
  catalogue: Catalogue,
  io: DataIo,
  memoryLimit = DEFAULT_MEMORY_LIMIT,
  load: (model: Model, io: DataIo) => Promise<LoadedData> = loadData,
): Promise<Inspected> {
  const analysis = analyze(text, catalogue);
  const { model } = analysis;
  const locate: Analysis['locate'] = (path) => analysis.locate(path);
  const diagnostics = [...analysis.diagnostics];
  const add = (severity: Severity, finding: Finding): void => {
    diagnostics.push(placed(locate, severity, finding));
  };
  let memory: MemoryEstimate | undefined;
  const done = (data?: LoadedData): Inspected => ({
    model,
    memory,
    data: diagnostics.some((d) => d.severity === 'error') ? undefined : data,
    dataset: data?.dataset,
    diagnostics,
    locate,
  });
  if (!model) return done();
  try {
    memory = estimateMemory(model, { panel: PANEL });
    checkMemory(model, memory, memoryLimit);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    add('error', error);
  }
  if (!model.data) return done();
  try {
    const data = await load(model, io);
    const errors = checkAgainstData(model, data.dataset);
    for (const warning of data.warnings) add('warning', warning);
    for (const error of errors) add('error', error);
    if (errors.length === 0) for (const advice of adviseOnData(model, data.dataset)) add('warning', advice);
    return done(data);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    add('error', error);
    return done();
  }
}

/** A finding with its place in the text. */
export const placed = (
  locate: Analysis['locate'],
  severity: Severity,
  { code, path, message, fixes }: Finding,
): Diagnostic => ({ severity, code, message, path, ...locate(path), ...(fixes?.length && { fixes }) });
