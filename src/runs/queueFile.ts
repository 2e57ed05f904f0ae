import { dirname } from 'node:path';
import { type RunFiles, disk, writeAtomically } from './disk';
import { RunError } from './error';
import { EMPTY_QUEUE, type QueueState, type QueuedRun, type Repeats } from './queue';

const FORMAT = 1;

/**
 * A queue on the disk: JSON, replaced whole. A text that several runs have, as repeats do, is in it once:
 *
 *     { "format": 1, "paused": false, "texts": ["{…}"], "waiting": [{ "id": "1", "text": 0, "seed": 7, … }], "repeats": [] }
 */
export class QueueFile {
  #writing: Promise<void> | undefined;
  #next: QueueState | undefined;

  /** @param path absolute; its folder is made when something is to be remembered */
  constructor(
    readonly path: string,
    private readonly files: RunFiles = disk,
  ) {}

  /**
   * What was remembered; an empty queue where nothing was.
   * @throws RunError where the file cannot be understood: it is put aside first, so that nothing is written over
   */
  async read(): Promise<QueueState> {
    let bytes: Uint8Array;
    try {
      bytes = await this.files.read(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY_QUEUE;
      throw new RunError(`The queue of runs cannot be read: ${(error as Error).message}.`);
    }
    try {
      return stateOf(JSON.parse(new TextDecoder().decode(bytes)));
    } catch (error) {
      const aside = `${this.path}.unreadable`;
      await this.files.rename(this.path, aside);
      throw new RunError(
        `The queue of runs cannot be read, and begins empty: ${(error as Error).message} It is kept in ${aside}.`,
      );
    }
  }

  /** Writes the queue as it is by then. Where it is asked again meanwhile, only the last state is written after. */
  write(state: QueueState): Promise<void> {
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
      for (let state = this.#next; state; state = this.#next) {
        this.#next = undefined;
        await this.#writeOne(state);
      }
    } finally {
      // In the same turn as the last look for more: nothing slips in between.
      this.#writing = undefined;
    }
  }

  async #writeOne(state: QueueState): Promise<void> {
    if (state.waiting.length === 0 && state.repeats.length === 0 && !state.paused) return this.files.remove(this.path);
    await this.files.makeFolder(dirname(this.path));
    await writeAtomically(this.path, textOf(state), this.files);
  }
}

function textOf({ paused, waiting, repeats }: QueueState): string {
  const texts = [...new Set(waiting.map(({ text }) => text))];
  const runs = waiting.map((run) => ({ ...run, text: texts.indexOf(run.text) }));
  return `${JSON.stringify({ format: FORMAT, paused, texts, waiting: runs, repeats }, null, 2)}\n`;
}

/** @throws Error saying what is wrong */
function stateOf(json: unknown): QueueState {
  const { format, paused, texts, waiting, repeats } = recordOf(json, 'the file');
  if (format !== FORMAT)
    throw new Error(`It has format ${JSON.stringify(format)}, and this version reads format ${FORMAT}.`);
  const known = listOf(texts, 'texts').map((text, i) => stringOf(text, `texts[${i}]`));
  return {
    paused: paused === true,
    waiting: listOf(waiting, 'waiting').map((run, i) => runOf(run, `waiting[${i}]`, known)),
    repeats: listOf(repeats, 'repeats').map((group, i) => repeatsOf(group, `repeats[${i}]`)),
  };
}

function runOf(json: unknown, place: string, texts: readonly string[]): QueuedRun {
  const { id, name, file, text, seed, epochs, repeats, problem } = recordOf(json, place);
  return {
    id: idOf(id, `${place}.id`),
    name: stringOf(name, `${place}.name`),
    file: stringOf(file, `${place}.file`),
    text: stringOf(texts[wholeOf(text, `${place}.text`)], `${place}.text`),
    seed: wholeOf(seed, `${place}.seed`),
    ...(epochs !== undefined && { epochs: wholeOf(epochs, `${place}.epochs`) }),
    ...(repeats !== undefined && { repeats: idOf(repeats, `${place}.repeats`) }),
    ...(problem !== undefined && { problem: stringOf(problem, `${place}.problem`) }),
  };
}

function repeatsOf(json: unknown, place: string): Repeats {
  const { id, name, directories } = recordOf(json, place);
  return {
    id: idOf(id, `${place}.id`),
    name: stringOf(name, `${place}.name`),
    directories: listOf(directories, `${place}.directories`).map((d, i) => stringOf(d, `${place}.directories[${i}]`)),
  };
}

function recordOf(json: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(place, 'an object');
  return json as Readonly<Record<string, unknown>>;
}

function listOf(json: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(json)) throw wrong(place, 'a list');
  return json;
}

function stringOf(json: unknown, place: string): string {
  if (typeof json !== 'string') throw wrong(place, 'a text');
  return json;
}

function wholeOf(json: unknown, place: string): number {
  if (!Number.isSafeInteger(json) || (json as number) < 0) throw wrong(place, 'a whole number from 0');
  return json as number;
}

function idOf(json: unknown, place: string): string {
  if (typeof json !== 'string' || !/^\d{1,15}$/.test(json)) throw wrong(place, 'digits');
  return json;
}

const wrong = (place: string, expected: string): Error => new Error(`Expected ${expected} in ${place}.`);
