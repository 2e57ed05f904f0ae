import { ModelError } from '../../model/diagnostics';
import type { JsonObject } from '../../model/json';
import { partNames } from '../source';

const path = ['data', 'split'];

/**
 * Rows of each part, in the order of `partNames`.
 * @throws ModelError where shares and counts are mixed, ask for more rows than there are, or leave a part without a row
 */
export function partSizes(params: JsonObject, rows: number): number[] {
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
