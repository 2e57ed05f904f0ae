import { ModelError } from '../model/diagnostics';
import type { TrainingConfig } from '../model/model';
import { countsOf, type Dataset } from './dataset';
import { Evaluation, evaluate, measuredOf } from './evaluation';
import { checkFit } from './fit';
import type { Network, Weight } from './network';
import { rowMajor, store } from './matrices';
import { explainNonFinite } from './nonFinite';
import { newReal, type Real, type Tensor } from './real';
import type { ChangeRecord, EndRecord, EpochRecord, Metrics } from './records';
import { Random } from './rng/philox';
import { type Clock, Stopping } from './stopping';
import { Updates, type UpdateConfig } from './updates';
import { ScheduledRates } from './scheduledRates';
import { checkState, type TrainerState } from './state';
import { TrainingSamples } from './trainingSamples';

/** The seed is the network's, the loss as well. */
export type TrainerConfig = UpdateConfig &
  Pick<TrainingConfig, 'batchSize' | 'earlyStopping' | 'stopAt' | 'maxSeconds'>;

export type Part = 'train' | 'validation' | 'test';

/** One small unit of work done. */
export type TrainerEvent =
  /** One optimizer update: the step's number from 0, its epoch from 1, and the batch's mean loss, dropout on. */
  | { readonly type: 'step'; readonly step: number; readonly epoch: number; readonly loss: number }
  /** One batch measured with dropout off. */
  | { readonly type: 'evaluated'; readonly part: Part; readonly done: number; readonly total: number }
  | { readonly type: 'epoch'; readonly record: EpochRecord }
  | { readonly type: 'end'; readonly record: EndRecord };

/** The batch that the next step will be made on. */
export interface Upcoming {
  readonly step: number;
  readonly epoch: number;
  /** Positions in the training set, in the order of the batch. A view: valid until the next `advance`. */
  readonly rows: Uint32Array;
}

/** A tensor as it stands in memory. */
type Stored = Tensor & Pick<Weight, 'matrix'>;

interface Kept {
  readonly weight: Weight;
  /** A copy from the best epoch. */
  readonly best: Real;
}

/**
 * Trains a network on a dataset: epochs of mini-batches in an order drawn anew for each epoch (stream "shuffle", step the
 * epoch), then an evaluation with dropout off on all training samples and on the validation set; after the last epoch the
 * test set. It works in small units, one an `advance`, so whoever drives it can pause, look and stop between any two.
 */
export class Trainer {
  readonly config: TrainerConfig;
  readonly stepsPerEpoch: number;

  readonly #trained: TrainingSamples;
  readonly #updates: Updates;
  /** All weights, those too that layers keep themselves. */
  readonly #kept: readonly Kept[];
  readonly #evaluation: Evaluation;
  readonly #scheduledRates: ScheduledRates;
  readonly #stopping: Stopping;
  readonly #order: Uint32Array;
  #orderOf = 0;

  #step = 0;
  #epoch = 1;
  #batch = 0;
  #total = 0;
  #samples = 0;
  #min = Infinity;
  #max = -Infinity;
  #best: NonNullable<EndRecord['best']> | undefined;

  /** What `advance` gives over and over: written anew each time, so that a run leaves nothing to collect. */
  readonly #stepMade = { type: 'step' as const, step: 0, epoch: 1, loss: NaN };
  readonly #batchMeasured = { type: 'evaluated' as const, part: 'train' as Part, done: 0, total: 0 };

  /** The part being measured, where an evaluation is at work, and what earlier parts of it gave. */
  #part: Part | undefined;
  #trainMetrics: Metrics | undefined;
  #stopped = false;
  /** To end with the weights of the best epoch, by hand. */
  #backToBest = false;
  #end: EndRecord | undefined;

  /**
   * @param config default the model's training section
   * @param clock needed for `maxSeconds` alone: training reads no time of its own
   * @throws ModelError where the network does not fit the data, has nothing to learn, or there is no training section
   */
  constructor(
    readonly network: Network,
    readonly dataset: Dataset,
    config: TrainerConfig | undefined = network.model.training,
    clock?: Clock,
  ) {
    if (!config) throw new ModelError('no-training', [], 'The model has no "training" section. Add one to train it.');
    this.config = config;
    checkFit(network, dataset, config);
    this.#trained = new TrainingSamples(network, dataset);
    const kept = (weight: Weight): Kept => ({ weight, best: newReal(network.precision, weight.values.length) });
    this.#kept = Array.from(network.weights.values(), kept);
    const largest = Math.max(dataset.train.count, dataset.validation.count, dataset.test.count);
    this.#evaluation = new Evaluation(network, dataset.target, largest, network.model.training?.metrics);
    if (dataset.target.type === 'classes') network.balanceLoss(countsOf(dataset));
    this.#scheduledRates = new ScheduledRates(network);
    this.#scheduledRates.startEpoch(1);
    this.#stopping = new Stopping(config, measuredOf(network.model.training?.metrics, dataset.target), clock);
    this.#order = new Uint32Array(dataset.train.count);
    this.stepsPerEpoch = Math.ceil(dataset.train.count / config.batchSize);
    this.#updates = new Updates(network, config, this.stepsPerEpoch);
  }
  /** Optimizer steps made; also the number, from 0, of the next step. */
  get step(): number {
    return this.#step;
  }
  /** The epoch at work, from 1. */
  get epoch(): number {
    return Math.min(this.#epoch, this.config.epochs);
  }
  /** How the run ended, once it has. */
  get end(): EndRecord | undefined {
    return this.#end;
  }
  /** The best epoch on validation so far, and a copy of its weights. */
  get best(): (NonNullable<EndRecord['best']> & { readonly weights: ReadonlyMap<string, Tensor> }) | undefined {
    if (!this.#best) return undefined;
    const weights = this.#kept.map(
      ({ weight: { name, shape, matrix }, best }) => [name, { shape, values: rowMajor(best, matrix) }] as const,
    );
    return { ...this.#best, weights: new Map(weights) };
  }

  /** The batch of the next step; undefined where the next unit of work is no step, or the run has ended. */
  upcoming(): Upcoming | undefined {
    if (this.#end || this.#stopped || this.#part || this.#reason || this.#batch >= this.stepsPerEpoch) return undefined;
    const start = this.#batch * this.config.batchSize;
    const rows = this.#orderNow().subarray(start, start + this.config.batchSize);
    return { step: this.#step, epoch: this.#epoch, rows };
  }

  /**
   * Does one small unit of work: one step, or one batch of an evaluation.
   * @returns what was done. It is valid until the next `advance`: steps have one object in turn, and so have batches
   * @throws Error once the run has ended
   */
  advance(): TrainerEvent {
    if (this.#end) throw new Error(`The run has ended (${this.#end.reason}).`);
    if (this.#stopped) return this.#finish({ reason: 'stopped' });
    const begin = this.#stopping.begin();
    const event = this.#work();
    this.#stopping.end(begin);
    return event;
  }

  #work(): TrainerEvent {
    if (this.#part) return this.#measure();
    const reason = this.#reason;
    if (reason) {
      // Whoever stops early wants the weights from before it went downhill.
      if (this.#keepsBest(reason)) for (const { weight, best } of this.#kept) weight.values.set(best);
      const { test, validation } = this.dataset;
      if (test.count > 0) return this.#startMeasuring('test');
      // Measured anew: by the weights that the run ends with.
      if (validation.count > 0 && this.dataset.target.type === 'classes') return this.#startMeasuring('validation');
      return this.#finish({ reason });
    }
    if (this.#batch < this.stepsPerEpoch) return this.#makeStep();
    return this.#startMeasuring('train');
  }

  /** Everything up to the end of the run, each event an object of its own. */
  *events(): Generator<TrainerEvent, void, undefined> {
    while (!this.#end) yield { ...this.advance() };
  }

  /** The next `advance` ends the run, without measuring anything more; weights stay those of the last step. */
  stop(): void {
    if (!this.#end) this.#stopped = true;
  }

  /**
   * Ends the run with the weights of its best epoch, which are put back and measured on the test samples. The reason is
   * "stopped", and `kept` tells the epoch.
   * @throws Error where no epoch is known to be the best: without validation samples, or before the first epoch's end
   */
  stopAtBest(): void {
    if (this.#end) return;
    if (!this.#best)
      throw new Error(
        'No epoch is known to be the best yet: that takes validation samples, and the end of the first epoch.',
      );
    this.#backToBest = true;
    // An evaluation at work measures weights that are about to go.
    this.#part = undefined;
  }

  /**
   * Sets a dropout rate from the next step on. It stays: where the layer followed a schedule, it no longer does.
   * @throws RangeError where the layer does not drop, or the rate is out of its range
   */
  setRate(layer: string, rate: number): ChangeRecord {
    const from = this.network.setRate(layer, rate);
    this.#scheduledRates.leave(layer);
    return { step: this.#step, epoch: this.epoch, layer, parameter: 'rate', from, to: rate };
  }

  /** Measures the network as it stands, dropout off. @throws RangeError where the part has no samples */
  evaluate(part: Part): Metrics {
    return evaluate(this.network, this.dataset[part], this.dataset.target);
  }

  #orderNow(): Uint32Array {
    if (this.#orderOf !== this.#epoch) {
      for (let i = 0; i < this.#order.length; i++) this.#order[i] = i;
      new Random(this.network.seed, 'shuffle', this.#epoch).shuffle(this.#order);
      this.#orderOf = this.#epoch;
    }
    return this.#order;
  }

  #makeStep(): TrainerEvent {
    const { network } = this;
    const order = this.#orderNow();
    const start = this.#batch * this.config.batchSize;
    const rows = Math.min(this.config.batchSize, order.length - start);
    for (let row = 0; row < rows; row++) this.#trained.put(order[start + row], row, this.#step, row);
    network.forward('train', rows, this.#step);
    const total = network.totalLoss();
    const loss = total / rows;
    if (!Number.isFinite(loss)) return this.#fail(`in step ${this.#step} (epoch ${this.#epoch})`);
    this.#updates.prepare(this.#step, this.#epoch);
    network.backward();
    this.#updates.apply();
    this.#total += total;
    this.#samples += rows;
    if (loss < this.#min) this.#min = loss;
    if (loss > this.#max) this.#max = loss;
    this.#batch++;
    const event = this.#stepMade;
    event.step = this.#step++;
    event.epoch = this.#epoch;
    event.loss = loss;
    return event;
  }

  #startMeasuring(part: Part): TrainerEvent {
    this.#part = part;
    this.#evaluation.start(this.dataset[part]);
    return this.#measure();
  }

  /** One batch of the part at work; then on to the next part, the next epoch, or the end. */
  #measure(): TrainerEvent {
    const part = this.#part!;
    const evaluation = this.#evaluation;
    if (!evaluation.isComplete) {
      if (!Number.isFinite(evaluation.advance()))
        return this.#fail(`in the evaluation after ${this.#step} steps (epoch ${this.epoch})`);
      const event = this.#batchMeasured;
      event.part = part;
      ({ done: event.done, total: event.total } = evaluation);
      return event;
    }
    const metrics = evaluation.metrics();
    const reason = this.#reason;
    if (part !== 'train' && reason) {
      const counts = evaluation.confusion();
      return this.#finish({
        reason,
        ...(part === 'test' && { test: metrics }),
        ...(counts && { confusion: { part, counts } }),
      });
    }
    if (part === 'train') {
      this.#trainMetrics = metrics;
      if (this.dataset.validation.count > 0) return this.#startMeasuring('validation');
      return this.#closeEpoch(metrics);
    }
    return this.#closeEpoch(this.#trainMetrics!, metrics);
  }

  #closeEpoch(trainDropoutOff: Metrics, validation?: Metrics): TrainerEvent {
    const record: EpochRecord = {
      epoch: this.#epoch,
      step: this.#step,
      train: { loss: this.#total / this.#samples, min: this.#min, max: this.#max },
      trainDropoutOff,
      ...(validation && { validation }),
    };
    const { monitor } = this.#stopping;
    const value = validation?.[monitor];
    if (validation && this.#stopping.isBetter(value, this.#best && (this.#best.value ?? this.#best.loss))) {
      this.#best = { epoch: this.#epoch, loss: validation.loss, ...(monitor !== 'loss' && { value }) };
      for (const { weight, best } of this.#kept) best.set(weight.values);
    }
    const measured = validation ?? trainDropoutOff;
    this.#updates.epochEnd(measured.loss);
    this.#stopping.epochEnd(measured);
    this.#part = undefined;
    this.#trainMetrics = undefined;
    this.#epoch++;
    this.#batch = 0;
    this.#clearLosses();
    if (!this.#reason) this.#scheduledRates.startEpoch(this.#epoch);
    return { type: 'epoch', record };
  }

  /** Why no more steps are to be made; undefined where some are. */
  get #reason(): EndRecord['reason'] | undefined {
    return this.#backToBest ? 'stopped' : this.#stopping.reason(this.#epoch);
  }

  #keepsBest(reason: EndRecord['reason']): boolean {
    return this.#best !== undefined && (reason === 'earlyStopping' || (reason === 'stopped' && this.#backToBest));
  }

  #clearLosses(): void {
    this.#total = 0;
    this.#samples = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
  }

  #fail(when: string): TrainerEvent {
    return this.#finish({ reason: 'nan', message: explainNonFinite(this.network, when, this.config.optimizer) });
  }

  #finish(end: EndRecord): TrainerEvent {
    this.#part = undefined;
    this.#end = {
      ...end,
      ...(this.#best && { best: this.#best }),
      ...(this.#keepsBest(end.reason) && { kept: this.#best!.epoch }),
    };
    return { type: 'end', record: this.#end };
  }

  /** Everything a later run needs to go on from here to the bit, as copies. An evaluation at work begins again then. */
  state(): TrainerState {
    const tensors = new Map<string, Tensor>();
    for (const [name, { shape, values, matrix }] of this.#tensors(this.#best !== undefined))
      tensors.set(name, { shape, values: rowMajor(values, matrix) });
    const { seed, precision, kernels } = this.network;
    return {
      counters: {
        seed,
        precision,
        numerics: kernels.name,
        step: this.#step,
        epoch: this.#epoch,
        batch: this.#batch,
        rates: Object.fromEntries(this.#dropping().map(([id, { rate }]) => [id, rate])),
        scheduledRates: this.#scheduledRates.following,
        losses:
          this.#samples === 0 ? null : { total: this.#total, samples: this.#samples, min: this.#min, max: this.#max },
        best: this.#best ?? null,
        schedule: this.#updates.state(),
        stopping: this.#stopping.state(),
      },
      tensors,
    };
  }

  /**
   * Goes on from a state of the same model, data and seed, as if the run had never been interrupted.
   * @throws Error naming what does not fit, with nothing changed
   */
  restore(state: TrainerState): void {
    const { counters } = state;
    const own = this.#tensors(counters.best !== null);
    const { seed, precision, kernels } = this.network;
    checkState(state, {
      seed,
      precision,
      numerics: kernels.name,
      stepsPerEpoch: this.stepsPerEpoch,
      rates: this.#dropping().map(([id]) => id),
      scheduledRates: this.#scheduledRates.all,
      tensors: new Map([...own].map(([name, { shape }]) => [name, shape])),
    });
    for (const [layer, rate] of Object.entries(counters.rates)) this.network.setRate(layer, rate);
    this.#scheduledRates.restore(counters.scheduledRates);
    for (const [name, { values, matrix }] of own) {
      const from = state.tensors.get(name)!.values;
      if (matrix) store(values, from, matrix);
      else values.set(from);
    }
    this.#step = counters.step;
    this.#epoch = counters.epoch;
    this.#batch = counters.batch;
    this.#clearLosses();
    if (counters.losses)
      ({ total: this.#total, samples: this.#samples, min: this.#min, max: this.#max } = counters.losses);
    this.#best = counters.best ?? undefined;
    this.#updates.restore(counters.schedule);
    this.#stopping.restore(counters.stopping);
    this.#part = undefined;
    this.#end = undefined;
    this.#stopped = false;
    this.#backToBest = false;
  }

  #dropping() {
    return this.network.layers.flatMap(({ id, runtime }) =>
      runtime.dropping ? [[id, runtime.dropping] as const] : [],
    );
  }

  /** The trainer's own tensors, by their names in a checkpoint. */
  #tensors(withBest: boolean): Map<string, Stored> {
    const tensors = new Map<string, Stored>();
    for (const { weight, best } of this.#kept) {
      const { name, shape, values, matrix } = weight;
      tensors.set(name, { shape, values, matrix });
      if (withBest) tensors.set(`best/${name}`, { shape, values: best, matrix });
    }
    for (const { parameter, slots } of this.#updates.updated) {
      const { name, shape, matrix } = parameter;
      slots.forEach((slot, i) =>
        tensors.set(`optimizer/${name}/${this.#updates.slotNames[i]}`, { shape, values: slot, matrix }),
      );
    }
    return tensors;
  }
}
