import { ModelError } from '../../model/diagnostics';
import type { JsonObject } from '../../model/json';
import type { Table } from '../source';
import { dealGroups } from './groups';
import { partSizes } from './sizes';

const path = ['data', 'split'];

/**
 * k-fold cross-validation: the part of each row. The test part is dealt out first, the rest into `folds` folds as equal as
 * can be (each class by itself where the split stratifies, each group whole); `fold` validates, the others train. The folds
 * of one seed are the same whichever of them validates.
 *
 * @throws ModelError where there are fewer rows, or groups, than folds
 */
export function foldParts(table: Table, params: JsonObject, order: Uint32Array): Uint8Array {
  const folds = params.folds as number;
  const fold = params.fold as number;
  if (fold > folds) {
    throw new ModelError(
      'split-fold',
      [...path, 'fold'],
      `There are ${folds} folds and "fold" is ${fold}: it is the one that validates, from 1 to ${folds}.`,
    );
  }
  const { answers, groups, rows } = table;
  const share = (params.test as number | undefined) ?? 0;
  // All rows but those of the test part: whatever is left of it trains and validates.
  const test = share > 0 ? partSizes({ train: share }, rows)[0] : 0;
  const classOf = params.stratify !== false && answers.type === 'classes' ? answers.indices : undefined;
  const units = groups ? new Set(groups).size : rows - test;
  if (units < folds) {
    throw new ModelError(
      'split-fold',
      [...path, 'folds'],
      `${folds} folds need at least as many ${groups ? 'groups' : 'rows'}, and there are ${units}. Use fewer folds.`,
    );
  }
  const pieces = groups
    ? dealGroups(groups, sizesOf(test, rows - test, folds), order)
    : dealInTurn(order, classOf, test / rows, folds);
  return pieces.map((piece) => (piece === 0 ? 2 : piece === fold ? 1 : 0));
}

/** Rows for the test part and for each fold. */
const sizesOf = (test: number, rest: number, folds: number): number[] => [
  test,
  ...Array.from({ length: folds }, (_, i) => Math.floor((rest * (i + 1)) / folds) - Math.floor((rest * i) / folds)),
];

/** 0 for the test part, else the fold: rows as drawn, class by class one after another, so that folds differ by one at most. */
function dealInTurn(
  order: Uint32Array,
  classOf: Uint32Array | undefined,
  testShare: number,
  folds: number,
): Uint8Array {
  const pieces = new Uint8Array(order.length);
  const sorted = classOf ? Uint32Array.from(order).sort((a, b) => classOf[a] - classOf[b]) : order;
  let next = 0;
  sorted.forEach((row, i) => {
    // A row of the test part wherever its share of the rows so far grows by one whole row.
    const isTest = Math.round((i + 1) * testShare) > Math.round(i * testShare);
    pieces[row] = isTest ? 0 : 1 + (next++ % folds);
  });
  return pieces;
}
