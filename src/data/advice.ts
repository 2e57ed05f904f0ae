import { type Dataset, type FloatSamples, countsOf } from '../engine/dataset';
import { type Fix, setFix } from '../model/fixes';
import type { Json, JsonObject } from '../model/json';
import { type Model, parametersOf } from '../model/model';
import { count, list, show } from '../model/words';
import { type ColumnFindings, lookAtColumns } from './columns';
import { repeatedRows } from './repeats';
import { type Finding, type PartName, partNames } from './source';

/** What trains, but likely not as meant. A few passes over the samples, whatever their number. */
export function adviseOnData(model: Model, dataset: Dataset): Finding[] {
  return [
    ...adviseOnBatch(model, dataset),
    ...adviseOnSize(model, dataset),
    ...adviseOnClasses(model, dataset),
    // Drawn data has no columns that could be ignored and no file that could be mended.
    ...(Array.isArray(model.data?.params.ignore) && isTable(dataset)
      ? adviseOnTable(model, model.data.params, dataset)
      : []),
  ];
}

/** What came as named columns: pictures that are still bytes have none. */
type TableDataset = Dataset & Readonly<Record<PartName, FloatSamples>>;
const isTable = (dataset: Dataset): dataset is TableDataset => partNames.every((part) => !dataset[part].levels);

function adviseOnBatch({ training }: Model, { train }: Dataset): Finding[] {
  if (!training || training.batchSize <= train.count) return [];
  const { batchSize } = training;
  return [
    {
      code: 'large-batch',
      path: ['training', 'batchSize'],
      message: `The batch of ${batchSize} is larger than the ${train.count} training samples: every epoch is a single step. Make "batchSize" smaller.`,
      // About ten steps an epoch, the power of two below.
      fixes: [setFix(['training', 'batchSize'], 2 ** Math.max(0, Math.floor(Math.log2(train.count / 10))))],
    },
  ];
}

/** More parameters than this for each training sample, and even strong dropout hardly helps. */
const mostPerSample = 100;

function adviseOnSize(model: Model, { train }: Dataset): Finding[] {
  const parameters = parametersOf(model);
  const each = Math.round(parameters / train.count);
  if (parameters <= mostPerSample * train.count) return [];
  return [
    {
      code: 'tiny-data',
      path: ['data', 'split'],
      message: `The network has ${count(parameters, 'parameter')} for ${count(train.count, 'training sample')}, about ${each.toLocaleString('en')} for each: it can learn them by heart. Give training more rows, or make layers narrower.`,
    },
  ];
}

/** The largest class may have so many times the samples of the smallest. */
const mostUnequal = 10;

function adviseOnClasses({ training }: Model, dataset: Dataset): Finding[] {
  const { target, train } = dataset;
  if (target.type !== 'classes' || !training || isWeighted(training.loss.params)) return [];
  const counts = [...countsOf(dataset)];
  // A class without any training sample is said by the split.
  const seen = counts.map((n, i) => ({ n, name: target.names[i] })).filter(({ n }) => n > 0);
  const rarest = seen.reduce((a, b) => (b.n < a.n ? b : a));
  const largest = seen.reduce((a, b) => (b.n > a.n ? b : a));
  if (largest.n < mostUnequal * rarest.n) return [];
  const share = Math.round((100 * largest.n) / train.count);
  return [
    {
      code: 'class-imbalance',
      path: ['data', 'target'],
      message:
        `Class ${show(rarest.name)} has ${count(rarest.n, 'training sample')}, ${show(largest.name)} ${largest.n.toLocaleString('en')}: ` +
        `always answering ${show(largest.name)} is right for ${share} %. Make rare classes count more in the loss, and look at "f1" besides accuracy.`,
      fixes: weightFixes(training.loss, counts),
    },
  ];
}

const isWeighted = ({ classWeights = 'none', positiveWeight = 1 }: JsonObject): boolean =>
  classWeights !== 'none' || positiveWeight !== 1;

/** The loss in the text may be a name alone: it is written anew, with what it had. */
function weightFixes({ kind, params }: { kind: string; params: JsonObject }, counts: readonly number[]): Fix[] {
  const weigh = (key: string, value: Json): Fix[] => [
    {
      title: `Set "${key}" to ${show(value)} in the loss`,
      operation: {
        type: 'setPath',
        path: ['training', 'loss'],
        value: { kind, ...(params.labelSmoothing ? { labelSmoothing: params.labelSmoothing } : {}), [key]: value },
      },
    },
  ];
  if (kind === 'crossentropy') return weigh('classWeights', 'balanced');
  if (kind !== 'binaryCrossentropy' || counts.length !== 2) return [];
  return weigh('positiveWeight', Number((counts[0] / counts[1]).toPrecision(2)));
}

function adviseOnTable(model: Model, params: JsonObject, dataset: TableDataset): Finding[] {
  const { inputNames, train, target } = dataset;
  const named = (columns: readonly number[]): string => {
    const some = columns.slice(0, 4).map((c) => show(inputNames[c]));
    return list(columns.length > 4 ? [...some, `${columns.length - 4} more`] : some);
  };
  const ignore = (columns: readonly number[]): Fix[] => [
    {
      title: `Add ${named(columns)} to "ignore"`,
      operation: {
        type: 'setPath',
        path: ['data', 'ignore'],
        value: [...new Set([...(params.ignore as string[]), ...columns.map((c) => columnOf(inputNames[c], params))])],
      },
    },
  ];
  const rows = count(train.count, 'training row');
  const found: ColumnFindings = lookAtColumns(train, inputNames.length, target);
  const findings: Finding[] = [];
  // Pixels at the border of a picture are all alike, and belong to it all the same.
  if (!isPicture(model, params)) {
    // A category that no training row has, or gaps that two columns share, are nothing to mend in the file.
    const isColumn = (c: number): boolean => columnOf(inputNames[c], params) === inputNames[c];
    const constant = found.constant.filter(isColumn);
    const copies = found.copies.filter(({ column }) => isColumn(column));
    if (constant.length > 0) {
      findings.push({
        code: 'constant-column',
        path: ['data', 'ignore'],
        message:
          `${constant.length === 1 ? 'Column' : 'Columns'} ${named(constant)} ${constant.length === 1 ? 'has' : 'have'} a single value in all ${rows}: ` +
          `the network can learn nothing from ${constant.length === 1 ? 'it. Add it' : 'them. Add them'} to "ignore".`,
        fixes: ignore(constant),
      });
    }
    if (copies.length > 0) {
      const some = copies
        .slice(0, 4)
        .map(({ column, of }) => `${show(inputNames[column])} (as ${show(inputNames[of])})`);
      if (copies.length > 4) some.push(`${copies.length - 4} more`);
      const columns = copies.map(({ column }) => column);
      findings.push({
        code: 'duplicate-inputs',
        path: ['data', 'ignore'],
        message:
          `${columns.length === 1 ? 'Column' : 'Columns'} ${list(some)} ${columns.length === 1 ? 'says' : 'say'} the same as another in all ${rows}, and only ${columns.length === 1 ? 'makes' : 'make'} it count twice. ` +
          `Add ${columns.length === 1 ? 'it' : 'them'} to "ignore".`,
        fixes: ignore(columns),
      });
    }
  }
  // Label noise is in the training labels alone, where it hides what a column tells: validation has the labels as they are.
  const clean = params.labelNoise ? dataset.validation : train;
  const { leaks } = clean === train ? found : lookAtColumns(clean, inputNames.length, target);
  const seen = count(clean.count, clean === train ? 'training row' : 'validation row');
  for (const { column, correlation } of leaks) {
    const name = show(inputNames[column]);
    const how =
      correlation === undefined
        ? `each class has a value of its own in all ${seen}`
        : `their correlation is ${shorten(correlation)} over ${seen}`;
    findings.push({
      code: 'target-leak',
      path: ['data', 'target'],
      message: `Column ${name} alone tells the target ${show((params.target as string[])[0])}: ${how}. If it is not known before the answer is, add it to "ignore".`,
      fixes: ignore([column]),
    });
  }
  return [...findings, ...adviseOnRepeats(dataset)];
}

/** The column of the file that an input was made of. */
function columnOf(input: string, { categories, missingFlag }: JsonObject): string {
  const made = ((categories ?? []) as string[]).find((c) => input.startsWith(`${c}=`));
  return made ?? (missingFlag === true ? input.replace(/ missing$/, '') : input);
}

/** Truncated, not rounded: 0.99996 is not 1. */
const shorten = (correlation: number): string => String(Math.trunc(correlation * 10_000) / 10_000);

const isPicture = ({ layers }: Model, { scale }: JsonObject): boolean =>
  scale === 'divide' || layers.some((l) => l.params.image !== undefined);

function adviseOnRepeats({ train, validation, test, inputNames }: TableDataset): Finding[] {
  const told: string[] = [];
  const held: (readonly [FloatSamples, string])[] = [
    [validation, 'validation'],
    [test, 'test'],
  ];
  const repeats = repeatedRows(
    train,
    held.map(([part]) => part),
    inputNames.length,
  );
  held.forEach(([part, name], i) => {
    // A single one is chance, also where it is more than one in a hundred.
    if (repeats[i] > Math.max(1, 0.01 * part.count))
      told.push(`${repeats[i].toLocaleString('en')} of ${part.count.toLocaleString('en')} ${name} rows`);
  });
  if (told.length === 0) return [];
  return [
    {
      code: 'repeated-rows',
      path: ['data', 'split'],
      message: `${list(told)} have the very inputs of a training row: they measure what was learned by heart. Remove copies from the file, or keep them in one part with "split": { "column": … }.`,
    },
  ];
}
