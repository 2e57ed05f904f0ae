import { catalogue } from '../catalogue';
import { adviseOnData, checkAgainstData } from '../data/check';
import { type LoadedData, loadData } from '../data/load';
import type { Finding } from '../data/source';
import type { Dataset } from '../engine/dataset';
import { checkMemory, DEFAULT_MEMORY_LIMIT, planNetwork } from '../engine/plan';
import { analyze } from '../model/analyze';
import { type Diagnostic, ModelError, type Severity } from '../model/diagnostics';
import type { Model } from '../model/model';
import type { DataSummary, Inspection, ModelSource } from '../protocol/training';
import { fileIo } from '../runs/files';

/** A model and its data, both good to train with. */
export interface Opened {
  readonly model: Model;
  readonly dataset: Dataset;
}

export const summaryOf = ({
  title,
  train,
  validation,
  test,
  inputShape,
  inputNames,
  target,
}: Dataset): DataSummary => ({
  title,
  train: train.count,
  validation: validation.count,
  test: test.count,
  inputShape,
  inputNames,
  classes: target.type === 'classes' ? target.names : [],
});

/** Reads a model and its data and says all that is wrong with either, or may be. Throws for neither. */
export async function inspect({ text, folder }: ModelSource): Promise<Inspection> {
  const analysis = analyze(text, catalogue);
  const { model } = analysis;
  const found: Diagnostic[] = [...analysis.diagnostics];
  const add = (severity: Severity, { code, path, message }: Finding): void => {
    found.push({ severity, code, path, message, ...analysis.locate(path) });
  };
  if (!model) return { diagnostics: found };
  for (const error of errorsOfCompiling(model)) add('error', error);
  if (!model.data) return { diagnostics: found };
  let data: LoadedData;
  try {
    data = await loadData(model, fileIo(folder));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    add('error', error);
    return { diagnostics: found };
  }
  const errors = checkAgainstData(model, data.dataset);
  for (const warning of data.warnings) add('warning', warning);
  for (const error of errors) add('error', error);
  if (errors.length === 0) for (const advice of adviseOnData(model, data.dataset)) add('warning', advice);
  return { diagnostics: found, data: summaryOf(data.dataset) };
}

/** What compiling would refuse, found without allocating anything. */
function errorsOfCompiling(model: Model): ModelError[] {
  try {
    checkMemory(model, planNetwork(model), DEFAULT_MEMORY_LIMIT);
    return [];
  } catch (error) {
    if (error instanceof ModelError) return [error];
    throw error;
  }
}

/**
 * Reads a model and its data to train with.
 * @throws ModelError with the first thing that is wrong
 */
export async function open({ text, folder }: ModelSource): Promise<Opened> {
  const { model, diagnostics } = analyze(text, catalogue);
  if (!model) {
    const { code, path, message } = diagnostics.find((d) => d.severity === 'error')!;
    throw new ModelError(code, path, message);
  }
  if (!model.training)
    throw new ModelError(
      'no-training',
      [],
      'The model has no "training" section. Add one, such as "training": { "loss": "crossentropy" }.',
    );
  const { dataset } = await loadData(model, fileIo(folder));
  const [error] = checkAgainstData(model, dataset);
  if (error) throw error;
  return { model, dataset };
}
