import { join } from 'node:path';
import type { Dataset } from '../engine/dataset';
import { type RunFiles, disk, writeAtomically } from './disk';

/**
 * Row numbers as ranges: "0-3 7 9-12".
 * @param rows in any order, each once
 */
export function rangesOf(rows: Uint32Array): string {
  const sorted = rows.slice().sort();
  const ranges: string[] = [];
  for (let from = 0, i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[i - 1] + 1) continue;
    const [first, last] = [sorted[from], sorted[i - 1]];
    ranges.push(first === last ? String(first) : `${first}-${last}`);
    from = i;
  }
  return ranges.join(' ');
}

/** Records which rows of the data, counted from 0, are in which part. */
export function writeSplit(
  directory: string,
  { train, validation, test }: Dataset,
  files: RunFiles = disk,
): Promise<void> {
  const parts = { train: rangesOf(train.rows), validation: rangesOf(validation.rows), test: rangesOf(test.rows) };
  return writeAtomically(join(directory, 'split.json'), `${JSON.stringify(parts, null, 2)}\n`, files);
}
