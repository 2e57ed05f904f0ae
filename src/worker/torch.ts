import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Trainer } from '../engine/trainer';
import type { TorchOptions } from '../model/torchOptions';
import { asError } from '../protocol/rpc';
import type { Recorder } from '../runs/recorder';
import { type StepsMade, TorchBackend } from '../torchrun/backend';
import { othersCommand } from '../torchrun/process';
import { programFiles } from '../torchrun/program';

/** How much of an epoch is made at once, in seconds: how soon a pause or a change by hand is heard. */
const SPAN = 0.4;
/** Milliseconds between two looks at what else is to be done meanwhile. */
const BESIDE = 9;

/** Makes the steps of a session in PyTorch. Its program is kept with the run. */
export class TorchSteps {
  #backend: Promise<TorchBackend> | undefined;
  #folder: string | undefined;
  #making: Promise<void> | undefined;
  #stopped = false;
  #closed: Promise<void> | undefined;

  /** @param said is told what a person may want to know of it, a line at a time */
  constructor(
    private readonly trainer: Trainer,
    private readonly options: TorchOptions,
    private readonly recorder: Recorder | undefined,
    private readonly said: (line: string) => void,
  ) {}

  /** Settles when the steps at work are made, or not; undefined where none are. */
  get making(): Promise<void> | undefined {
    return this.#making;
  }

  /**
   * Makes the next steps, at most so many, and starts the program where none is at work.
   * @param beside is called every few milliseconds until they are made: the trainer stands where it stood
   * @returns why they were not made, where they were not
   */
  async make(most: number, beside: () => void): Promise<StepsMade | Error> {
    let over = false;
    const made = this.#make(most).catch(asError);
    this.#making = made.then(() => {
      over = true;
      this.#making = undefined;
    });
    while (!over) {
      await Promise.race([this.#making, pause(BESIDE)]);
      if (!over) beside();
    }
    return made;
  }

  async #make(most: number): Promise<StepsMade> {
    this.#backend ??= this.#open();
    const backend = await this.#backend;
    if (this.#stopped) backend.stop();
    return backend.makeSteps({ seconds: SPAN, most });
  }

  /** Ends the program at once; `make` at work fails. */
  stop(): void {
    this.#stopped = true;
    void this.#backend?.then(
      (backend) => backend.stop(),
      // `make` has told.
      () => undefined,
    );
  }

  /** Lets the program end, and keeps its texts with the run. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #open(): Promise<TorchBackend> {
    const folder = (this.#folder = await mkdtemp(join(tmpdir(), 'dropout-studio-torchrun-')));
    const backend = await TorchBackend.create(this.trainer, join(folder, 'torchrun'), this.options, (line) =>
      this.said(`The program for PyTorch says: ${line}`),
    );
    const others = othersCommand(this.options);
    if (others !== undefined)
      this.said(
        `On each other machine, with its rank for RANK and a copy of the model for MODEL: ${others} (or Train with PyTorch, with the setting dropoutStudio.pytorch.nodeRank).`,
      );
    return backend;
  }

  async #close(): Promise<void> {
    const backend = await this.#backend?.catch(() => undefined);
    await backend?.close();
    const { directory } = this.recorder?.kept ?? {};
    if (this.#folder === undefined) return;
    if (directory !== undefined && backend) {
      await mkdir(join(directory, 'torchrun'), { recursive: true });
      for (const name of programFiles)
        await copyFile(join(this.#folder, 'torchrun', name), join(directory, 'torchrun', name));
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * How many of the next steps may be made at once: up to a change by hand, and to the last of the run, which is pictured.
 * @param change the step that one is made at; Infinity: none
 */
export function stepsAlike({ step, batches, epoch, config }: Trainer, change: number): number {
  const left = Math.ceil((batches.count - batches.position) / batches.size);
  return Math.max(1, Math.min(change - step, epoch === config.epochs ? left - 1 : Infinity));
}
