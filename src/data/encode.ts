import { ModelError } from '../model/diagnostics';
import { type EncodedColumn, inputNamesOf } from './preprocess';
import type { Table } from './source';

/** What becomes of a number that is not there. */
export type Missing = 'refuse' | 'mean' | 'median' | 'mostFrequent';

/** Columns of numbers alone, as the network reads them: what was missing is filled in, categories stand one by one. */
export interface Encoded extends Table {
  /** Columns of 0 and 1, which no scale is to touch. */
  readonly flags: Uint8Array;
  /** What the columns of the file became. */
  readonly columns: readonly EncodedColumn[];
}

/** Of each column of the file, what stands for it: filled into all parts, found in the training rows alone. */
interface Plan {
  readonly column: number;
  readonly stored: EncodedColumn;
  readonly names: readonly string[];
  /** Writes the values of the row into `out` from `at` on. */
  write(value: number, out: Float64Array, at: number): void;
  readonly flags: boolean | readonly boolean[];
}

/**
 * Turns the columns of a table into columns of numbers without gaps. A category becomes a column for each of its values, 1
 * where the row has it; of a value that is missing, none. An index stays one column: the value's place from 1, 0 for none. With `flag`, a column whose training rows have gaps gets another
 * one, 1 where there is a gap: that something was not measured may say as much as the measurement.
 *
 * @throws ModelError where a column has no value at all in the training rows
 */
export function encodeTable(table: Table, train: Uint32Array, missing: Missing, flag: boolean): Encoded {
  const { inputNames, inputs, categories } = table;
  const plans = inputNames.map((name, column): Plan => {
    const values = categories?.get(column);
    if (values && table.indexed?.has(column)) return indexPlan(name, column, values, missing !== 'refuse');
    if (values) return categoryPlan(name, column, values, missing !== 'refuse');
    return numberPlan(table, column, train, missing, flag);
  });
  const names = plans.flatMap((p) => p.names);
  // A flag, or a value of a category, has no middle: only the first of a number's columns holds the number.
  const from = plans.flatMap(({ column, names: own }) =>
    own.map((_, i) => (i > 0 || categories?.has(column) ? -1 : column)),
  );
  const encoded = inputs.recolumned(from, (row, out) => {
    let at = 0;
    for (const plan of plans) {
      plan.write(row[plan.column], out, at);
      at += plan.names.length;
    }
  });
  const flags = Uint8Array.from(
    plans.flatMap(({ names: own, flags: f }) => own.map((_, i) => Number(typeof f === 'boolean' ? f : f[i]))),
  );
  const columns = plans.map((p) => p.stored);
  return { ...table, inputNames: names, inputs: encoded, categories: undefined, indexed: undefined, flags, columns };
}

function categoryPlan(name: string, column: number, values: readonly string[], missing: boolean): Plan {
  const stored: EncodedColumn = { name, type: 'category', values, ...(missing && { missing }) };
  return {
    column,
    stored,
    names: inputNamesOf(stored),
    flags: true,
    write(value, out, at) {
      if (!Number.isNaN(value)) out[at + value] = 1;
    },
  };
}

function indexPlan(name: string, column: number, values: readonly string[], missing: boolean): Plan {
  const stored: EncodedColumn = { name, type: 'index', values, ...(missing && { missing }) };
  return {
    column,
    stored,
    names: inputNamesOf(stored),
    // A number that is no amount: no scale may touch it.
    flags: true,
    write(value, out, at) {
      out[at] = Number.isNaN(value) ? 0 : value + 1;
    },
  };
}

function numberPlan(table: Table, column: number, train: Uint32Array, missing: Missing, flag: boolean): Plan {
  const { inputNames, inputs } = table;
  const name = inputNames[column];
  const known = Float64Array.from(train, (row) => inputs.at(row, column)).filter((x) => !Number.isNaN(x));
  if (known.length === 0) {
    throw new ModelError(
      'missing-value',
      ['data', 'missing'],
      `Column "${name}" has no value in any of the ${train.length} training rows, so there is nothing to fill its gaps with. Add it to "ignore".`,
    );
  }
  // A column without gaps may have some in what is predicted later.
  const fill = missing === 'refuse' ? undefined : fillOf(known, missing);
  const flagged = flag && known.length < train.length;
  const stored: EncodedColumn = {
    name,
    type: 'number',
    ...(fill !== undefined && { fill }),
    ...(flagged && { flag: true }),
  };
  return {
    column,
    stored,
    names: inputNamesOf(stored),
    flags: flagged ? [false, true] : false,
    write(value, out, at) {
      const gap = Number.isNaN(value);
      out[at] = gap ? fill! : value;
      if (flagged) out[at + 1] = Number(gap);
    },
  };
}

/** @param known at least one value */
function fillOf(known: Float64Array, missing: Missing): number {
  if (missing === 'mean') return known.reduce((a, b) => a + b, 0) / known.length;
  const sorted = known.slice().sort();
  const { length } = sorted;
  if (missing === 'median') return (sorted[(length - 1) >> 1] + sorted[length >> 1]) / 2;
  let best = sorted[0];
  let most = 0;
  for (let i = 0, run = 0; i < length; i++) {
    run = i > 0 && sorted[i] === sorted[i - 1] ? run + 1 : 1;
    // Of values that are as frequent the smallest, as in scikit-learn's SimpleImputer.
    if (run > most) [best, most] = [sorted[i], run];
  }
  return best;
}
