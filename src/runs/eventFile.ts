import { appendFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ChangeRecord, EpochRecord } from '../engine/records';
import { type Scalar, eventFileStart, scalarsEvent } from '../formats/tensorboard';

/**
 * What TensorBoard shows of an epoch; a metric of training is one with dropout off.
 * @param learningRate of its last step; undefined where the optimizer has none
 */
export function scalarsOf(
  { train, trainDropoutOff, validation, rates = {} }: EpochRecord,
  learningRate: number | undefined,
): Scalar[] {
  const of = (part: string, values: EpochRecord['validation']): Scalar[] =>
    Object.entries(values ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [{ tag: `${name}/${part}`, value }],
    );
  return [
    { tag: 'loss/train', value: train.loss },
    ...of('train_dropout_off', trainDropoutOff),
    ...of('validation', validation),
    ...(learningRate === undefined ? [] : [{ tag: 'learning_rate', value: learningRate }]),
    ...Object.entries(rates).map(([layer, value]) => ({ tag: `dropout_rate/${layer}`, value })),
  ];
}

/** What a run's event file begins with. */
export interface EventFileStart {
  /** Epochs of a run that is gone on with, and the changes by hand made in them: a file of its own has them again. */
  readonly before?: readonly EpochRecord[];
  readonly changes?: readonly ChangeRecord[];
  /** Of the model, where no schedule moves it. */
  readonly learningRate?: number;
}

/** An event file of TensorBoard in a run's directory, written while the run is made. */
export class EventFile {
  readonly file: string;
  #written: Promise<void> = Promise.resolve();
  #failed = false;
  #changes: readonly ChangeRecord[];
  readonly #learningRate: number | undefined;

  /** @param told why it cannot be written, once; training goes on */
  constructor(
    directory: string,
    { before = [], changes = [], learningRate }: EventFileStart,
    private readonly told: (error: Error) => void,
    private readonly now: () => number = () => Date.now() / 1000,
  ) {
    const begin = now();
    // The name as TensorFlow gives it: what TensorBoard looks for stands in its middle. Last, what tells two of one second apart.
    const fraction = String(Math.floor((begin % 1) * 1000)).padStart(3, '0');
    this.file = join(directory, `events.out.tfevents.${Math.floor(begin)}.${hostname()}.${process.pid}.${fraction}`);
    this.#changes = changes;
    this.#learningRate = learningRate;
    this.#append(eventFileStart(begin));
    for (const epoch of before) this.add(epoch);
  }

  add(epoch: EpochRecord): void {
    this.#append(scalarsEvent(this.now(), epoch.step, scalarsOf(epoch, this.#rateOf(epoch))));
  }

  /** Something was changed by hand; changes of before that were still to be made again are not. */
  change(record: ChangeRecord): void {
    this.#changes = [...this.#changes.filter(({ step }) => step <= record.step), record];
  }

  /** What its schedule gave or, without one, what was set by hand last. */
  #rateOf({ learningRate, step }: EpochRecord): number | undefined {
    const set = this.#changes.filter((c) => c.parameter === 'optimizer.learningRate' && c.step < step).at(-1);
    return learningRate ?? set?.to ?? this.#learningRate;
  }

  /** Answers when all is written. */
  close(): Promise<void> {
    return this.#written;
  }

  #append(bytes: Uint8Array): void {
    this.#written = this.#written.then(async () => {
      if (this.#failed) return;
      try {
        await appendFile(this.file, bytes);
      } catch (error) {
        // A file that is torn once stays torn: what came behind could not be read.
        this.#failed = true;
        this.told(error as Error);
      }
    });
  }
}
