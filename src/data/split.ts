import { ModelError } from '../model/diagnostics';
import type { JsonObject } from '../model/json';
import { Random } from '../engine/rng/philox';
import { type Answers, type PartName, type Table, partNames } from './source';

/** Rows of the source in each part, in an order drawn at random. */
export type Split = Readonly<Record<PartName, Uint32Array>>;

const path = ['data', 'split'];

/**
 * Deals the rows of a table out to training, validation and test.
 *
 * Shares become whole numbers of rows by largest remainder, so that the parts together hold exactly the share of the rows
 * that they sum to; no row is in two parts. With `stratify` (class targets only; the default, unlike scikit-learn's) the
 * same rounding deals out each class, so that every part holds each class in its share of the whole, to the row.
 *
 * @throws ModelError where shares and counts are mixed, ask for more rows than there are, or leave a part without a row
 */
export function splitRows(table: Table, params: JsonObject, seed: number): Split {
  if (table.parts) return splitByColumn(table.parts);
  const counts = partSizes(params, table.rows);
  const order = new Random(seed, 'data/split').permutation(table.rows);
  const stratify = params.stratify !== false && table.answers.type === 'classes';
  const classOf = stratify && table.answers.type === 'classes' ? table.answers.indices : new Uint32Array(table.rows);
  // quotas[part][class]: how many rows of the class the part still takes.
  const quotas = classQuotas(counts, countClasses(table.answers, stratify));
  const rows = counts.map((n) => new Uint32Array(n));
  const filled = counts.map(() => 0);
  for (const row of order) {
    const part = quotas.findIndex((quota) => quota[classOf[row]] > 0);
    if (part < 0) continue;
    quotas[part][classOf[row]]--;
    rows[part][filled[part]++] = row;
  }
  return { train: rows[0], validation: rows[1], test: rows[2] };
}

function splitByColumn(parts: Uint8Array): Split {
  const rowsOf = (part: number): Uint32Array =>
    Uint32Array.from([...parts.keys()].filter((row) => parts[row] === part));
  const split = { train: rowsOf(0), validation: rowsOf(1), test: rowsOf(2) };
  if (split.train.length === 0) {
    throw new ModelError(
      'split-empty',
      [...path, 'column'],
      'The split column gives no row to training. Write "train" in some rows.',
    );
  }
  return split;
}

/** Rows of each part, in the order of `partNames`. */
function partSizes(params: JsonObject, rows: number): number[] {
  const given = partNames.map((name) => (params[name] as number | undefined) ?? 0);
  const shown = partNames.map((name, i) => `${name} ${given[i]}`).join(', ');
  const some = partNames.filter((_, i) => given[i] > 0);
  if (!(given[0] > 0)) {
    throw new ModelError(
      'split-empty',
      path,
      `The split gives training no row (${shown}). Give "train" a share such as 0.6, or a number of rows.`,
    );
  }
  const shares = some.filter((name) => (params[name] as number) < 1);
  if (shares.length > 0 && shares.length < some.length) {
    throw new ModelError(
      'split-mixed',
      path,
      `The split mixes shares (below 1) with numbers of rows: ${shown}. Write all as shares, or all as numbers of rows.`,
    );
  }
  return shares.length > 0 ? bySharesOf(rows, given, shown) : byCountsOf(rows, given, shown);
}

function bySharesOf(rows: number, given: readonly number[], shown: string): number[] {
  const sum = given.reduce((a, b) => a + b, 0);
  // Shares such as 0.7 + 0.2 + 0.1 do not sum to 1 in binary; anything further off is meant.
  if (sum > 1 + 1e-9) {
    throw new ModelError(
      'split-too-large',
      path,
      `The shares of the split sum to ${round(sum)}, more than 1: ${shown}. Make one smaller.`,
    );
  }
  const total = Math.min(rows, Math.round(sum * rows));
  const counts = apportion(total, given);
  partNames.forEach((name, i) => {
    if (given[i] > 0 && counts[i] === 0) {
      throw new ModelError(
        'split-empty',
        [...path, name],
        `${given[i]} of ${rows} rows is less than one row for "${name}". Give it a larger share, or use more rows.`,
      );
    }
  });
  return counts;
}

function byCountsOf(rows: number, given: readonly number[], shown: string): number[] {
  partNames.forEach((name, i) => {
    if (!Number.isInteger(given[i])) {
      throw new ModelError(
        'split-not-whole',
        [...path, name],
        `"${name}" is ${given[i]}: a number of rows must be whole, a share below 1.`,
      );
    }
  });
  if (given[0] === 1) {
    throw new ModelError(
      'split-ambiguous',
      [...path, 'train'],
      `"train" is 1: that would be a single row to learn from. For all rows write their number, ${rows}; for a share a number below 1.`,
    );
  }
  const sum = given.reduce((a, b) => a + b, 0);
  if (sum > rows) {
    throw new ModelError(
      'split-too-large',
      path,
      `The split asks for ${sum} rows (${shown}), but the data has ${rows}. Ask for ${sum - rows} fewer.`,
    );
  }
  return [...given];
}

/** Deals each part's rows out to the classes, in proportion to what is left of them. */
function classQuotas(counts: readonly number[], classes: readonly number[]): number[][] {
  const left = [...classes];
  return counts.map((count) => {
    const quota = apportion(count, left);
    quota.forEach((n, i) => (left[i] -= n));
    return quota;
  });
}

function countClasses(answers: Answers, stratify: boolean): number[] {
  if (answers.type === 'numbers') return [answers.values.length / answers.names.length];
  if (!stratify) return [answers.indices.length];
  const counts = answers.names.map(() => 0);
  for (const index of answers.indices) counts[index]++;
  return counts;
}

/**
 * Largest remainder: whole numbers in proportion to `weights` that sum to `total`. Ties go to the first. Never gives a
 * weight of 0 anything, nor, for `total` up to their sum, a whole weight more than itself.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  // Rounded where it is a whole number but for the last bits: 0.2/1 of 400 must not become 79.99999999999999.
  const exact = weights.map((w) => snap((total * w) / sum));
  const whole = exact.map(Math.floor);
  const byRemainder = [...weights.keys()]
    .filter((i) => weights[i] > 0)
    .sort((i, j) => exact[j] - whole[j] - (exact[i] - whole[i]) || i - j);
  let left = total - whole.reduce((a, b) => a + b, 0);
  for (const i of byRemainder) {
    if (left <= 0) break;
    whole[i]++;
    left--;
  }
  return whole;
}

const snap = (x: number): number => (Math.abs(x - Math.round(x)) < 1e-9 * Math.max(1, x) ? Math.round(x) : x);
const round = (x: number): number => Number(x.toPrecision(6));
