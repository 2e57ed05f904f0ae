import type { ByteSamples, FloatSamples } from '../engine/dataset';
import type { Numbers } from '../formats/arrays';
import { ModelError } from '../model/diagnostics';
import type { JsonObject } from '../model/json';
import { sizeOf } from '../model/spec';
import { Cells } from './cells';
import { type Preprocessing, refuseDivisor } from './scale';
import type { Answers, Arrays, Finding } from './source';
import { type Split, splitRows } from './split/index';

/** How the inputs of some rows are given to the engine, and what was done to them. */
export interface Scaled {
  readonly preprocessing: Preprocessing;
  readonly warnings: readonly Finding[];
  readonly inputsOf: (
    rows: Uint32Array,
  ) => Pick<FloatSamples, 'inputs' | 'levels'> | Pick<ByteSamples, 'inputs' | 'levels'>;
}

/** What the inputs of one part may take once they are numbers. */
const MOST_BYTES = 2 ** 31;

/**
 * Deals the rows out as `splitRows` does; those that came as the test part stay it, in their order.
 * @throws ModelError where the split asks for a test part besides, and where `splitRows` does
 */
export function splitArrays(arrays: Arrays, params: JsonObject, seed: number): Split {
  const { title, testRows } = arrays;
  const rows = arrays.rows - testRows;
  const given = params.test as number;
  if (testRows > 0 && given > 0)
    throw new ModelError(
      'split-mixed',
      ['data', 'split', 'test'],
      `The split gives "test" ${given}, but the test part has files of its own: ${testRows} samples. Keep one of them.`,
    );
  const answers = firstOf(arrays.answers, rows);
  // Rows are dealt out by their answers alone.
  const split = splitRows(
    { title, rows, answers, inputNames: [], inputs: Cells.of(new Float64Array(0), 0) },
    params,
    seed,
  );
  return testRows === 0 ? split : { ...split, test: Uint32Array.from({ length: testRows }, (_, i) => rows + i) };
}

const firstOf = (answers: Answers, rows: number): Answers =>
  answers.type === 'classes'
    ? { ...answers, indices: answers.indices.subarray(0, rows) }
    : { ...answers, values: answers.values.subarray(0, rows * answers.names.length) };

/**
 * Scales arrays: all values by one divisor, or each channel (the last dimension) to mean 0 and deviation 1 over the
 * training rows. Bytes stay bytes, beside a table of what they stand for, unless the table would be larger than they are.
 * @throws ModelError where a divisor is missing or has no effect, or a value is no number or too large for float32
 */
export function scaleArrays(arrays: Arrays, params: JsonObject, train: Uint32Array): Scaled {
  const { inputShape } = arrays;
  const size = sizeOf(inputShape);
  const fitted = fit(arrays, params, train);
  const { mean, deviation } = fitted.preprocessing;
  const isBytes = arrays.blocks.every((block) => block instanceof Uint8Array);
  if (isBytes && 4 * 256 * mean.length <= 3 * arrays.rows * size) {
    const levels = new Float32Array(256 * mean.length);
    levels.forEach((_, i) => (levels[i] = ((i & 255) - mean[i >> 8]) / deviation[i >> 8]));
    return {
      ...fitted,
      inputsOf: (rows) => ({ inputs: gather(arrays, rows, size, new Uint8Array(rows.length * size)), levels }),
    };
  }
  return { ...fitted, inputsOf: (rows) => ({ inputs: floats(arrays, rows, fitted.preprocessing) }) };
}

function fit(arrays: Arrays, params: JsonObject, train: Uint32Array): Pick<Scaled, 'preprocessing' | 'warnings'> {
  const { scale } = params as { scale: Preprocessing['scale'] };
  const divisor = params.divisor as number | undefined;
  if (scale === 'standardize') {
    refuseDivisor(divisor, scale);
    return standardized(arrays, train);
  }
  if (scale === 'none') refuseDivisor(divisor, scale);
  else if (divisor === undefined && !arrays.blocks.every((block) => block instanceof Uint8Array))
    throw new ModelError(
      'missing',
      ['data', 'scale'],
      `"scale": "divide" needs a "divisor" where values are not bytes. Add one, or write "scale": "standardize".`,
    );
  const by = scale === 'none' ? 1 : (divisor ?? 255);
  return { preprocessing: { scale, mean: Float64Array.of(0), deviation: Float64Array.of(by) }, warnings: [] };
}

function standardized(arrays: Arrays, train: Uint32Array): Pick<Scaled, 'preprocessing' | 'warnings'> {
  const { inputShape } = arrays;
  const channels = inputShape[inputShape.length - 1];
  const size = sizeOf(inputShape);
  const count = (train.length * size) / channels;
  const mean = new Float64Array(channels);
  const deviation = new Float64Array(channels);
  const firsts = new Float64Array(channels).fill(NaN);
  const isConstant = new Uint8Array(channels).fill(1);
  const each = (take: (value: number, channel: number) => void): void => {
    for (const row of train) {
      const { block, from } = placeOf(arrays, row, size);
      for (let i = 0, c = 0; i < size; i++) {
        const value = block[from + i];
        if (!Number.isFinite(value)) refuseValue(arrays, row, i, value);
        take(value, c);
        if (++c === channels) c = 0;
      }
    }
  };
  each((value, c) => {
    if (Number.isNaN(firsts[c])) firsts[c] = value;
    else if (value !== firsts[c]) isConstant[c] = 0;
    mean[c] += value;
  });
  for (let c = 0; c < channels; c++) mean[c] /= count;
  // The second pass around the mean keeps the digits that the sum of squares would lose.
  each((value, c) => (deviation[c] += (value - mean[c]) ** 2));
  let constant = 0;
  for (let c = 0; c < channels; c++) {
    if (isConstant[c]) [mean[c], deviation[c]] = [firsts[c], 1];
    else deviation[c] = Math.sqrt(deviation[c] / count);
    constant += isConstant[c];
  }
  const warnings =
    constant === 0
      ? []
      : [
          {
            code: 'constant-column',
            path: ['data', 'scale'],
            message: `${constant} of the ${channels} values along the last dimension are the same in all ${train.length} training rows: the network can learn nothing from them, and they are not scaled.`,
          },
        ];
  return { preprocessing: { scale: 'standardize', mean, deviation }, warnings };
}

/** Where a row stands. */
function placeOf({ blocks }: Arrays, row: number, size: number): { readonly block: Numbers; readonly from: number } {
  let from = row * size;
  let block = 0;
  while (from >= blocks[block].length) from -= blocks[block++].length;
  return { block: blocks[block], from };
}

function gather(arrays: Arrays, rows: Uint32Array, size: number, out: Uint8Array): Uint8Array {
  rows.forEach((row, i) => {
    const { block, from } = placeOf(arrays, row, size);
    out.set(block.subarray(from, from + size), i * size);
  });
  return out;
}

/** Computed in float64, rounded once to float32. */
function floats(arrays: Arrays, rows: Uint32Array, { mean, deviation }: Preprocessing): Float32Array {
  const size = sizeOf(arrays.inputShape);
  if (4 * rows.length * size > MOST_BYTES)
    throw new ModelError(
      'too-large',
      ['data', 'split'],
      `${rows.length} samples of ${size} numbers take ${4 * rows.length * size} bytes; at most ${MOST_BYTES} are allowed. Use fewer.`,
    );
  const out = new Float32Array(rows.length * size);
  let at = 0;
  for (const row of rows) {
    const { block, from } = placeOf(arrays, row, size);
    for (let i = 0, c = 0; i < size; i++, at++) {
      out[at] = (block[from + i] - mean[c]) / deviation[c];
      if (!Number.isFinite(out[at])) refuseValue(arrays, row, i, block[from + i]);
      if (++c === mean.length) c = 0;
    }
  }
  return out;
}

function refuseValue({ title, inputShape }: Arrays, row: number, i: number, value: number): never {
  const index = [row];
  let rest = i;
  for (let d = 0; d < inputShape.length; d++) {
    const below = sizeOf(inputShape.slice(d + 1));
    index.push(Math.floor(rest / below));
    rest %= below;
  }
  const where = `${title}: the value at [${index.join(', ')}] is ${value}`;
  if (!Number.isFinite(value))
    throw new ModelError('not-a-number', ['data', 'source'], `${where}. Give it a number, or leave the sample out.`);
  throw new ModelError('value-too-large', ['data', 'scale'], `${where}, scaled more than a float32 can hold.`);
}
