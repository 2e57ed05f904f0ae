import type { Typed } from '../engine/typed';
import { ModelError } from '../model/diagnostics';
import type { Parameters } from '../model/spec';
import { mostNumericClasses } from '../model/tableProfile';
import { refuseDivisor } from './scale';
import { augmentParameter, labelNoiseParameter, partNames, seedParameter, tableSplitParameter } from './source';

/** What every source of a table takes, however its file is written. */
export const tableParameters = {
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
  labelNoise: labelNoiseParameter,
  augment: augmentParameter,
  split: tableSplitParameter,
  seed: seedParameter,
} as const satisfies Parameters;

export type TableParameters = Typed<typeof tableParameters> & { readonly path: string };

/** Splits that have a file of their own, by the parameter that names it. */
export const heldOutPaths = ['validationPath', 'testPath'] as const;

/** @throws ModelError where parameters contradict each other, which one alone cannot say */
export function checkTogether({ scale, divisor, split }: TableParameters): void {
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
