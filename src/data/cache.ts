import type { Model } from '../model/model';
import { type LoadedData, loadData } from './load';
import type { DataIo } from './source';

/** Data and what it was made from. */
interface Entry {
  readonly key: string;
  /** Of each file and folder that was read, its stamp just before. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly data: LoadedData;
}

/**
 * Keeps the data that was loaded last while neither the data section nor a file behind it has changed: whoever types in
 * another section of a model waits for no file. One at a time, and it is let go before another is loaded.
 */
export class DataCache {
  private entry: Entry | undefined;

  /**
   * As `loadData`.
   * @param folder that the model's paths are relative to
   */
  async load(model: Model, io: DataIo, folder: string): Promise<LoadedData> {
    const key = JSON.stringify([folder, model.data, io.limit, io.workspace]);
    const { entry } = this;
    if (entry?.key === key && (await isAsItWas(entry, io))) return entry.data;
    this.entry = undefined;
    const stamps = new Map<string, string>();
    const data = await loadData(model, stamped(io, stamps));
    this.entry = { key, stamps, data };
    return data;
  }
}

async function isAsItWas({ stamps }: Entry, io: DataIo): Promise<boolean> {
  for (const [path, stamp] of stamps) if ((await stampOf(io, path)) !== stamp) return false;
  return true;
}

/** Something new each time where nothing can be said. */
const stampOf = (io: DataIo, path: string): Promise<string> =>
  io.stamp?.(path).catch(() => 'unreadable') ?? Promise.resolve(String(Math.random()));

/** Notes the stamp of whatever is read, before it is: what changes meanwhile is read again. */
function stamped(io: DataIo, stamps: Map<string, string>): DataIo {
  const note = async (path: string): Promise<void> => void stamps.set(path, await stampOf(io, path));
  return {
    ...io,
    readFile: async (path) => {
      await note(path);
      return io.readFile(path);
    },
    openFile: async (path) => {
      await note(path);
      return io.openFile(path);
    },
    listFolder: async (path, within) => {
      await note(path);
      return io.listFolder(path, within);
    },
  };
}
