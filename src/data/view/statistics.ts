import type { CategoryColumn, DataPart, NumberColumn } from '../../model/dataView';
import { dataParts } from '../../model/dataView';
import type { Split } from '../split/index';

/** Of more rows, quartiles and different values are those of so many, evenly spread. */
const MOST_SORTED = 100_000;
const MOST_DISTINCT = 1_000;
export const BINS = 24;

/** @param valueOf of a row, NaN where it is missing */
export function numberColumn(name: string, split: Split, valueOf: (row: number) => number): NumberColumn {
  const { train } = split;
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const row of train) {
    const value = valueOf(row);
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = sum / count;
  let squares = 0;
  for (const row of train) {
    const value = valueOf(row);
    // The second pass around the mean keeps the digits that the sum of squares would lose.
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  const sorted = sample(train, valueOf);
  return {
    type: 'number',
    name,
    ...missingOf(split, valueOf),
    ...distinctOf(sorted),
    mean,
    deviation: Math.sqrt(squares / count),
    min: count > 0 ? min : NaN,
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)],
    quantilesOf: sorted.length,
    max: count > 0 ? max : NaN,
    histogram: histogramOf(split, valueOf),
  };
}

/** @param placeOf of a row, the place of its value among `names`, NaN where it is missing */
export function categoryColumn(
  name: string,
  names: readonly string[],
  split: Split,
  placeOf: (row: number) => number,
): CategoryColumn {
  const counts = countsOf(names.length, split, placeOf);
  const distinct = counts.train.filter((n) => n > 0).length;
  return { type: 'category', name, names, counts, distinct, isMore: false, ...missingOf(split, placeOf) };
}

/** How many rows of each part have each of some places. */
export const countsOf = (places: number, split: Split, placeOf: (row: number) => number): Record<DataPart, number[]> =>
  inEach((part) => tally(split[part], places, placeOf));

function histogramOf(split: Split, valueOf: (row: number) => number): NumberColumn['histogram'] {
  let [low, high] = [Infinity, -Infinity];
  for (const part of dataParts)
    for (const row of split[part]) {
      const value = valueOf(row);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  const width = (high - low) / BINS;
  // All values alike stand in the first bin; the largest of all in the last.
  const binOf = (row: number): number => {
    const value = valueOf(row);
    return Number.isNaN(value) ? NaN : width > 0 ? Math.min(BINS - 1, Math.floor((value - low) / width)) : 0;
  };
  const counts = inEach((part) => tally(split[part], BINS, binOf));
  return Number.isFinite(low) ? { low, high, counts } : { low: NaN, high: NaN, counts };
}

const inEach = <T>(of: (part: DataPart) => T): Record<DataPart, T> => ({
  train: of('train'),
  validation: of('validation'),
  test: of('test'),
});

function tally(rows: Uint32Array, places: number, placeOf: (row: number) => number): number[] {
  const counts = new Array<number>(places).fill(0);
  for (const row of rows) {
    const place = placeOf(row);
    if (!Number.isNaN(place)) counts[place]++;
  }
  return counts;
}

function missingOf(split: Split, valueOf: (row: number) => number): { missing: number; missingInAll: number } {
  const of = (part: DataPart): number =>
    split[part].reduce((sum, row) => sum + (Number.isNaN(valueOf(row)) ? 1 : 0), 0);
  const missing = of('train');
  return { missing, missingInAll: missing + of('validation') + of('test') };
}

/** Values there are, in order. */
function sample(rows: Uint32Array, valueOf: (row: number) => number): Float64Array {
  const count = Math.min(rows.length, MOST_SORTED);
  const values = Float64Array.from({ length: count }, (_, i) => valueOf(rows[Math.floor((i * rows.length) / count)]));
  return values.filter((value) => !Number.isNaN(value)).sort();
}

function distinctOf(sorted: Float64Array): { distinct: number; isMore: boolean } {
  let distinct = sorted.length > 0 ? 1 : 0;
  for (let i = 1; i < sorted.length && distinct < MOST_DISTINCT; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  return { distinct, isMore: distinct === MOST_DISTINCT || sorted.length === MOST_SORTED };
}

/** Linear interpolation between the two nearest: Hyndman and Fan (1996), definition 7. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted.length === 0 ? NaN : sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
