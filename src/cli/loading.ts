import { watched } from '../data/watched';
import type { DataIo } from '../data/source';
import { type LoadProgress, progressWords } from '../model/loadProgress';
import type { CliIo } from './io';

/** Milliseconds before the first word, and between two: what is quick needs no word. */
const FIRST = 500;
const EVERY = 100;

/**
 * Reads data with its progress on a line of the terminal's standard error, which is gone afterwards. Ctrl+C ends the
 * reading.
 * @param now milliseconds, from anywhere
 * @throws LoadCancelled where it was interrupted; whatever `read` throws
 */
export async function loading<T>(
  { stderr, interrupt }: Pick<CliIo, 'stderr' | 'interrupt'>,
  data: DataIo,
  read: (data: DataIo) => Promise<T>,
  now = (): number => performance.now(),
): Promise<T> {
  let next = now() + FIRST;
  let isShown = false;
  const tell = (progress: LoadProgress): void => {
    if (!stderr.isTTY || now() < next) return;
    next = now() + EVERY;
    isShown = true;
    const line = `Reading ${progressWords(progress)}`;
    stderr.write(`\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
  };
  try {
    return await read(watched(data, tell, interrupt));
  } finally {
    if (isShown) stderr.write('\r\x1b[K');
  }
}
