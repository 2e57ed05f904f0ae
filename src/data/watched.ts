import type { LoadProgress } from '../model/loadProgress';
import { type DataIo, LoadCancelled } from './source';

/**
 * Passes on what a source reads, tells how far it has come, and ends the reading once nobody wants the rest: at the next
 * file, folder, or piece of a file.
 * @param tell hears of each piece
 * @param signal aborted: what reads throws LoadCancelled
 */
export function watched(
  io: DataIo,
  tell: (progress: LoadProgress) => void,
  signal: { readonly aborted: boolean },
): DataIo {
  const unlessCancelled = async <T>(work: () => Promise<T>): Promise<T> => {
    if (signal.aborted) throw new LoadCancelled();
    return work();
  };
  return {
    ...io,
    readFile: (path) => unlessCancelled(() => io.readFile(path)),
    openFile: (path) =>
      unlessCancelled(async () => {
        const file = await io.openFile(path);
        return { ...file, read: (into) => unlessCancelled(() => file.read(into)) };
      }),
    listFolder: (path, within) => unlessCancelled(() => io.listFolder(path, within)),
    progress(progress) {
      io.progress?.(progress);
      if (signal.aborted) throw new LoadCancelled();
      tell(progress);
    },
  };
}
