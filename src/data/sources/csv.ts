import type { Typed } from '../../engine/typed';
import type { Parameters } from '../../model/spec';
import { type CsvFormat, readCsv } from '../csvFile';
import { type Delimiter, delimiterFor } from '../csvText';
import { defineSource } from '../source';
import { loadTable } from '../tableFiles';
import { tableParameters } from '../tableParameters';

const { labelNoise, augment, split, seed, ...columns } = tableParameters;

const parameters = {
  path: { type: 'path', title: 'File', help: 'The CSV file, relative to this model.' },
  ...columns,
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
  labelNoise,
  augment,
  split,
  seed,
} as const satisfies Parameters;

type CsvParameters = Typed<typeof parameters>;

export const csv = defineSource({
  kind: 'csv',
  title: 'CSV file',
  help: 'A table of text: the first line names the columns, each further line is one sample. One column is predicted from the others.',
  parameters,
  example: { path: 'data/wine.csv', target: 'class' },
  load: (params, io) =>
    loadTable(params, io, ({ file, name, path, at }, open, progress) =>
      readCsv(file, { name, format: formatOf(path, params), at }, open, progress),
    ),
});

const formatOf = (path: string, { delimiter, decimal, header }: CsvParameters): CsvFormat => ({
  delimiter: delimiter === 'auto' ? delimiterFor(path) : (delimiter as Delimiter),
  decimal: decimal as CsvFormat['decimal'],
  header,
});
