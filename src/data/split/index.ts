import { Random } from '../../engine/rng/philox';
import { ModelError } from '../../model/diagnostics';
import type { JsonObject } from '../../model/json';
import { type Answers, type PartName, type Table, partNames } from '../source';
import { foldParts } from './folds';
import { dealGroups } from './groups';
import { apportion, partSizes } from './sizes';

/** Rows of the source in each part, in an order drawn at random; by time, in the order of time. */
export type Split = Readonly<Record<PartName, Uint32Array>>;

const path = ['data', 'split'];

/**
 * Deals the rows of a table out to training, validation and test.
 *
 * Shares become whole numbers of rows by largest remainder, so that the parts together hold exactly the share of the rows
 * that they sum to; no row is in two parts. With `stratify` (class targets only; the default, unlike scikit-learn's) the
 * same rounding deals out each class, so that every part holds each class in its share of the whole, to the row.
 *
 * Where the table names a part for each row, that is the split. Where it has groups, a group is whole in one part, and the
 * parts come as near to their sizes as that allows. Where it has times, the earliest rows train and the latest test.
 * Parts that have files of their own are the rows of those, and the other rows are dealt out: all to training where no size is given.
 * With `folds`, what the test part leaves is cut into so many folds, of which `fold` validates and the others train.
 *
 * @throws ModelError where shares and counts are mixed, ask for more rows than there are, or leave a part without a row
 */
export function splitRows(table: Table, params: JsonObject, seed: number): Split {
  if (table.heldOut) return splitBesides(table, table.heldOut, params, seed);
  if (table.parts) return splitByColumn(table.parts);
  const order = new Random(seed, 'data/split').permutation(table.rows);
  if (params.folds !== undefined) return splitOf(foldParts(table, params, order), order);
  const counts = partSizes(params, table.rows);
  if (table.groups) {
    const parts = dealGroups(table.groups, counts, order);
    counts.forEach((count, part) => count > 0 && !parts.includes(part) && failEmpty(part, table.groups!));
    return splitOf(parts, order);
  }
  if (table.times) return splitByTime(table.times, counts);
  return splitOf(dealRows(table.answers, stratifies(table.answers, params), counts, order), order);
}

/** The last rows are the parts that came as such, in their order; the others are dealt out among what is left. */
function splitBesides(
  table: Table,
  { validation, test }: NonNullable<Table['heldOut']>,
  params: JsonObject,
  seed: number,
): Split {
  const rows = table.rows - validation - test;
  const from = (first: number, count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => first + i);
  const isDealt =
    partNames.some((name) => ((params[name] as number | undefined) ?? 0) > 0) || params.folds !== undefined;
  const { answers, groups, times } = table;
  const own: Table = {
    ...table,
    rows,
    heldOut: undefined,
    answers:
      answers.type === 'classes'
        ? { ...answers, indices: answers.indices.subarray(0, rows) }
        : { ...answers, values: answers.values.subarray(0, rows * answers.names.length) },
    ...(groups && { groups: groups.subarray(0, rows) }),
    ...(times && { times: times.subarray(0, rows) }),
  };
  const dealt =
    isDealt || validation === 0 ? splitRows(own, params, seed) : splitRows(own, { ...params, train: rows }, seed);
  return {
    train: dealt.train,
    validation: validation > 0 ? from(rows, validation) : dealt.validation,
    test: test > 0 ? from(rows + validation, test) : dealt.test,
  };
}

const stratifies = (answers: Answers, params: JsonObject): boolean =>
  params.stratify !== false && answers.type === 'classes';

/** Rows by the part that each is in, in the order given; a part beyond the three is none. */
function splitOf(parts: Uint8Array, order: Uint32Array): Split {
  const of = (part: number): Uint32Array => order.filter((row) => parts[row] === part);
  return { train: of(0), validation: of(1), test: of(2) };
}

/** The part of each row, 3 for none: each class is dealt out in its share where that is asked for. */
function dealRows(answers: Answers, stratify: boolean, counts: readonly number[], order: Uint32Array): Uint8Array {
  const classOf = stratify && answers.type === 'classes' ? answers.indices : new Uint32Array(order.length);
  // quotas[part][class]: how many rows of the class the part still takes.
  const quotas = classQuotas(counts, countClasses(answers, stratify));
  const parts = new Uint8Array(order.length).fill(3);
  for (const row of order) {
    const part = quotas.findIndex((quota) => quota[classOf[row]] > 0);
    if (part < 0) continue;
    quotas[part][classOf[row]]--;
    parts[row] = part;
  }
  return parts;
}

function splitByColumn(parts: Uint8Array): Split {
  const rows = Uint32Array.from(parts, (_, row) => row);
  const rowsOf = (part: number): Uint32Array => rows.filter((row) => parts[row] === part);
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

/** The earliest rows train, the next validate, the latest test: what is measured is how well the past tells the future. */
function splitByTime(times: Float64Array, counts: readonly number[]): Split {
  const order = Uint32Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b);
  // Rows that no part asks for are the earliest: the newest are worth most.
  const unused = times.length - counts.reduce((a, b) => a + b, 0);
  const [train, validation] = [unused + counts[0], unused + counts[0] + counts[1]];
  return {
    train: order.slice(unused, train),
    validation: order.slice(train, validation),
    test: order.slice(validation),
  };
}

function failEmpty(part: number, groups: Uint32Array): never {
  const name = ['training', 'validation', 'test'][part];
  throw new ModelError(
    'split-empty',
    [...path, 'group'],
    `With ${new Set(groups).size} groups, each whole in one part, none is left for ${name}. Use fewer parts, or a column with more groups.`,
  );
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
