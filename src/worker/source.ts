import { basename } from 'node:path';
import { catalogue } from '../catalogue';
import { DataCache } from '../data/cache';
import { inspectModel } from '../data/inspect';
import { profileTable } from '../data/profile';
import { dataViewOf } from '../data/view';
import type { DataIo } from '../data/source';
import type { Dataset } from '../engine/dataset';
import { analyze } from '../model/analyze';
import type { DataView } from '../model/dataView';
import { ModelError } from '../model/diagnostics';
import type { Model } from '../model/model';
import type { TableProfile } from '../model/tableProfile';
import type { DataSummary, Inspection, ModelSource } from '../protocol/training';
import { rememberFiles } from '../runs/dataFiles';
import { fileIo, openRegular } from '../runs/files';
import type { NewRun } from '../runs/store';
import { Loads } from './loads';

/** A model and its data, both good to train with. */
export interface Opened {
  readonly model: Model;
  readonly dataset: Dataset;
  /** As of LoadedData. */
  readonly noisy: Uint32Array;
  /** What a run keeps of its data. */
  readonly kept: Pick<NewRun, 'files' | 'preprocessing'>;
}

export const summaryOf = ({
  title,
  train,
  validation,
  test,
  inputShape,
  inputNames,
  inputScales,
  target,
}: Dataset): DataSummary => ({
  title,
  train: train.count,
  validation: validation.count,
  test: test.count,
  inputShape,
  inputNames,
  ...(inputScales && { inputScales }),
  classes: target.type === 'classes' ? target.names : [],
  ...(target.type === 'numbers' && target.names.length > 1 && { targets: target.names }),
});

const read = ({ text, memoryLimit }: ModelSource, io: DataIo, load?: Parameters<typeof inspectModel>[4]) =>
  inspectModel(text, catalogue, io, memoryLimit, load);

const ioOf = ({ folder, memoryLimit, workspace }: ModelSource): DataIo => fileIo(folder, memoryLimit, workspace);

/** For whoever follows nothing. */
const unfollowed = new Loads({ loading: () => undefined, now: () => 0 });

/** Of inspections: they come with each pause in typing, mostly with the same data. */
const cache = new DataCache();

/** Reads a model and its data and says all that is wrong with either, or may be. Throws for neither. */
export async function inspect(source: ModelSource, loads: Loads): Promise<Inspection> {
  const { diagnostics, dataset, memory } = await loads.during(source.load, ioOf(source), (io) =>
    read(source, io, (model, io) => cache.load(model, io, source.folder)),
  );
  return { diagnostics, memory, ...(dataset && { data: summaryOf(dataset) }) };
}

/** @throws ModelError where the text is no valid model, or its data cannot be used */
export async function dataView(source: ModelSource, loads: Loads): Promise<DataView> {
  const { model, diagnostics } = analyze(source.text, catalogue);
  if (!model) {
    const { code, path, message } = diagnostics.find((d) => d.severity === 'error')!;
    throw new ModelError(code, path, message);
  }
  return loads.during(source.load, ioOf(source), (io) => dataViewOf(model, io));
}

/** @throws ModelError where the file is no table, and whatever reading it throws */
export async function profile(path: string): Promise<TableProfile> {
  const file = await openRegular(path);
  try {
    return await profileTable(file, basename(path));
  } finally {
    await file.close();
  }
}

/**
 * Reads a model and its data to train with.
 * @throws ModelError with the first thing that is wrong; LoadCancelled where nobody wants it any more
 */
export async function open(source: ModelSource, loads = unfollowed): Promise<Opened> {
  const remembered = rememberFiles(ioOf(source));
  const { model, data, diagnostics } = await loads.during(source.load, remembered.io, (io) => read(source, io));
  const error = diagnostics.find((d) => d.severity === 'error');
  if (error) throw new ModelError(error.code, error.path, error.message);
  if (!model?.training)
    throw new ModelError(
      'no-training',
      [],
      'The model has no "training" section. Add one, such as "training": { "loss": "crossentropy" }.',
    );
  if (!data)
    throw new ModelError(
      'no-data',
      [],
      'The model has no "data" section. Add one, such as "data": { "source": "moons" }.',
    );
  const kept = { files: remembered.files(), preprocessing: data.stored };
  return { model, dataset: data.dataset, noisy: data.noisy, kept };
}
