import { LoadCancelled } from '../data/source';
import { measuredOf } from '../engine/evaluation';
import { type DataFacts, dataFactsOf } from '../engine/dataFacts';
import type { Dataset } from '../engine/dataset';
import type { Trainer, Upcoming } from '../engine/trainer';
import { parametersOf } from '../model/model';
import type { KeepRequest, Loaded, LoadRequest, ModelSource } from '../protocol/training';
import { disk } from '../runs/disk';
import { RunError } from '../runs/error';
import type { RunInfo } from '../runs/info';
import type { Recorder, RecorderOptions } from '../runs/recorder';
import type { Replay } from '../runs/replay';
import type { Resumable } from '../runs/resume';
import { type NewRun, RunDirectory, describeRun, fingerprint, newRunDirectory } from '../runs/store';
import type { Loads } from './loads';
import { type Opened, open, summaryOf } from './source';
import type { TorchSteps } from './torch';

/** How the run is kept, where it is. */
export interface Keeping {
  readonly recorder?: Recorder;
  /** Changes by hand that are to be made again. */
  readonly replay?: Replay;
  /** Spent training before, where a run is gone on with. */
  readonly seconds?: number;
  /** Present: PyTorch makes the steps. */
  readonly torch?: TorchSteps;
  /** A step that is pictured before any is made. */
  readonly pictured?: Upcoming;
}

/** How a new run's directory is made, beside the others: named by the model and the time. */
export function newRun(
  keep: KeepRequest,
  { text, folder }: LoadRequest,
  { kept }: Opened,
  trainer: Trainer,
  { initial, backend }: Pick<NewRun, 'initial' | 'backend'>,
): RecorderOptions['open'] {
  const { model } = trainer.network;
  return async () => {
    const directory = keep.directory ?? (await newRunDirectory(keep.folder, keep.name));
    try {
      return await RunDirectory.create(directory, {
        name: model.name || keep.name,
        modelText: text,
        modelFolder: folder,
        modelFile: keep.file,
        ...kept,
        ...describeRun(trainer),
        initial,
        backend,
      });
    } catch (error) {
      await disk.remove(directory).catch(() => undefined);
      throw error;
    }
  };
}

/**
 * The run's model with the data it was made with, from the first folder that has it.
 * @throws ModelError where none has data to train with; RunError where it is other data; LoadCancelled
 */
export async function openKept(
  run: Resumable,
  { memoryLimit, load, workspace }: Pick<ModelSource, 'memoryLimit' | 'load' | 'workspace'>,
  loads: Loads,
): Promise<Opened & { readonly folder: string }> {
  const errors: unknown[] = [];
  for (const folder of run.folders) {
    try {
      const opened = await open({ text: run.modelText, folder, memoryLimit, load, workspace }, loads);
      if (fingerprint(opened.dataset) === run.info.data.sha256) return { ...opened, folder };
      errors.push(otherData(run.directory));
    } catch (error) {
      if (error instanceof LoadCancelled) throw error;
      errors.push(error);
    }
  }
  throw errors[0];
}

const otherData = (directory: string): RunError =>
  new RunError(`The data of the run ${directory} has changed since. Put the old data back, or train anew.`);

/**
 * What is told of a trainer that is ready.
 * @param facts of its data, where a run has kept them
 * @param isTwin it has no verdict of its own: nothing is measured for one
 */
export function loadedOf(
  trainer: Trainer,
  dataset: Dataset,
  threads: number,
  {
    backend,
    facts,
    isTwin,
  }: { readonly backend?: RunInfo['backend']; readonly facts?: DataFacts; readonly isTwin?: boolean } = {},
): Loaded {
  const { network } = trainer;
  return {
    data: summaryOf(dataset),
    ...(!isTwin && { facts: facts ?? dataFactsOf(trainer) }),
    parameters: parametersOf(network.model),
    stepsPerEpoch: trainer.stepsPerEpoch,
    epochs: trainer.config.epochs,
    seed: network.seed,
    maxBatch: network.maxBatch,
    measured: Object.fromEntries(measuredOf(network.model.training?.metrics, dataset.target)),
    numerics: network.kernels.name,
    threads,
    ...(backend && { backend }),
    dropouts: network.layers.flatMap(({ id, runtime: { dropping } }) =>
      dropping ? [{ layer: id, rate: dropping.rate }] : [],
    ),
  };
}
