import type { ChangeRecord, EpochRecord } from '../engine/records';

/** Something of a run that is not whole. */
export interface RunProblem {
  /** Within the run directory. */
  readonly file: string;
  readonly message: string;
}

/** What `metrics.jsonl` tells, as far as it is whole. */
export interface Records {
  /** By epoch; of two lines on one epoch, the later. */
  readonly epochs: readonly EpochRecord[];
  /** Changes by hand, by their numbers: the first is 0. A number that is missing was on a damaged line. */
  readonly changes: ReadonlyMap<number, ChangeRecord>;
  /** Seconds spent training, by the step of a checkpoint. */
  readonly times: ReadonlyMap<number, number>;
  readonly problems: readonly RunProblem[];
}

const file = 'metrics.jsonl';

export const epochLine = (record: EpochRecord): string => `${JSON.stringify(record)}\n`;

/** @param n its number among the changes of the run, from 0: so it is known whether one is missing */
export const changeLine = (change: ChangeRecord, n: number): string => `${JSON.stringify({ change, n })}\n`;

/** The changes from number `n` on, which were to be made again, are not: the run took another way. */
export const dropLine = (n: number): string => `${JSON.stringify({ drop: n })}\n`;

/** Time spent training until a checkpoint: beside it, for a checkpoint itself tells what is the same whoever makes it. */
export const timeLine = (step: number, seconds: number): string => `${JSON.stringify({ checkpoint: step, seconds })}\n`;

/**
 * Reads the lines of `metrics.jsonl`. A last line without its end is what a crash cut short, and no problem; every other
 * line that cannot be read is left out and told. Lines of kinds that are not known are left out.
 */
export function readRecords(text: string): Records {
  const epochs = new Map<number, EpochRecord>();
  const changes = new Map<number, ChangeRecord>();
  const times = new Map<number, number>();
  const damaged: number[] = [];
  text
    .split('\n')
    .slice(0, -1)
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const record = parse(line);
      if (!record) damaged.push(i + 1);
      else if (isChange(record)) changes.set(record.n, record.change);
      else if ('drop' in record && isCount(record.drop)) drop(changes, record.drop);
      else if (isTime(record)) times.set(record.checkpoint, record.seconds);
      else if (isEpoch(record)) epochs.set(record.epoch, record);
    });
  return {
    epochs: [...epochs.values()].sort((a, b) => a.epoch - b.epoch),
    changes: new Map([...changes].sort(([a], [b]) => a - b)),
    times,
    problems: damaged.length > 0 ? [{ file, message: damagedLines(damaged) }] : [],
  };
}

function drop(changes: Map<number, ChangeRecord>, from: number): void {
  for (const n of [...changes.keys()]) if (n >= from) changes.delete(n);
}

function damagedLines(lines: readonly number[]): string {
  const [first] = lines;
  const more = lines.length - 1;
  const which = more === 0 ? `Line ${first} is` : `Line ${first} and ${more} more are`;
  return `${which} damaged, and left out.`;
}

function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isChange = (record: object): record is { readonly change: ChangeRecord; readonly n: number } =>
  'change' in record &&
  typeof record.change === 'object' &&
  record.change !== null &&
  'n' in record &&
  isCount(record.n);

const isTime = (record: object): record is { readonly checkpoint: number; readonly seconds: number } =>
  'checkpoint' in record && isCount(record.checkpoint) && 'seconds' in record && typeof record.seconds === 'number';

const isEpoch = (record: object): record is EpochRecord =>
  'epoch' in record &&
  isCount(record.epoch) &&
  'train' in record &&
  isLoss(record.train) &&
  'trainDropoutOff' in record;

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isLoss = (value: unknown): boolean => typeof value === 'object' && value !== null && 'loss' in value;
