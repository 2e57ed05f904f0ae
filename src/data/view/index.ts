import type { Dataset, Samples } from '../../engine/dataset';
import { type DataView, type RowsView, type TableView, type TargetView, dataParts } from '../../model/dataView';
import type { Model } from '../../model/model';
import { type LoadedData, type ReadData, prepareData, readData } from '../load';
import type { Answers, DataIo, Table } from '../source';
import type { Split } from '../split/index';
import { pictureSheet } from './pictures';
import { categoryColumn, countsOf, numberColumn } from './statistics';

const MOST_COLUMNS = 64;
const FIRST_ROWS = 500;
const SPREAD_ROWS = 1_500;

/**
 * What there is to see of the data that a model names: its first rows or pictures, its columns and its target, split as
 * training splits it. It never takes more than a few megabytes.
 * @throws ModelError where the data cannot be used, as `loadData` does
 */
export async function dataViewOf(model: Model, io: DataIo): Promise<DataView> {
  const read = await readData(model, io);
  const { raw } = read;
  // Making a large table ready uses its memory up, and here both are looked at.
  const own = 'blocks' in raw ? raw : { ...raw, inputs: raw.inputs.kept() };
  return viewOf(model, read, prepareData(model, { ...read, raw: own }));
}

function viewOf(model: Model, { raw, split }: ReadData, { dataset, noisy }: LoadedData): DataView {
  const { answers } = raw;
  const places = placesOf(split, raw.rows);
  const given = (row: number): number => answerOf(answers, row);
  const trainedAt = (position: number): number =>
    dataset.target.type === 'classes' ? classAt(dataset.train, position) : given(split.train[position]);
  const trained = (row: number): number => (places.parts[row] === 0 ? trainedAt(places.positions[row]) : given(row));
  const sheet = pictureSheet(model, dataset, (position) => ({
    given: given(split.train[position]),
    trained: trainedAt(position),
  }));
  const labels = { places, given, trained };
  const wrong = noisy.reduce((sum, p) => sum + (trainedAt(p) === given(split.train[p]) ? 0 : 1), 0);
  return {
    title: raw.title,
    rows: raw.rows,
    parts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    target: targetView(model, answers, split),
    ...(noisy.length > 0 && { noise: { drawn: noisy.length, wrong } }),
    ...(!('blocks' in raw) && {
      tables: { given: givenTable(raw, split, labels), network: networkTable(dataset, split, raw.rows, labels) },
    }),
    ...(sheet && { sheet }),
  };
}

/** Where each row of the source went. */
interface Places {
  /** Among `dataParts`; 3 for none. */
  readonly parts: Uint8Array;
  /** Within its part. */
  readonly positions: Uint32Array;
}

function placesOf(split: Split, rows: number): Places {
  const parts = new Uint8Array(rows).fill(3);
  const positions = new Uint32Array(rows);
  dataParts.forEach((part, p) =>
    split[part].forEach((row, i) => {
      parts[row] = p;
      positions[row] = i;
    }),
  );
  return { parts, positions };
}

/** Of targets with several numbers, the first stands for all beside the rows. */
const answerOf = (answers: Answers, row: number): number =>
  answers.type === 'classes' ? answers.indices[row] : answers.values[row * answers.names.length];

function classAt({ targets, count }: Samples, position: number): number {
  const classes = targets.length / count;
  let best = 0;
  for (let c = 1; c < classes; c++) if (targets[position * classes + c] > targets[position * classes + best]) best = c;
  return best;
}

function targetView({ data }: Model, answers: Answers, split: Split): TargetView {
  if (answers.type === 'numbers') {
    const { names, values } = answers;
    const columns = names.map((name, c) => numberColumn(name, split, (row) => values[row * names.length + c]));
    return { type: 'numbers', columns };
  }
  const { names, indices } = answers;
  const target = data?.params.target;
  const name: unknown = Array.isArray(target) ? target[0] : target;
  const counts = countsOf(names.length, split, (row) => indices[row]);
  return { type: 'classes', ...(typeof name === 'string' && { name }), names, counts };
}

interface Labels {
  readonly places: Places;
  readonly given: (row: number) => number;
  readonly trained: (row: number) => number;
}

function givenTable(table: Table, split: Split, labels: Labels): TableView {
  const width = table.inputNames.length;
  const cellOf = (row: number, column: number): number => table.inputs.at(row, column);
  return tableView(width, table.rows, labels, cellOf, (c) => {
    const names = table.categories?.get(c);
    const of = (row: number): number => cellOf(row, c);
    const name = table.inputNames[c];
    return names ? categoryColumn(name, names, split, of) : numberColumn(name, split, of);
  });
}

/** Rows of no part reach no network: they have no values here. */
function networkTable(dataset: Dataset, split: Split, rows: number, labels: Labels): TableView {
  const { inputNames } = dataset;
  const width = inputNames.length;
  const { parts, positions } = labels.places;
  const cellOf = (row: number, column: number): number => {
    const part = dataParts.at(parts[row]);
    return part ? dataset[part].inputs[positions[row] * width + column] : NaN;
  };
  return tableView(width, rows, labels, cellOf, (c) => numberColumn(inputNames[c], split, (row) => cellOf(row, c)));
}

function tableView(
  width: number,
  rows: number,
  labels: Labels,
  cellOf: (row: number, column: number) => number,
  columnOf: (column: number) => TableView['columns'][number],
): TableView {
  const shown = Math.min(width, MOST_COLUMNS);
  const first = Math.min(rows, FIRST_ROWS);
  const spread = Math.min(rows, SPREAD_ROWS);
  const view = (count: number, rowAt: (i: number) => number): RowsView => {
    const chosen = Uint32Array.from({ length: count }, (_, i) => rowAt(i));
    return {
      rows: chosen,
      parts: Uint8Array.from(chosen, (row) => labels.places.parts[row]),
      cells: Float64Array.from({ length: count * shown }, (_, i) => cellOf(chosen[Math.floor(i / shown)], i % shown)),
      targets: Float64Array.from(chosen, labels.given),
      trained: Float64Array.from(chosen, labels.trained),
    };
  };
  return {
    columns: Array.from({ length: shown }, (_, c) => columnOf(c)),
    more: width - shown,
    first: view(first, (i) => i),
    spread: view(spread, (i) => Math.floor((i * rows) / spread)),
  };
}
