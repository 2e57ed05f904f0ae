import type { InputScale, TargetScale } from '../engine/dataset';
import { ModelError } from '../model/diagnostics';
import type { Answers, Table } from './source';

/** What was done to the inputs: the network sees (value − mean) / deviation, column by column. */
export interface Preprocessing {
  readonly scale: 'none' | 'standardize' | 'divide' | 'minMax' | 'robust' | 'log';
  /** Per column, in float64: the mean, the smallest value or the median. 0 where nothing is subtracted. */
  readonly mean: Float64Array;
  /** Per column, in float64: the deviation, the range or that between the quartiles. 1 where nothing is divided. */
  readonly deviation: Float64Array;
  /** 1 for columns that stay as they are: categories and marks of missing values. */
  readonly flags?: Uint8Array;
}

/** With "log", what stands for a value in all that follows. */
const logOf = Math.log1p;

/** What the network reads for a value, before it is rounded to float32. */
export const scaleValue = (value: number, log: boolean, subtract: number, divide: number): number =>
  ((log ? logOf(value) : value) - subtract) / divide;

/**
 * Finds mean and standard deviation of every column over the training rows alone: what validation and test look like must
 * not leak into training. Population deviation (dividing by n), as scikit-learn's StandardScaler. A column that is constant
 * in training is only centred.
 */
export const fitStandardize = (table: Table, train: Uint32Array): Preprocessing =>
  standardized('standardize', table, train);

function standardized(
  scale: Preprocessing['scale'],
  { inputs }: Table,
  train: Uint32Array,
  of?: (value: number) => number,
): Preprocessing {
  const { columns } = inputs;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  const constant = new Uint8Array(columns).fill(1);
  const each = (take: (value: number, column: number) => void): void => {
    for (const row of train) {
      for (let c = 0; c < columns; c++) {
        const value = inputs.at(row, c);
        take(of ? of(value) : value, c);
      }
    }
  };
  const first = Float64Array.from({ length: columns }, (_, c) => {
    const value = inputs.at(train[0], c);
    return of ? of(value) : value;
  });
  each((value, c) => {
    if (value !== first[c]) constant[c] = 0;
    mean[c] += value;
  });
  for (let c = 0; c < columns; c++) mean[c] = constant[c] ? first[c] : mean[c] / train.length;
  // The second pass around the mean keeps the digits that the sum of squares would lose.
  each((value, c) => (deviation[c] += (value - mean[c]) ** 2));
  for (let c = 0; c < columns; c++) deviation[c] = constant[c] ? 1 : Math.sqrt(deviation[c] / train.length) || 1;
  return { scale, mean, deviation };
}

/**
 * Brings every column to 0 to 1 over the training rows, as scikit-learn's MinMaxScaler; rows of the other parts may lie
 * outside. A column that is constant in training is only moved.
 */
export const fitMinMax = (table: Table, train: Uint32Array): Preprocessing =>
  fitColumns('minMax', table, (column) => {
    let [low, high] = [Infinity, -Infinity];
    for (const row of train) {
      const value = table.inputs.at(row, column);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high - low];
  });

/**
 * Median 0 and a range of 1 between the quartiles over the training rows, as scikit-learn's RobustScaler: a few values far
 * away do not press the others together. A column whose quartiles are one value is only moved.
 */
export const fitRobust = (table: Table, train: Uint32Array): Preprocessing =>
  fitColumns('robust', table, (column) => {
    const sorted = sortedColumn(table, column, train);
    return [quantile(sorted, 0.5), quantile(sorted, 0.75) - quantile(sorted, 0.25)];
  });

/**
 * ln(1 + x) of every value, then standardized: for amounts of which a few are very large.
 * @throws ModelError where a value of any row is -1 or less, with its row
 */
export function fitLog(table: Table, train: Uint32Array): Preprocessing {
  const { inputs, inputNames } = table;
  for (let row = 0; row < inputs.rows; row++) {
    for (let c = 0; c < inputs.columns; c++) {
      const value = inputs.at(row, c);
      if (!(value <= -1)) continue;
      throw new ModelError(
        'log-of-negative',
        ['data', 'scale'],
        `Column "${inputNames[c]}" holds ${value} (row ${row + 1}): ` +
          'ln(1 + x) has no value there. Use "standardize" or "robust", or add the column to "ignore".',
      );
    }
  }
  return standardized('log', table, train, logOf);
}

/** @param fit gives what is subtracted from a column and what it is divided by; 0: it is only moved */
function fitColumns(
  scale: Preprocessing['scale'],
  { inputNames }: Table,
  fit: (column: number) => readonly [offset: number, range: number],
): Preprocessing {
  const mean = new Float64Array(inputNames.length);
  const deviation = new Float64Array(inputNames.length);
  inputNames.forEach((_, c) => {
    const [offset, range] = fit(c);
    mean[c] = offset;
    deviation[c] = range > 0 ? range : 1;
  });
  return { scale, mean, deviation };
}

const sortedColumn = ({ inputs }: Table, column: number, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (row) => inputs.at(row, column)).sort();

/** Between two values in proportion, as NumPy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** Mean and population deviation of one column over some rows; exactly the value and 0 where it is constant. */
function momentsOf(
  values: Float64Array,
  columns: number,
  column: number,
  rows: Uint32Array,
): { mean: number; deviation: number } {
  const first = values[rows[0] * columns + column];
  let constant = true;
  let sum = 0;
  for (const row of rows) {
    const x = values[row * columns + column];
    constant &&= x === first;
    sum += x;
  }
  if (constant) return { mean: first, deviation: 0 };
  const mean = sum / rows.length;
  // The second pass around the mean keeps the digits that the sum of squares would lose.
  let squares = 0;
  for (const row of rows) squares += (values[row * columns + column] - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / rows.length) };
}

/**
 * Finds what brings each number to be learned to mean 0 and deviation 1 over the training rows alone, as for inputs.
 * @throws ModelError where the targets are classes, or one is constant in training: there is nothing to learn then
 */
export function fitTargetScale(answers: Answers, train: Uint32Array): readonly TargetScale[] {
  const path = ['data', 'scaleTarget'];
  if (answers.type === 'classes') {
    throw new ModelError(
      'scale-target',
      path,
      `"scaleTarget" scales numbers, but the target has ${answers.names.length} classes. Remove "scaleTarget".`,
    );
  }
  const { names, values } = answers;
  return names.map((name, column) => {
    const { mean, deviation } = momentsOf(values, names.length, column, train);
    if (deviation > 0) return { scale: deviation, offset: mean };
    throw new ModelError(
      'constant-target',
      path,
      `The target "${name}" is ${mean} in all ${train.length} training rows: there is nothing to learn, and it cannot be ` +
        'standardized. Choose another target or split, or remove "scaleTarget".',
    );
  });
}

/**
 * The numbers of some rows as the network is to give them, rounded once to float32.
 * @param scale undefined: as they are
 * @throws ModelError where a value is too large for float32
 */
export function scaleTargets(
  { names, values }: Extract<Answers, { type: 'numbers' }>,
  rows: Uint32Array,
  scale: readonly TargetScale[] | undefined,
): Float32Array {
  const columns = names.length;
  const out = new Float32Array(rows.length * columns);
  let at = 0;
  for (const row of rows) {
    for (let c = 0; c < columns; c++, at++) {
      const value = values[row * columns + c];
      out[at] = scale ? (value - scale[c].offset) / scale[c].scale : value;
      if (!Number.isFinite(out[at])) {
        throw new ModelError(
          'value-too-large',
          ['data', 'scaleTarget'],
          `The target "${names[c]}" is ${value} in row ${row + 1}, so far from the training rows that a float32 cannot hold ` +
            'it standardized. Correct the row, or remove "scaleTarget".',
        );
      }
    }
  }
  return out;
}

/** Every column divided by one number, such as 255 for pixels; 1 leaves them as they are. */
export function divideBy(divisor: number, columns: number): Preprocessing {
  return {
    scale: divisor === 1 ? 'none' : 'divide',
    mean: new Float64Array(columns),
    deviation: new Float64Array(columns).fill(divisor),
  };
}

/**
 * The inputs of each part as the network gets them: computed in float64, rounded once to float32. Of a large table they take
 * its own memory over (see `Cells`).
 * @throws ModelError where a value is too large for float32
 */
export function scaleRows(
  { inputs, inputNames }: Table,
  parts: readonly Uint32Array[],
  { scale, mean, deviation, flags }: Preprocessing,
): Float32Array[] {
  return inputs.into(parts, (value, row, c) => {
    const scaled = flags?.[c] ? value : scaleValue(value, scale === 'log', mean[c], deviation[c]);
    if (Number.isFinite(Math.fround(scaled))) return scaled;
    throw new ModelError(
      'value-too-large',
      ['data', 'scale'],
      `Column "${inputNames[c]}" holds ${value} (row ${row + 1}), more than a float32 can ` +
        'hold. Scale the column down in the file, or add it to "ignore".',
    );
  });
}

/** @throws ModelError where a divisor is given that divides nothing */
export function refuseDivisor(divisor: number | undefined, scale: string): void {
  if (divisor === undefined) return;
  throw new ModelError(
    'unused-parameter',
    ['data', 'divisor'],
    `"divisor" has no effect with "scale": "${scale}". Write "scale": "divide", or remove "divisor".`,
  );
}

/** What brings each column back to the data's units; undefined where none was changed. */
export function inputScalesOf({ scale, mean, deviation, flags }: Preprocessing): readonly InputScale[] | undefined {
  if (scale === 'none') return undefined;
  return Array.from(mean, (offset, c) => ({
    scale: deviation[c],
    offset,
    ...(scale === 'log' && flags?.[c] !== 1 && { log: true as const }),
  }));
}
