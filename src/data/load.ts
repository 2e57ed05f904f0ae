import type { Dataset, Samples, Target, TargetScale } from '../engine/dataset';
import { dataPathsOf } from '../model/dataPaths';
import { ModelError } from '../model/diagnostics';
import type { JsonObject } from '../model/json';
import type { Configured, Model } from '../model/model';
import { didYouMean } from '../model/suggest';
import { type Scaled, scaleArrays, splitArrays } from './arrays';
import { type Missing, encodeTable } from './encode';
import { addLabelNoise } from './labelNoise';
import { type EncodedColumn, type StoredPreprocessing, storeColumns } from './preprocess';
import {
  type Preprocessing,
  divideBy,
  fitLog,
  fitMinMax,
  fitRobust,
  fitStandardize,
  fitTargetScale,
  scaleRows,
  scaleTargets,
  inputScalesOf,
} from './scale';
import { type Answers, type Arrays, type DataIo, type Finding, type Table, partNames } from './source';
import { sources } from './sources/index';
import { weightsOf } from './weights';
import { checkPlaces } from './workspace';
import { type Split, splitRows } from './split/index';

export type { DataIo, Finding } from './source';
export type { Preprocessing } from './scale';

export interface LoadedData {
  readonly dataset: Dataset;
  /** What does not stop training but should be known. */
  readonly warnings: readonly Finding[];
  readonly preprocessing: Preprocessing;
  /** The same, and all else that was fitted on the training part, to be kept with a run. */
  readonly stored: StoredPreprocessing;
  /** Positions in `dataset.train` whose label was drawn anew by label noise, ascending. */
  readonly noisy: Uint32Array;
}

/** @see loadData, of which this is the dataset alone */
export const loadDataset = async (model: Model, io: DataIo): Promise<Dataset> => (await loadData(model, io)).dataset;

/**
 * Reads or draws the data of a model, splits it, adds label noise and scales it, in this order. Everything drawn comes
 * from the data seed, each purpose from a stream of its own: another split leaves the points as they are.
 *
 * @throws ModelError where the data cannot be used, with the path of the value in the model that is to be changed
 */
export const loadData = async (model: Model, io: DataIo): Promise<LoadedData> =>
  prepareData(model, await readData(model, io));

/** What a source gave, and which part each of its rows is in. */
export interface ReadData {
  readonly raw: Table | Arrays;
  readonly split: Split;
  /** Of where it was read from. */
  readonly warnings: readonly Finding[];
}

/** The first half of `loadData`: what a data section names, as it is, and its rows dealt out. */
export async function readData(model: Model, io: DataIo): Promise<ReadData> {
  if (!model.data) {
    throw new ModelError(
      'no-data',
      [],
      'The model has no "data" to train on. Add, for example, "data": { "source": "moons" }.',
    );
  }
  const { kind, params } = model.data;
  const source = sources.get(kind);
  if (!source) {
    throw new ModelError(
      'unknown-kind',
      ['data', 'source'],
      `There is no data source "${kind}".${didYouMean(kind, [...sources.keys()])}`,
    );
  }
  const warnings = await checkPlaces(dataPathsOf(params, source.parameters), io);
  const raw = await source.load(params, io);
  const seed = params.seed as number;
  const wanted = params.split as JsonObject;
  const split = 'blocks' in raw ? splitArrays(raw, wanted, seed) : splitRows(raw, wanted, seed);
  return { raw, split, warnings };
}

/** The other half: gaps filled, categories encoded, inputs scaled and labels made wrong, all as the training rows say. */
export function prepareData({ data }: Model, { raw, split, warnings: read }: ReadData): LoadedData {
  const { kind, params } = data!;
  const seed = params.seed as number;
  const table = 'blocks' in raw ? raw : encoded(raw, params, split.train);
  const {
    inputsOf,
    preprocessing,
    warnings: scaling,
  } = 'blocks' in table ? scaleArrays(table, params, split.train) : scaleTable(table, params, split);
  const warnings = [...read, ...scaling, ...missingClasses(table.answers, split)];
  const { targets, noisy } = trainTargets(
    table.answers,
    split.train,
    (params.labelNoise as number | undefined) ?? 0,
    seed,
  );
  const scale = params.scaleTarget === 'standardize' ? fitTargetScale(table.answers, split.train) : undefined;
  const weights = weightsOf('blocks' in raw ? undefined : raw.weights, split.train);
  const samples = (rows: Uint32Array, given?: Float32Array): Samples => ({
    count: rows.length,
    ...inputsOf(rows),
    targets: given ?? cleanTargets(table.answers, rows, scale),
    rows,
    ...weights(rows),
  });
  const augment = (params.augment ?? []) as JsonObject[];
  const { type, names } = table.answers;
  const target: Target = type === 'numbers' && scale ? { type, names, scale } : { type, names };
  const inputScales = 'blocks' in table ? undefined : inputScalesOf(preprocessing);
  const dataset: Dataset = {
    title: table.title,
    inputShape: 'blocks' in table ? table.inputShape : [table.inputNames.length],
    inputNames: 'blocks' in table ? [] : table.inputNames,
    ...(inputScales && { inputScales }),
    target,
    ...(augment.length > 0 && { augment: { kinds: augment.map(configured), blank: blankOf(preprocessing) } }),
    train: samples(split.train, targets),
    validation: samples(split.validation),
    test: samples(split.test),
  };
  const stored: StoredPreprocessing = {
    format: 1,
    source: kind,
    inputs:
      'blocks' in table
        ? {
            type: 'arrays',
            shape: table.inputShape,
            subtract: [...preprocessing.mean],
            divide: [...preprocessing.deviation],
          }
        : storeColumns(table.columns ?? numbersOf(table), preprocessing),
    target: { ...target, ...(Array.isArray(params.target) && { columns: params.target as string[] }) },
  };
  return { dataset, warnings, preprocessing, stored, noisy };
}

const configured = ({ kind, ...params }: JsonObject): Configured => ({ kind: kind as string, params });

/** What 0 of the data is to the network: one number where it is the same in all places. */
function blankOf({ scale, mean, deviation }: Preprocessing): Float32Array {
  if (scale === 'none' || scale === 'divide') return Float32Array.of(0);
  return Float32Array.from(mean, (m, i) => -m / deviation[i]);
}

type Columns = Table & { readonly flags?: Uint8Array; readonly columns?: readonly EncodedColumn[] };

const numbersOf = ({ inputNames }: Table): EncodedColumn[] => inputNames.map((name) => ({ name, type: 'number' }));

/** Without gaps and categories a table is what the network reads already. */
function encoded(table: Table, params: JsonObject, train: Uint32Array): Columns {
  const missing = (params.missing ?? 'refuse') as Missing;
  if (!table.categories && missing === 'refuse') return table;
  return encodeTable(table, train, missing, params.missingFlag === true);
}

function scaleTable(table: Columns, params: JsonObject, split: Split): Scaled {
  const preprocessing = { ...fitScale(table, params, split.train), flags: table.flags };
  const parts = partNames.map((name) => split[name]);
  // All parts at once: of a large table they take over its memory.
  const inputs = scaleRows(table, parts, preprocessing);
  return { preprocessing, warnings: [], inputsOf: (rows) => ({ inputs: inputs[parts.indexOf(rows)] }) };
}

function fitScale(table: Table, params: JsonObject, train: Uint32Array): Preprocessing {
  switch (params.scale) {
    case 'standardize':
      return fitStandardize(table, train);
    case 'minMax':
      return fitMinMax(table, train);
    case 'robust':
      return fitRobust(table, train);
    case 'log':
      return fitLog(table, train);
    case 'divide':
      return divideBy(params.divisor as number, table.inputNames.length);
    default:
      return divideBy(1, table.inputNames.length);
  }
}

function trainTargets(
  answers: Answers,
  rows: Uint32Array,
  share: number,
  seed: number,
): { targets?: Float32Array; noisy: Uint32Array } {
  if (share === 0) return { noisy: new Uint32Array(0) };
  if (answers.type === 'numbers') {
    throw new ModelError(
      'label-noise',
      ['data', 'labelNoise'],
      `"labelNoise" replaces classes, but the target "${answers.names.join(', ')}" is a number. Remove "labelNoise".`,
    );
  }
  const clean = rows.map((row) => answers.indices[row]);
  const { labels, chosen } = addLabelNoise(clean, answers.names.length, share, seed);
  return { targets: oneHot(labels, answers.names.length), noisy: chosen };
}

function cleanTargets(answers: Answers, rows: Uint32Array, scale: readonly TargetScale[] | undefined): Float32Array {
  if (answers.type === 'classes')
    return oneHot(
      rows.map((row) => answers.indices[row]),
      answers.names.length,
    );
  return scaleTargets(answers, rows, scale);
}

function oneHot(labels: Uint32Array, classes: number): Float32Array {
  const out = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (out[i * classes + label] = 1));
  return out;
}

/** A class that training never sees cannot be learned; one that is not in the test part is not measured by it. */
function missingClasses(answers: Answers, split: Split): Finding[] {
  if (answers.type !== 'classes') return [];
  const seen = new Set<number>();
  for (const row of split.train) seen.add(answers.indices[row]);
  const missing = answers.names.filter((_, i) => !seen.has(i));
  if (missing.length === 0) return [];
  const named =
    missing
      .slice(0, 5)
      .map((n) => `"${n}"`)
      .join(', ') + (missing.length > 5 ? ` and ${missing.length - 5} more` : '');
  return [
    {
      code: 'class-not-trained',
      path: ['data', 'split'],
      message: `No training row is of class ${named}: the network cannot learn what it never sees. Give training more rows.`,
    },
  ];
}
