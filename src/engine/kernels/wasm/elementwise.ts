import type { KernelSet } from '../set';
import type { Machine } from './machine';

/** Values from which on a loop over them is worth sharing: below, waiting for one another takes longer. */
const WORTH_SHARING = 32_768;

export const isWorthSharing = (values: number): boolean => values >= WORTH_SHARING;

export function wasmElementwise(machine: Machine): Pick<KernelSet, 'copy' | 'sumColumns' | 'scaleRows'> {
  const { words } = machine;
  const copy = machine.kernel('copy');
  const scaleRows = machine.kernel('scaleRows');
  const sumColumns = machine.kernel('sumColumns');
  return {
    copy(to, from, length, accumulate) {
      words[0] = to.byteOffset;
      words[1] = from.byteOffset;
      words[2] = length;
      words[3] = accumulate ? 1 : 0;
      machine.run(copy, isWorthSharing(length));
    },
    scaleRows(values, factors, rows, columns) {
      words[0] = values.byteOffset;
      words[1] = factors.byteOffset;
      words[2] = rows;
      words[3] = columns;
      machine.run(scaleRows, isWorthSharing(rows * columns));
    },
    sumColumns(sums, values, rows, columns) {
      words[0] = sums.byteOffset;
      words[1] = values.byteOffset;
      words[2] = rows;
      words[3] = columns;
      machine.run(sumColumns, isWorthSharing(rows * columns));
    },
  };
}
