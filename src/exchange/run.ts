import { basename } from 'node:path';
import { catalogue } from '../catalogue';
import { type StoredPreprocessing, inputNamesOf } from '../data/preprocess';
import type { RunHistory } from '../formats/exchange/history';
import type { InputScaling, TrainedModel } from '../formats/exchange/trained';
import { analyze } from '../model/analyze';
import type { Model } from '../model/model';
import { sizeOf } from '../model/spec';
import { list } from '../model/words';
import { DamagedRunError, RunError } from '../runs/error';
import type { RunInfo } from '../runs/info';
import { type CheckpointName, type OpenedRun, openRun, readCheckpoint, usualCheckpoint } from '../runs/open';
import { readPreprocessing } from '../runs/preprocessing';
import { readSplitCounts } from '../runs/split';
import { judgeStored } from './verdict';

/**
 * The model that a run was made with.
 * @throws DamagedRunError where it is missing, was changed since, or this version cannot read it
 */
export function modelOf({ directory, info, modelText, problems }: OpenedRun): Model {
  // Of a run.json that can be understood all the same, such as one of a clock that was set back, nothing is in the way.
  const wrong = problems.find(({ file }) => file === 'model.netjson' || (!info && file === 'run.json'));
  if (wrong || modelText === undefined)
    throw new DamagedRunError(
      `${directory}: ${wrong?.file ?? 'model.netjson'}. ${wrong?.message ?? 'It is missing.'}`,
      wrong?.message,
    );
  const { model, diagnostics } = analyze(modelText, catalogue);
  if (model) return model;
  const errors = diagnostics.filter((d) => d.severity === 'error').map((d) => d.message);
  throw new DamagedRunError(`${directory}: this version cannot read model.netjson. ${list(errors.slice(0, 2))}`);
}

/** A run's network with its weights, and what else an export tells. */
export interface TrainedRun {
  readonly trained: TrainedModel;
  readonly run: OpenedRun & { readonly modelText: string };
  readonly checkpoint: CheckpointName;
  readonly history: RunHistory;
  /** What was done to the data; absent in runs that were made without any, such as an import. */
  readonly preprocessing?: StoredPreprocessing;
}

/**
 * Reads a run to take its network elsewhere: its best weights, or its last where there are no best.
 * @param wanted the checkpoint, where it is to be a certain one
 * @throws RunError where the run, its model or the checkpoint cannot be read
 */
export async function readTrained(directory: string, wanted?: CheckpointName): Promise<TrainedRun> {
  const run = await openRun(directory);
  const model = modelOf(run);
  const checkpoint = wanted ?? usualCheckpoint(run.checkpoints);
  const { tensors } = await readCheckpoint(directory, checkpoint);
  const preprocessing = await readPreprocessing(directory).catch((error: unknown) => {
    if (error instanceof RunError) return undefined;
    throw error;
  });
  const trained: TrainedModel = {
    model,
    weights: tensors,
    ...(preprocessing && {
      target: preprocessing.target,
      preparation: preprocessing.inputs,
      ...scalingOf(preprocessing),
    }),
  };
  const { info } = run;
  if (!info) throw new Error('A run whose model can be read has a run.json.');
  const verdict = await judgeStored(run, info, model);
  const history = {
    ...historyOf(run, info, checkpoint, await readSplitCounts(directory)),
    ...(verdict && { verdict }),
  };
  return {
    trained,
    run: { ...run, modelText: run.modelText! },
    checkpoint,
    history,
    ...(preprocessing && { preprocessing }),
  };
}

function historyOf(
  { directory, metrics, changes }: OpenedRun,
  info: RunInfo,
  checkpoint: CheckpointName,
  samples: RunHistory['data']['samples'],
): RunHistory {
  const { seeds, epochs, engine, numerics, started, seconds, reason, best, kept, test, confusion, data } = info;
  return {
    name: basename(directory),
    checkpoint,
    ...{ seeds, epochs, engine, numerics, started, seconds, reason, best, kept, test, confusion },
    data: { sha256: data.sha256, files: data.files ?? [], ...(samples && { samples }) },
    records: metrics,
    changes,
  };
}

/** What was subtracted from each input and what it was divided by; nothing where the inputs stayed as they are. */
function scalingOf({ inputs }: StoredPreprocessing): Pick<TrainedModel, 'inputNames' | 'scaling'> {
  if (inputs.type === 'arrays') {
    const { shape, subtract, divide } = inputs;
    const size = sizeOf(shape);
    const each = (values: readonly number[]): number[] =>
      Array.from({ length: size }, (_, i) => values[i % values.length]);
    return scaled({ offset: each(subtract), scale: each(divide) });
  }
  const names: string[] = [];
  const offset: number[] = [];
  const scale: number[] = [];
  const logarithm: number[] = [];
  const add = (name: string, by: { subtract?: number; divide?: number; log?: boolean } = {}): void => {
    names.push(name);
    offset.push(by.subtract ?? 0);
    scale.push(by.divide ?? 1);
    logarithm.push(by.log ? 1 : 0);
  };
  for (const column of inputs.columns) {
    if (column.type !== 'number') for (const name of inputNamesOf(column)) add(name);
    else {
      add(column.name, column);
      if (column.flag) add(`${column.name} missing`);
    }
  }
  return { inputNames: names, ...scaled({ offset, scale, logarithm }) };
}

function scaled(
  scaling: InputScaling & { readonly offset: number[]; readonly scale: number[] },
): Pick<TrainedModel, 'scaling'> {
  const idle =
    scaling.offset.every((n) => n === 0) &&
    scaling.scale.every((n) => n === 1) &&
    Array.from(scaling.logarithm ?? []).every((n) => n === 0);
  return idle ? {} : { scaling };
}
