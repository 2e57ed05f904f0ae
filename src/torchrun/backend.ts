import type { TorchOptions } from '../model/torchOptions';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../engine/settings';
import type { TrainerState } from '../engine/state';
import type { Trainer, TrainerEvent } from '../engine/trainer';
import { TrainingSamples } from '../engine/trainingSamples';
import { type PytorchNetwork, pytorchNetwork } from '../formats/pytorch/network';
import { readSafetensors, writeSafetensors } from '../formats/safetensors';
import { writeAtomically } from '../runs/disk';
import { TorchError, type StepsRecord, TorchProcess, type TorchReady } from './process';
import { trainingProgram, writeProgram } from './program';
import { writeInputs } from './samples';
import { countersAfter, type Span, Spans } from './span';
import { ourTensors, theirTensors } from './tensors';

/** Steps that PyTorch made. */
export interface StepsMade {
  /** Number of the first, from 0. */
  readonly step: number;
  readonly epoch: number;
  /** One a step: the mean over its batch, dropout on. */
  readonly losses: readonly number[];
}

/** As an event of the trainer, which stands behind it. */
export const lastOf = ({ step, epoch, losses }: StepsMade): TrainerEvent => ({
  type: 'step',
  step: step + losses.length - 1,
  epoch,
  loss: losses.at(-1)!,
});

/** How much of an epoch is made at once. */
export interface SpanLimit {
  /** About so long, as far as is known how long a step takes. */
  readonly seconds?: number;
  /** Steps at most. */
  readonly most?: number;
}

/** The first span of a process, where it is not known how long a step takes; and how much longer each may be. */
const FIRST_STEPS = 4;
const GROWTH = 8;
/** How many times longer steps take than what is done besides: a large state is not to be written all the time. */
const WORTH = 4;

/**
 * Makes the steps of a run in PyTorch instead of the engine: `makeSteps` in the place of the steps of an epoch. All else is
 * the trainer's: what is measured, when it stops, what is the best, what is kept. The samples, their order, the learning
 * rates, the rates of dropout and the very masks are those of the trainer as well.
 */
export class TorchBackend {
  readonly #network: PytorchNetwork;
  readonly #spans: Spans;
  readonly #samples: TrainingSamples;
  #process: TorchProcess | undefined;
  /** What the program was written with of the optimizer. */
  #optimizer: string;
  #ready: TorchReady | undefined;
  /** Seconds a step takes, and the steps of the last span. */
  #pace: number | undefined;
  /** Seconds that a span takes besides its steps: its state is written and read. */
  #overhead = 0;
  #made = FIRST_STEPS / GROWTH;
  #stopped = false;

  private constructor(
    private readonly trainer: Trainer,
    private readonly folder: string,
    private readonly options: TorchOptions,
    private readonly said?: (line: string) => void,
  ) {
    this.#network = pytorchNetwork(trainer.network.model);
    this.#spans = new Spans(trainer, this.#network);
    this.#samples = new TrainingSamples(trainer.network, trainer.dataset);
    this.#optimizer = fixedOf(trainer.config.optimizer.params);
  }

  /**
   * Writes the program and the samples.
   * @param folder its own, such as "torchrun" in the run's directory: what is in it goes
   * @param said is told what the program prints besides
   * @throws FormatError where the model has no form in PyTorch
   */
  static async create(
    trainer: Trainer,
    folder: string,
    options: TorchOptions,
    said?: (line: string) => void,
  ): Promise<TorchBackend> {
    const backend = new TorchBackend(trainer, folder, options, said);
    await writeProgram(folder, trainer, backend.#network);
    return backend;
  }

  /** What the program said of itself, once it was there. */
  get ready(): TorchReady | undefined {
    return this.#ready;
  }

  /**
   * Makes the next steps of the trainer's epoch: all that are left, or fewer. Behind the last of an epoch the trainer stands
   * before its evaluation.
   * @throws TorchError where the program went wrong: the trainer stands where it stood
   */
  async makeSteps({ seconds, most = Infinity }: SpanLimit = {}): Promise<StepsMade> {
    const { trainer } = this;
    const state = trainer.state();
    await this.#start(state);
    const span = this.#spans.next(state, Math.min(most, this.#stepsIn(seconds)));
    if (span.augmented) await writeInputs(this.folder, trainer.network, this.#samples, span);
    const begin = performance.now();
    this.#process!.tell(span);
    const { losses, seconds: made } = await this.#recordOf(span);
    const tensors = await this.#tensorsAfter(state);
    const took = (performance.now() - begin) / 1000;
    trainer.restore({ counters: countersAfter(state, span, losses, took), tensors }, true);
    this.#pace = made / losses.length;
    this.#overhead = took - made;
    this.#made = losses.length;
    return { step: span.step, epoch: span.epoch, losses };
  }

  /** Ends the program at once; `makeSteps` at work fails. */
  stop(): void {
    this.#stopped = true;
    this.#process?.kill();
  }

  /** Lets the program end. The samples go, its texts stay: they are how the run was made. */
  async close(): Promise<void> {
    this.#stopped = true;
    await this.#process?.end();
    for (const name of ['samples.safetensors', 'inputs.safetensors', 'state.safetensors', 'state.tmp'])
      await rm(join(this.folder, name), { force: true });
  }

  /** Starts the program where none is at work that has the optimizer as it is now: only its learning rate can be told. */
  async #start(state: TrainerState): Promise<void> {
    const { optimizer } = state.counters.settings;
    const fixed = fixedOf(optimizer);
    if (fixed === this.#optimizer && this.#process) return;
    await this.#process?.end();
    if (fixed !== this.#optimizer)
      await writeAtomically(
        join(this.folder, 'train.py'),
        trainingProgram(this.trainer.network.model, this.#network, optimizer),
      );
    this.#optimizer = fixed;
    const file = writeSafetensors({ tensors: theirTensors(this.#network, state), metadata: new Map() });
    await writeAtomically(join(this.folder, 'state.safetensors'), file);
    if (this.#stopped) throw new TorchError('Training was stopped.');
    this.#process = new TorchProcess(this.folder, this.options, this.said);
    this.#ready = await this.#process.ready();
  }

  #stepsIn(seconds: number | undefined): number {
    if (seconds === undefined) return Infinity;
    const wanted = Math.max(seconds, WORTH * this.#overhead);
    const fitting = this.#pace === undefined ? FIRST_STEPS : Math.round(wanted / this.#pace);
    return Math.max(1, Math.min(fitting, Math.ceil(this.#made * GROWTH)));
  }

  /** @throws TorchError where the program left no state that can be gone on with */
  async #tensorsAfter(before: TrainerState): Promise<TrainerState['tensors']> {
    try {
      const { tensors } = readSafetensors(await readFile(join(this.folder, 'state.safetensors')));
      return ourTensors(this.#network, before, tensors);
    } catch (error) {
      if (error instanceof TorchError) throw error;
      throw new TorchError(`What the program for PyTorch wrote cannot be read: ${(error as Error).message}`);
    }
  }

  async #recordOf({ epoch, step, learningRates }: Span): Promise<StepsRecord> {
    for (;;) {
      const record = await this.#process!.next();
      if (record.event !== 'steps') continue;
      if (record.epoch !== epoch || record.step !== step || record.losses.length !== learningRates.length)
        throw new TorchError(
          `The program for PyTorch told of ${record.losses.length} steps of epoch ${record.epoch}; ${learningRates.length} of epoch ${epoch} were asked for.`,
        );
      return record;
    }
  }
}

/** Parameters of an optimizer that stand in the program: all but the learning rate, which each step is told. */
const fixedOf = (params: Settings['optimizer']): string => JSON.stringify({ ...params, learningRate: 0 });
