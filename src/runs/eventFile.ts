import { appendFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { EpochRecord } from '../engine/records';
import { type Scalar, eventFileStart, scalarsEvent } from '../formats/tensorboard';

/** What TensorBoard shows of an epoch; a metric of training is one with dropout off. */
export function scalarsOf({ train, trainDropoutOff, validation }: EpochRecord): Scalar[] {
  const of = (part: string, values: EpochRecord['validation']): Scalar[] =>
    Object.entries(values ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [{ tag: `${name}/${part}`, value }],
    );
  return [
    { tag: 'loss/train', value: train.loss },
    ...of('train_dropout_off', trainDropoutOff),
    ...of('validation', validation),
  ];
}

/** An event file of TensorBoard in a run's directory, written while the run is made. */
export class EventFile {
  readonly file: string;
  #written: Promise<void> = Promise.resolve();
  #failed = false;

  /**
   * @param before epochs of a run that is gone on with: a file of its own has them again
   * @param told why it cannot be written, once; training goes on
   */
  constructor(
    directory: string,
    before: readonly EpochRecord[],
    private readonly told: (error: Error) => void,
    private readonly now: () => number = () => Date.now() / 1000,
  ) {
    const begin = now();
    // The name as TensorFlow gives it: what TensorBoard looks for stands in its middle.
    this.file = join(directory, `events.out.tfevents.${Math.floor(begin)}.${hostname()}.${process.pid}`);
    this.#append(eventFileStart(begin));
    for (const epoch of before) this.add(epoch);
  }

  add(epoch: EpochRecord): void {
    this.#append(scalarsEvent(this.now(), epoch.step, scalarsOf(epoch)));
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
