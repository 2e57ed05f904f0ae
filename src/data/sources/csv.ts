import type { Typed } from '../../engine/typed';
import { ModelError } from '../../model/diagnostics';
import type { JsonPath } from '../../model/json';
import type { Parameters } from '../../model/spec';
import { mostNumericClasses } from '../../model/tableProfile';
import { type CsvFormat, readCsv } from '../csvFile';
import { type Delimiter, delimiterFor } from '../csvText';
import { nameOf, openFrom } from '../files';
import { refuseTooLarge } from '../limit';
import {
  type DataFile,
  type DataIo,
  type Table,
  augmentParameter,
  defineSource,
  labelNoiseParameter,
  partNames,
  seedParameter,
  tableSplitParameter,
} from '../source';
import { refuseDivisor } from '../scale';
import { TableColumns } from '../tableColumns';

const parameters = {
  path: { type: 'path', title: 'File', help: 'The CSV file, relative to this model.' },
  target: {
    type: 'textList',
    single: true,
    title: 'Target',
    help: 'The column to predict; or several, in [ ], whose numbers are predicted together.',
  },
  targetType: {
    type: 'choice',
    title: 'Target is',
    help: 'Whether the target names a class or is an amount.',
    default: 'auto',
    options: [
      {
        value: 'auto',
        help: `A number where all are numbers and some are not whole or more than ${mostNumericClasses} differ; else a class.`,
      },
      { value: 'class', help: 'Each different value is a class.' },
      { value: 'number', help: 'An amount: the network learns to give it (regression).' },
    ],
  },
  ignore: { type: 'textList', title: 'Ignore', help: 'Columns that are not inputs, such as an id.', default: [] },
  weight: {
    type: 'column',
    title: 'Sample weight',
    help: 'A column of numbers from 0: how much each row counts in the loss, of training and of validation; metrics count all rows alike. The column is not learned from.',
    optional: true,
  },
  categories: {
    type: 'textList',
    title: 'Categories',
    help: 'Inputs whose values name kinds of things, such as colours: each value becomes an input of its own, 1 where the row has it and 0 elsewhere (one-hot).',
    default: [],
  },
  indices: {
    type: 'textList',
    title: 'Indices',
    help: 'Inputs with many values, such as cities: each value becomes its number from 1, in one input, for an embedding layer to read (its vocabulary is one more than there are values). 0 is a value that is missing or unknown.',
    default: [],
  },
  missing: {
    type: 'choice',
    title: 'Missing values',
    help: 'What stands for an input that is not there (an empty cell, ?, NA, NaN or null), found in the training rows only. A category that is missing is none of its values.',
    default: 'refuse',
    options: [
      { value: 'refuse', help: 'The file is refused, with the line.' },
      { value: 'mean', help: 'The mean of the column.' },
      { value: 'median', help: 'The median of the column: a few values far away do not move it.' },
      { value: 'mostFrequent', help: 'The value that is there most often; of several, the smallest.' },
    ],
  },
  missingFlag: {
    type: 'boolean',
    title: 'Mark missing values',
    help: 'Adds an input for each column with gaps, 1 where the value is missing: that something was not measured can say as much as the measurement.',
    default: false,
  },
  scale: {
    type: 'choice',
    title: 'Scale',
    help: 'What is done to the inputs before the network sees them.',
    default: 'standardize',
    options: [
      {
        value: 'standardize',
        help: 'Each column to mean 0 and standard deviation 1, measured on the training rows only.',
      },
      { value: 'minMax', help: 'Each column to 0 to 1, by its smallest and largest value in the training rows.' },
      {
        value: 'robust',
        help: 'Each column to median 0 and a range of 1 between its quartiles, in the training rows: for columns with a few values far away.',
      },
      {
        value: 'log',
        help: 'ln(1 + x), then as "standardize": for amounts of which a few are very large. Values must be above -1.',
      },
      { value: 'divide', help: 'All columns divided by "divisor", such as 255 for pixels.' },
      { value: 'none', help: 'As they are in the file.' },
    ],
  },
  divisor: {
    type: 'number',
    title: 'Divisor',
    help: 'With "scale": "divide": what each value is divided by.',
    above: 0,
    optional: true,
  },
  scaleTarget: {
    type: 'choice',
    title: 'Scale target',
    help: 'What is done to a target that is a number before the network learns it. Metrics and answers shown stay in the units of the file; the loss does not.',
    default: 'none',
    options: [
      { value: 'none', help: 'As it is in the file.' },
      {
        value: 'standardize',
        help: 'To mean 0 and standard deviation 1, measured on the training rows only: large amounts are learned as fast as small ones.',
      },
    ],
  },
  delimiter: {
    type: 'choice',
    title: 'Delimiter',
    help: 'What stands between two cells.',
    default: 'auto',
    options: [
      { value: 'auto', help: 'By the ending of the file’s name: a tab for .tsv and .tab, a comma for all others.' },
      { value: 'comma', help: '1.5,2,red' },
      { value: 'semicolon', help: '1.5;2;red' },
      { value: 'tab', help: 'Tab-separated values.' },
    ],
  },
  decimal: {
    type: 'choice',
    title: 'Decimal mark',
    help: 'What stands before the fraction of a number. Marks between thousands are not read in either.',
    default: 'point',
    options: [
      { value: 'point', help: '1.5' },
      { value: 'comma', help: '1,5: usually with semicolons between cells.' },
    ],
  },
  header: {
    type: 'boolean',
    title: 'Header',
    help: 'The first line names the columns. Without one they are called column1, column2 and so on.',
    default: true,
  },
  labelNoise: labelNoiseParameter,
  augment: augmentParameter,
  split: tableSplitParameter,
  seed: seedParameter,
} as const satisfies Parameters;

type CsvParameters = Typed<typeof parameters>;

export const csv = defineSource({
  kind: 'csv',
  title: 'CSV file',
  help: 'A table of text: the first line names the columns, each further line is one sample. One column is predicted from the others.',
  parameters,
  example: { path: 'data/wine.csv', target: 'class' },
  async load(params, io) {
    checkTogether(params);
    return openAll(io, filesOf(params), (files) => read(params, files, io));
  },
});

/** A file of the table: all but the first hold a part of their own. */
interface TableFile {
  readonly path: string;
  readonly at: JsonPath;
}

const filesOf = ({ path, split }: CsvParameters): TableFile[] => [
  { path, at: ['data', 'path'] },
  ...heldOutPaths.flatMap((key) =>
    split[key] === undefined ? [] : [{ path: split[key] as string, at: ['data', 'split', key] }],
  ),
];

const heldOutPaths = ['validationPath', 'testPath'] as const;

type OpenedFile = TableFile & { readonly file: DataFile };

/** Opens all files before the first is read: how large they are together tells how much memory to set aside. */
async function openAll<T>(
  io: DataIo,
  wanted: readonly TableFile[],
  then: (files: readonly OpenedFile[]) => Promise<T>,
  opened: readonly OpenedFile[] = [],
): Promise<T> {
  const [first, ...rest] = wanted;
  if (!first) return then(opened);
  return openFrom(io, first.path, first.at, (file) => openAll(io, rest, then, [...opened, { ...first, file }]));
}

async function read(params: CsvParameters, files: readonly OpenedFile[], io: DataIo): Promise<Table> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const name = nameOf(params.path);
  const ends: number[] = [];
  let columns: TableColumns | undefined;
  let before = 0;
  let bytes = 0;
  const growth = (): number => (bytes > 0 ? total / bytes : 2);
  const refuse = (isEstimate: boolean): void => {
    const { rows, width, outputs } = columns!;
    const sizes = { rows: isEstimate ? Math.round(rows * growth()) : rows, inputs: width, outputs };
    refuseTooLarge(name, sizes, ['data', 'path'], isEstimate, io.limit);
  };
  for (const { path, at, file } of files) {
    const own = nameOf(path);
    await readCsv(
      file,
      { name: own, format: formatOf(path, params), at },
      (header) => {
        if (columns) columns.begin(own, header, at);
        else columns = new TableColumns(header, name, params, growth);
        const table = columns;
        return (row, line) => table.add(row, line);
      },
      (soFar) => {
        bytes = before + soFar.bytes;
        if (columns && columns.rows > 0) refuse(bytes < total);
        io.progress?.({ path: params.path, bytes, total, rows: columns?.rows ?? 0 });
      },
    );
    before = bytes;
    ends.push(columns!.rows);
  }
  const table = columns!.table();
  if (files.length === 1) return table;
  const rowsOf = (key: (typeof heldOutPaths)[number]): number => {
    const i = files.findIndex(({ at }) => at.at(-1) === key);
    return i < 0 ? 0 : ends[i] - ends[i - 1];
  };
  return { ...table, heldOut: { validation: rowsOf('validationPath'), test: rowsOf('testPath') } };
}

const formatOf = (path: string, { delimiter, decimal, header }: CsvParameters): CsvFormat => ({
  delimiter: delimiter === 'auto' ? delimiterFor(path) : (delimiter as Delimiter),
  decimal: decimal as CsvFormat['decimal'],
  header,
});

/** What sources of tables have in common that is checked together. */
type TogetherParameters = Pick<CsvParameters, 'scale' | 'divisor'> & {
  readonly split: Partial<CsvParameters['split']>;
};

/** What one parameter alone cannot say. */
function checkTogether({ scale, divisor, split }: TogetherParameters): void {
  if (scale === 'divide' && divisor === undefined) {
    throw new ModelError(
      'missing',
      ['data', 'scale'],
      '"scale": "divide" needs a "divisor". Add, for example, "divisor": 255.',
    );
  }
  if (scale !== 'divide') refuseDivisor(divisor, scale);
  const ways = (['column', 'time', 'folds'] as const).filter((way) => split[way] !== undefined);
  if (ways.length > 1 || (split.group !== undefined && (ways[0] === 'column' || ways[0] === 'time'))) {
    const given = [...ways, ...(split.group === undefined ? [] : ['group'])].map((way) => `"${way}"`).join(' and ');
    throw new ModelError(
      'split-mixed',
      ['data', 'split'],
      `The split is given by ${given}, which do not go together. Keep one of them; "group" goes with sizes and with "folds".`,
    );
  }
  for (const key of heldOutPaths) {
    if (split[key] === undefined) continue;
    const part = key.slice(0, -'Path'.length) as 'validation' | 'test';
    const clash =
      split.column !== undefined ? 'column' : split.folds !== undefined && part === 'validation' ? 'folds' : undefined;
    const size = split[part] as number;
    if (clash === undefined && size === 0) continue;
    throw new ModelError(
      'split-mixed',
      ['data', 'split', clash ?? part],
      `The ${part} part has a file of its own ("${key}"), and "${clash ?? part}" says it too. Keep one of them.`,
    );
  }
  const trained = (['train', 'validation'] as const).find((part) => ((split[part] as number | undefined) ?? 0) > 0);
  if (split.folds !== undefined && trained) {
    throw new ModelError(
      'split-mixed',
      ['data', 'split', trained],
      `With "folds" the rows of a fold validate and the others train: remove "${trained}". "test" may stay.`,
    );
  }
  const sized = partNames.find((part) => typeof split[part] === 'number' && split[part] > 0);
  if (split.column !== undefined && sized) {
    throw new ModelError(
      'split-mixed',
      ['data', 'split', sized],
      `The split names the column "${split.column as string}" and gives "${sized}" a size too. Keep one of them.`,
    );
  }
}

export { parameters as csvParameters, checkTogether };
