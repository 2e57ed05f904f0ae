import type { MergingKernels } from '../set';
import { isWorthSharing } from './elementwise';
import type { Machine } from './machine';

/** As many factors as a layer may read. */
const MAX_FACTORS = 64;

/** What layers that join others do, bit by bit as the reference does it. */
export function wasmMerging(machine: Machine): MergingKernels {
  const { words } = machine;
  const { buffer, byteOffset } = machine.allocate(MAX_FACTORS * Uint32Array.BYTES_PER_ELEMENT);
  /** More addresses than there are words for arguments. */
  const addresses = new Uint32Array(buffer, byteOffset, MAX_FACTORS);
  const multiplyAll = machine.kernel('multiplyAll');
  const copyColumns = machine.kernel('copyColumns');
  const gatherRows = machine.kernel('gatherRows');
  const scatterRows = machine.kernel('scatterRows');

  return {
    multiplyAll(to, first, factors, except, length, accumulate) {
      if (factors.length > MAX_FACTORS) throw new RangeError(`There is room for ${MAX_FACTORS} factors.`);
      for (let i = 0; i < factors.length; i++) addresses[i] = factors[i].byteOffset;
      words[0] = to.byteOffset;
      words[1] = first ? first.byteOffset : 0;
      words[2] = addresses.byteOffset;
      words[3] = factors.length;
      words[4] = except;
      words[5] = length;
      words[6] = accumulate ? 1 : 0;
      machine.run(multiplyAll, isWorthSharing(length));
    },

    copyColumns(to, toStart, toWidth, from, fromStart, fromWidth, columns, rows, accumulate) {
      words[0] = to.byteOffset + toStart * 4;
      words[1] = toWidth * 4;
      words[2] = from.byteOffset + fromStart * 4;
      words[3] = fromWidth * 4;
      words[4] = columns;
      words[5] = rows;
      words[6] = accumulate ? 1 : 0;
      machine.run(copyColumns, isWorthSharing(rows * columns));
    },

    gatherRows(to, table, indices, columns, rows) {
      words[0] = to.byteOffset;
      words[1] = table.byteOffset;
      words[2] = indices.byteOffset;
      words[3] = columns;
      words[4] = rows;
      machine.run(gatherRows, isWorthSharing(rows * columns));
    },

    scatterRows(table, from, indices, columns, rows) {
      words[0] = table.byteOffset;
      words[1] = from.byteOffset;
      words[2] = indices.byteOffset;
      words[3] = columns;
      words[4] = rows;
      machine.run(scatterRows, isWorthSharing(rows * columns));
    },
  };
}
