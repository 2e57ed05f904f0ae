/** What is told of a trained network, in plain texts: for its card and for its page alike. */
import { measuredOf } from '../../engine/evaluation';
import { layers as kinds } from '../../engine/layers/index';
import type { StoredColumn, StoredTarget } from '../../engine/preparation';
import type { Metrics } from '../../engine/records';
import { duration, fileSize, figure } from '../../model/figures';
import type { JsonObject } from '../../model/json';
import { type Model, type ModelLayer, parametersOf } from '../../model/model';
import { count, list, showShape } from '../../model/words';
import type { ExportRequest } from '../exchange/request';
import { epochOf, type RunHistory, trainedHere } from '../exchange/history';
import { targetOf } from '../exchange/trained';
import { type Curve, curvesOf } from './curves';
import type { Section } from './section';
import { verdictSection } from './verdict';

/** The title of the section of figures. */
export const RESULTS = 'Results';

export interface Summary {
  readonly title: string;
  /** What it is, in a sentence. */
  readonly lead: string;
  readonly sections: readonly Section[];
  readonly curves: readonly Curve[];
}

export function summaryOf(request: ExportRequest): Summary {
  const { trained } = request;
  const { model } = trained;
  const history = trainedHere(request.history);
  const target = trained.target ?? targetOf(model);
  const optional = [
    history && resultsOf(history),
    history && verdictSection(history),
    history && trainingOf(model, history),
    dataOf(model, target, trained.preparation, history),
    trained.preparation?.type === 'columns' && inputsOf(trained.preparation.columns),
  ];
  return {
    title: model.name,
    lead: leadOf(model, target),
    sections: [layersOf(model), ...optional.filter((section) => typeof section === 'object')],
    curves: history ? curvesOf(history, measuredOf(model.training?.metrics, target)) : [],
  };
}

function leadOf(model: Model, target: StoredTarget): string {
  const input = model.layers.find((l) => l.inputs.length === 0)!;
  const { names } = target;
  const some = names.length <= 6 ? ` (${list(names)})` : '';
  const does =
    target.type === 'classes'
      ? `tells ${count(names.length, 'class', 'classes')}${some} apart`
      : `gives ${count(names.length, 'number')}${some}`;
  return `A neural network of ${count(model.layers.length, 'layer')} and ${count(parametersOf(model), 'parameter')} that ${does}, from inputs of the shape ${showShape(input.shape)}.`;
}

function layersOf(model: Model): Section {
  const rows = model.layers.map((layer) => [
    layer.id,
    layer.kind,
    layer.inputs.join(', ') || '\u2013',
    showShape(layer.shape),
    layer.parameters.toLocaleString('en'),
    rateOf(layer) ?? '',
    settingsOf(layer),
  ]);
  return {
    title: 'Layers',
    lines: [
      'A rate is the probability with which a unit is dropped in training; in evaluation nothing is dropped.',
    ].filter(() => model.layers.some((layer) => rateOf(layer) !== undefined)),
    table: { head: ['Layer', 'Kind', 'Reads', 'Shape', 'Parameters', 'Rate', 'Settings'], rows, right: [4, 5] },
  };
}

/** The rate of a layer that drops, with the schedule it followed. */
function rateOf({ kind, params }: ModelLayer): string | undefined {
  if (!kinds.get(kind)?.off || typeof params.rate !== 'number') return undefined;
  const schedule = params.rateSchedule as JsonObject | undefined;
  if (!schedule) return String(params.rate);
  const { schedule: name, ...settings } = schedule;
  return `${params.rate} (${name as string}: ${said(settings)})`;
}

/** Parameters that say something: what a shape or a rate shows already is left out, and so is what is as usual. */
function settingsOf({ kind, params }: ModelLayer): string {
  const specs = kinds.get(kind)?.parameters ?? {};
  const shown = Object.entries(params).filter(
    ([name, value]) =>
      !['shape', 'units', 'filters', 'rate', 'rateSchedule'].includes(name) &&
      JSON.stringify(value) !== JSON.stringify(specs[name]?.default) &&
      value !== undefined,
  );
  return said(Object.fromEntries(shown));
}

const said = (params: JsonObject): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');

const metricsOf = (...all: readonly (Metrics | undefined)[]): readonly string[] => [
  ...new Set(all.flatMap((metrics) => Object.keys(metrics ?? {}))),
];

function resultsOf(history: RunHistory): Section {
  const { records, test, best } = history;
  const epoch = epochOf(history);
  const record = records.find((r) => r.epoch === epoch);
  const end = history.kept ?? records.at(-1)?.epoch;
  const columns = [
    { title: 'Train, dropout off', metrics: record?.trainDropoutOff },
    { title: 'Validation', metrics: record?.validation },
    { title: end === undefined || end === epoch ? 'Test' : `Test (weights of epoch ${end})`, metrics: test },
  ].filter(({ metrics }) => metrics);
  const names = metricsOf(...columns.map(({ metrics }) => metrics));
  const lines = [
    epoch === undefined
      ? `The weights are those of "${history.checkpoint}".`
      : `The weights are those of epoch ${epoch}${best?.epoch === epoch ? ', the best on validation' : ''}.`,
  ];
  if (!record?.validation)
    lines.push('Nothing was measured on validation: how well it does on new samples is not known.');
  if (test && end !== undefined && epoch !== undefined && end !== epoch)
    lines.push(
      `The test figures were measured at the end of the run, by the weights of epoch ${end}: those of epoch ${epoch} may do a little better or worse.`,
    );
  return {
    title: RESULTS,
    lines,
    ...(columns.length > 0 && {
      table: {
        head: ['Measure', ...columns.map(({ title }) => title)],
        rows: names.map((name) => [name, ...columns.map(({ metrics }) => numberOf(metrics?.[name]))]),
        right: columns.map((_, i) => i + 1),
      },
    }),
  };
}

export const numberOf = (value: number | undefined): string => (value === undefined ? '\u2013' : figure(value));

const reasons: Readonly<Record<NonNullable<RunHistory['reason']>, string>> = {
  finished: 'all epochs done',
  target: 'its target was reached',
  time: 'its time was used up',
  earlyStopping: 'stopped early, and the best weights put back',
  stopped: 'stopped by hand',
  nan: 'failed: the loss was no longer finite',
};

function trainingOf({ training }: Model, history: RunHistory): Section {
  const { epochs, records, seeds, engine, numerics, seconds, reason, changes, started } = history;
  const rows: string[][] = [];
  const row = (name: string, value: string | undefined): void => void (value && rows.push([name, value]));
  if (training) {
    const { loss, optimizer, schedule, earlyStopping, batchSize, warmupSteps, clipNorm, clipValue } = training;
    row('Loss', `${loss.kind}${asSettings(loss.params)}`);
    row('Optimizer', `${optimizer.kind}${asSettings(optimizer.params)}`);
    row(
      'Learning rate over time',
      schedule && schedule.kind !== 'constant' ? `${schedule.kind}${asSettings(schedule.params)}` : undefined,
    );
    row('Warmup', warmupSteps ? count(warmupSteps, 'step') : undefined);
    row('Gradients clipped', clipNorm ? `norm ${clipNorm}` : clipValue ? `value ${clipValue}` : undefined);
    row('Batch size', String(batchSize));
    row('Early stopping', earlyStopping && `on ${earlyStopping.monitor}, patience ${earlyStopping.patience}`);
  }
  row('Epochs', `${records.length} of ${epochs}${reason ? `: ${reasons[reason]}` : ''}`);
  row('Seeds', `training ${seeds.training}, data ${seeds.data}`);
  row('Trained', `${started.slice(0, 10)}${seconds === undefined ? '' : `, in ${duration(seconds)}`}`);
  row('Engine', `${engine.name} ${engine.version}, ${numerics} kernels`);
  row('Run', history.name);
  for (const { layer, parameter, from, to, epoch } of changes)
    row('Changed by hand', `${layer ? `${layer}, ` : ''}${parameter}: ${from} \u2192 ${to} in epoch ${epoch}`);
  return { title: 'Training', lines: [], table: { head: ['Setting', 'Value'], rows, right: [] } };
}

const asSettings = (params: JsonObject): string => (Object.keys(params).length > 0 ? ` (${said(params)})` : '');

function dataOf(
  model: Model,
  target: StoredTarget,
  preparation: ExportRequest['trained']['preparation'],
  history: RunHistory | undefined,
): Section {
  const rows: string[][] = [];
  const { data } = model;
  rows.push(['Source', data ? data.kind : 'not known: the network was brought from elsewhere']);
  const samples = history?.data.samples;
  if (samples)
    rows.push([
      'Samples',
      (['train', 'validation', 'test'] as const)
        .map((part) => `${samples[part].toLocaleString('en')} ${part}`)
        .join(', '),
    ]);
  rows.push([target.type === 'classes' ? 'Classes' : 'Numbers', some(target.names)]);
  if (target.columns) rows.push(['Target', list(target.columns)]);
  if (preparation) rows.push(['Inputs', preparedOf(preparation, data?.params.scale as string | undefined)]);
  if (target.type === 'numbers' && target.scale)
    rows.push(['Targets', 'brought to mean 0 and deviation 1 for training; answers are in the unit of the data']);
  const noise = data?.params.labelNoise;
  if (typeof noise === 'number' && noise > 0)
    rows.push(['Label noise', `${Math.round(100 * noise)} % of the training labels were drawn anew, on purpose`]);
  for (const { path, size, sha256 } of history?.data.files ?? [])
    rows.push([`File ${fileName(path)}`, `${fileSize(size)}, SHA-256 ${sha256}`]);
  if (history) rows.push(['Samples as the network read them', `SHA-256 ${history.data.sha256}`]);
  return { title: 'Data', lines: [], table: { head: ['What', 'Value'], rows, right: [] } };
}

/** The last part of a path: where somebody's files lie is not told. */
const fileName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const some = (names: readonly string[]): string =>
  names.length <= 12 ? list(names) : `${names.slice(0, 11).join(', ')} and ${names.length - 11} more`;

const scalings: Readonly<Record<string, string>> = {
  standardize: 'brought to mean 0 and deviation 1',
  minMax: 'brought to 0 to 1',
  robust: 'brought to median 0 and a range of 1 between the quartiles',
  log: 'as ln(1 + x), brought to mean 0 and deviation 1',
};

function preparedOf(
  preparation: NonNullable<ExportRequest['trained']['preparation']>,
  scale: string | undefined,
): string {
  const how = (scale && scalings[scale]) ?? '';
  if (preparation.type === 'arrays') {
    const divide = [...new Set(preparation.divide)];
    const by = divide.length === 1 && divide[0] !== 1 && !how ? `, divided by ${divide[0]}` : '';
    return `arrays of the shape ${showShape(preparation.shape)}${how ? `, ${how}` : by}`;
  }
  const { columns } = preparation;
  const numbers = columns.filter((c) => c.type === 'number');
  const others = columns.length - numbers.length;
  const divisors = [...new Set(numbers.map((c) => c.divide))];
  const by = !how && divisors.length === 1 && divisors[0] !== 1 ? `divided by ${divisors[0]}` : how;
  return [
    numbers.length > 0 ? `${count(numbers.length, 'number')}${by ? ` ${by}` : ''}` : '',
    others > 0 ? count(others, 'category', 'categories') : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Columns of which a table still helps. */
const MOST_COLUMNS = 60;

function inputsOf(columns: readonly StoredColumn[]): Section | undefined {
  if (columns.length > MOST_COLUMNS) return undefined;
  const rows = columns.map((column) =>
    column.type === 'number'
      ? [
          column.name,
          column.log ? 'ln(1 + number)' : 'number',
          plain(column.subtract),
          plain(column.divide),
          column.fill === undefined ? 'required' : plain(column.fill),
        ]
      : [column.name, `one of ${some(column.values)}`, '', '', column.missing ? 'none of them' : 'required'],
  );
  return {
    title: 'Inputs',
    lines: ['What is subtracted from a number and what it is divided by, and what stands where there is none.'],
    table: { head: ['Column', 'Is', 'Subtracted', 'Divided by', 'Missing'], rows, right: [2, 3] },
  };
}

const plain = (n: number): string => String(Number(n.toPrecision(6)));
