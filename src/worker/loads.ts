import { watched } from '../data/watched';
import type { DataIo } from '../data/source';
import type { LoadProgress } from '../model/loadProgress';

/** Milliseconds before the first word of a load, and between two: what is quick needs no word. */
const FIRST = 300;
const EVERY = 100;

export interface LoadsTools {
  readonly loading: (load: string, progress: LoadProgress) => void;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

/** Data that is being read, by the name that whoever asked for it gave it: it is told of, and can be cancelled. */
export class Loads {
  readonly #live = new Map<string, { aborted: boolean }>();
  readonly #tools: LoadsTools;

  constructor(tools: LoadsTools) {
    this.#tools = tools;
  }

  /** Wraps what is read through. @param load its name; undefined: nobody follows it */
  async during<T>(load: string | undefined, io: DataIo, read: (io: DataIo) => Promise<T>): Promise<T> {
    if (load === undefined) return read(io);
    const { now, loading } = this.#tools;
    const signal = { aborted: false };
    this.#live.set(load, signal);
    let next = now() + FIRST;
    const tell = (progress: LoadProgress): void => {
      if (now() < next) return;
      next = now() + EVERY;
      loading(load, progress);
    };
    try {
      return await read(watched(io, tell, signal));
    } finally {
      this.#live.delete(load);
    }
  }

  /** Its reading throws LoadCancelled. Nothing happens where it is over. */
  cancel(load: string): void {
    const signal = this.#live.get(load);
    if (signal) signal.aborted = true;
  }
}
