import type { JsonObject } from '../model/json';
import type { TrainingConfig } from '../model/model';
import { kindOf, type OptimizerDefinition } from './define';
import { MAX_COEFFICIENTS, type UpdateRule } from './kernels/functions';
import type { PendingUpdate } from './kernels/set';
import { LearningRates } from './learningRates';
import type { Network, Parameter } from './network';
import { optimizers } from './optimizers/index';
import type { Real } from './real';
import type { EpochRecord } from './records';
import { addPenalty, isPenalized, projectToMaxNorm } from './regularization';
import { settingsOf, type Settings } from './settings';

/** What of the training section decides how gradients move weights. */
export type UpdateConfig = Pick<
  TrainingConfig,
  'batchSize' | 'optimizer' | 'schedule' | 'warmupSteps' | 'clipValue' | 'clipNorm' | 'epochs'
>;

interface Updated {
  readonly parameter: Parameter;
  readonly gradient: Real;
  /** Every slot that there ever was a use for, by name. What is not in use is zero. */
  readonly all: Map<string, Real>;
  /** Those in use, in the order of `slotNames`. */
  slots: readonly Real[];
  readonly pending: PendingUpdate | undefined;
}

/**
 * Moves the weights of a network by their gradients: penalties are added, then gradients are clipped, each value first
 * and then all together, then the optimizer moves the weights at the learning rate of its schedule, then those with a
 * largest norm are scaled back to it.
 */
export class Updates {
  readonly updated: readonly Updated[];
  readonly #network: Network;
  readonly #definition: OptimizerDefinition;
  readonly #coefficients = new Float64Array(MAX_COEFFICIENTS);
  readonly #learningRates: LearningRates;
  #settings: Settings;
  #slotNames: readonly string[];
  #base: number;
  #rule: UpdateRule;

  constructor(network: Network, config: UpdateConfig, stepsPerEpoch: number) {
    const { optimizer } = config;
    this.#network = network;
    this.#settings = settingsOf(config);
    this.#definition = kindOf(optimizers, 'optimizer', optimizer.kind);
    this.#base = optimizer.params.learningRate as number;
    this.#rule = network.kernels.updateRule(this.#definition.create(optimizer.params));
    this.#learningRates = new LearningRates(config, stepsPerEpoch);
    this.#slotNames = this.#definition.slots(optimizer.params);
    this.updated = [...network.parameters.values()].map((parameter) => {
      const all = new Map(this.#slotNames.map((name) => [name, network.allocate(parameter.values.length)]));
      const slots = [...all.values()];
      // Clipping wants all gradients, a penalty adds to its own: then they must be there before weights move.
      const early = config.clipNorm === undefined && config.clipValue === undefined && !isPenalized(parameter);
      const pending: PendingUpdate | undefined = early ? { rule: this.#rule, slots, done: false } : undefined;
      parameter.update = pending;
      return { parameter, gradient: parameter.gradient!, all, slots, pending };
    });
  }

  /** Of the settings as they are now. */
  get slotNames(): readonly string[] {
    return this.#slotNames;
  }
  /** Those that an optimizer of other parameters would keep. */
  slotNamesOf(optimizer: JsonObject): readonly string[] {
    return this.#definition.slots(optimizer);
  }
  get settings(): Settings {
    return this.#settings;
  }

  /**
   * Takes over other settings, checked before, from the next step on. State that both optimizers keep stays; what only
   * the new one keeps begins at zero.
   */
  configure(settings: Settings): void {
    const { optimizer } = settings;
    if (optimizer !== this.#settings.optimizer) {
      this.#base = optimizer.learningRate as number;
      this.#rule = this.#network.kernels.updateRule(this.#definition.create(optimizer));
      this.#slotNames = this.#definition.slots(optimizer);
      for (const entry of this.updated) this.#reslot(entry);
    }
    this.#settings = settings;
  }

  #reslot(entry: Updated): void {
    const { all, parameter, pending } = entry;
    for (const [name, slot] of all) if (!this.#slotNames.includes(name)) slot.fill(0);
    for (const name of this.#slotNames)
      if (!all.has(name)) all.set(name, this.#network.allocate(parameter.values.length));
    entry.slots = this.#slotNames.map((name) => all.get(name)!);
    if (!pending) return;
    pending.rule = this.#rule;
    pending.slots = entry.slots;
  }

  /** The learning rate of a step. @see LearningRates.at */
  learningRate(step: number, epoch: number, progress = step): number {
    return this.#learningRates.at(this.#base, step, epoch, progress);
  }

  /** The learning rate for the record of an epoch: nothing where no schedule moves it. Arguments as of `learningRate`. */
  scheduled(step: number, epoch: number, progress: number): Pick<EpochRecord, 'learningRate'> {
    return this.#learningRates.isMoving ? { learningRate: this.learningRate(step, epoch, progress) } : {};
  }

  /**
   * Before the backward pass of a step: from then on kernels that can may move the weights of which nobody asks the
   * gradient. @param step its number, from 0, in `epoch`, from 1 @param progress as of `learningRate`
   */
  prepare(step: number, epoch: number, progress = step): void {
    this.#rule.coefficients(step + 1, this.learningRate(step, epoch, progress), this.#coefficients);
    for (const { pending } of this.updated) if (pending) pending.done = false;
  }

  /** Behind the backward pass: moves the weights that were not moved by it. */
  apply(): void {
    for (const { parameter } of this.updated) addPenalty(parameter);
    this.#clip();
    for (const { parameter, gradient, slots, pending } of this.updated) {
      if (!pending?.done) this.#rule.update(parameter.values, gradient, slots, this.#coefficients);
      projectToMaxNorm(parameter);
    }
  }

  /** Tells the schedule what an epoch came to: the validation loss, or without one that of training, dropout off. */
  epochEnd(loss: number): void {
    this.#learningRates.epochEnd(loss);
  }

  /** What the schedule has to remember besides the time; null where nothing. */
  state(): JsonObject | null {
    return this.#learningRates.state();
  }
  restore(state: JsonObject | null): void {
    this.#learningRates.restore(state);
  }

  /** By value, then by the norm of all gradients together (Pascanu et al. 2013), both as PyTorch's clip_grad functions. */
  #clip(): void {
    const { clipValue, clipNorm } = this.#settings;
    if (clipValue !== undefined)
      for (const { gradient } of this.updated)
        for (let i = 0; i < gradient.length; i++) gradient[i] = Math.max(-clipValue, Math.min(clipValue, gradient[i]));
    if (clipNorm === undefined) return;
    let squares = 0;
    for (const { gradient } of this.updated)
      for (let i = 0; i < gradient.length; i++) squares += gradient[i] * gradient[i];
    const scale = clipNorm / (Math.sqrt(squares) + 1e-6);
    if (scale >= 1) return;
    for (const { gradient } of this.updated) for (let i = 0; i < gradient.length; i++) gradient[i] *= scale;
  }
}
