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

/** How many samples each part has, as `split.json` says; undefined where there is none, or it is damaged. */
export async function readSplitCounts(
  directory: string,
  files: RunFiles = disk,
): Promise<{ readonly train: number; readonly validation: number; readonly test: number } | undefined> {
  try {
    const stored = JSON.parse(new TextDecoder().decode(await files.read(join(directory, 'split.json')))) as unknown;
    const { train, validation, test } = stored as Record<'train' | 'validation' | 'test', string>;
    return { train: countOf(train), validation: countOf(validation), test: countOf(test) };
  } catch {
    return undefined;
  }
}

/** @throws Error where the text is none of ranges */
function countOf(ranges: string): number {
  if (ranges === '') return 0;
  return ranges.split(' ').reduce((sum, range) => {
    const found = /^(\d+)(?:-(\d+))?$/.exec(range);
    if (!found) throw new Error(`"${range}" is no range of rows.`);
    return sum + Number(found[2] ?? found[1]) - Number(found[1]) + 1;
  }, 0);
}
