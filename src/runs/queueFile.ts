import type { RunFiles } from './disk';
import { EMPTY_QUEUE, type QueueState, type QueuedRun, type Repeats } from './queue';
import { listOf, recordOf, StateFile, type StateFormat, stringOf, wrong } from './stateFile';

/**
 * A queue on the disk. A text that several runs have, as repeats do, is in it once:
 *
 *     { "format": 1, "paused": false, "texts": ["{…}"], "waiting": [{ "id": "1", "text": 0, "seed": 7, … }], "repeats": [] }
 */
export class QueueFile extends StateFile<QueueState> {
  constructor(path: string, files?: RunFiles) {
    super(path, format, files);
  }
}

const format: StateFormat<QueueState> = {
  what: 'The queue of runs',
  empty: EMPTY_QUEUE,
  isEmpty: ({ paused, waiting, repeats }) => waiting.length === 0 && repeats.length === 0 && !paused,
  toJson: ({ paused, waiting, repeats }) => {
    const texts = [...new Set(waiting.map(({ text }) => text))];
    return { paused, texts, waiting: waiting.map((run) => ({ ...run, text: texts.indexOf(run.text) })), repeats };
  },
  fromJson: ({ paused, texts, waiting, repeats }) => {
    const known = listOf(texts, 'texts').map((text, i) => stringOf(text, `texts[${i}]`));
    return {
      paused: paused === true,
      waiting: listOf(waiting, 'waiting').map((run, i) => runOf(run, `waiting[${i}]`, known)),
      repeats: listOf(repeats, 'repeats').map((group, i) => repeatsOf(group, `repeats[${i}]`)),
    };
  },
};

function runOf(json: unknown, place: string, texts: readonly string[]): QueuedRun {
  const { id, name, file, text, seed, epochs, resumes, repeats, problem } = recordOf(json, place);
  return {
    id: idOf(id, `${place}.id`),
    name: stringOf(name, `${place}.name`),
    file: stringOf(file, `${place}.file`),
    text: stringOf(texts[wholeOf(text, `${place}.text`)], `${place}.text`),
    seed: wholeOf(seed, `${place}.seed`),
    ...(epochs !== undefined && { epochs: wholeOf(epochs, `${place}.epochs`) }),
    ...(resumes !== undefined && { resumes: stringOf(resumes, `${place}.resumes`) }),
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

function wholeOf(json: unknown, place: string): number {
  if (!Number.isSafeInteger(json) || (json as number) < 0) throw wrong(place, 'a whole number from 0');
  return json as number;
}

function idOf(json: unknown, place: string): string {
  if (typeof json !== 'string' || !/^\d{1,15}$/.test(json)) throw wrong(place, 'digits');
  return json;
}
