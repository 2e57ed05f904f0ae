import { dirname } from 'node:path';
import { type RunFiles, disk, writeAtomically } from './disk';
import { RunError } from './error';

/** How what a window remembers is written down. */
export interface StateFormat<T> {
  /** What it is, as a sentence begins with it: "The queue of runs". */
  readonly what: string;
  /** Where nothing was remembered; of what equals it there is no file. */
  readonly empty: T;
  readonly isEmpty: (state: T) => boolean;
  /** Without `format`, which is added. */
  readonly toJson: (state: T) => object;
  /** @throws Error saying what is wrong */
  readonly fromJson: (json: Readonly<Record<string, unknown>>) => T;
}

const FORMAT = 1;

/** What a window remembers over its end, on the disk at once: JSON, replaced whole, `{ "format": 1, … }`. */
export class StateFile<T> {
  #writing: Promise<void> | undefined;
  #next: T | undefined;

  /** @param path absolute; its folder is made when something is to be remembered */
  constructor(
    readonly path: string,
    private readonly format: StateFormat<T>,
    private readonly files: RunFiles = disk,
  ) {}

  /**
   * What was remembered; what is empty where nothing was.
   * @throws RunError where the file cannot be understood: it is put aside first, so that nothing is written over
   */
  async read(): Promise<T> {
    const { what, empty, fromJson } = this.format;
    let bytes: Uint8Array;
    try {
      bytes = await this.files.read(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty;
      throw new RunError(`${what} cannot be read: ${(error as Error).message}.`);
    }
    try {
      const json = recordOf(JSON.parse(new TextDecoder().decode(bytes)), 'the file');
      if (json.format !== FORMAT)
        throw new Error(`It has format ${JSON.stringify(json.format)}, and this version reads format ${FORMAT}.`);
      return fromJson(json);
    } catch (error) {
      const aside = `${this.path}.unreadable`;
      await this.files.rename(this.path, aside);
      throw new RunError(
        `${what} cannot be read, and begins empty: ${(error as Error).message} It is kept in ${aside}.`,
      );
    }
  }

  /** Writes the state as it is by then. Where it is asked again meanwhile, only the last state is written after. */
  write(state: T): Promise<void> {
    this.#next = state;
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  /** Answers when nothing is left to be written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    try {
      for (let state = this.#next; state !== undefined; state = this.#next) {
        this.#next = undefined;
        await this.#writeOne(state);
      }
    } finally {
      // In the same turn as the last look for more: nothing slips in between.
      this.#writing = undefined;
    }
  }

  async #writeOne(state: T): Promise<void> {
    const { isEmpty, toJson } = this.format;
    if (isEmpty(state)) return this.files.remove(this.path);
    await this.files.makeFolder(dirname(this.path));
    await writeAtomically(this.path, `${JSON.stringify({ format: FORMAT, ...toJson(state) }, null, 2)}\n`, this.files);
  }
}

export function recordOf(json: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(place, 'an object');
  return json as Readonly<Record<string, unknown>>;
}

export function listOf(json: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(json)) throw wrong(place, 'a list');
  return json;
}

export function stringOf(json: unknown, place: string): string {
  if (typeof json !== 'string') throw wrong(place, 'a text');
  return json;
}

export const wrong = (place: string, expected: string): Error => new Error(`Expected ${expected} in ${place}.`);
