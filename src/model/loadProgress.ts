import { bytes, count } from './words';

/** How far a source has come with its files. */
export interface LoadProgress {
  /** As the model gives it. */
  readonly path: string;
  /** Read so far and in all. */
  readonly done: number;
  readonly total: number;
  /** What is counted: bytes of a file, or files of a folder. */
  readonly unit: 'bytes' | 'files';
  /** Of the table, so far; absent where the file is no table. */
  readonly rows?: number;
}

/** "big.csv: 41.0 MiB of 120.0 MiB, 300,000 rows" */
export function progressWords({ path, done, total, unit, rows }: LoadProgress): string {
  const name = path.split(/[\\/]/).filter(Boolean).pop() ?? path;
  const far =
    unit === 'bytes' ? `${bytes(done)} of ${bytes(total)}` : `${done.toLocaleString('en')} of ${count(total, 'file')}`;
  return `${name}: ${far}${rows === undefined ? '' : `, ${count(rows, 'row')}`}`;
}

/** From 0 to 1. */
export const shareOf = ({ done, total }: LoadProgress): number => (total > 0 ? Math.min(1, done / total) : 0);
