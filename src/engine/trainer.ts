import { ModelError } from '../model/diagnostics';
import type { TrainingConfig } from '../model/model';
import { Batches } from './batches';
import { BestEpoch } from './bestEpoch';
import { countsOf, type Dataset } from './dataset';
import { EpochLosses } from './epochLosses';
import type { Part, TrainerEvent, Upcoming } from './events';
import { Evaluation, evaluate, measuredOf } from './evaluation';
import { checkFit } from './fit';
import type { Network } from './network';
import { explainNonFinite } from './nonFinite';
import type { Tensor } from './real';
import type { Change, ChangeRecord, EndRecord, EpochRecord, Metrics } from './records';
import { withChange, type Settings } from './settings';
import { type Clock, Stopping } from './stopping';
import { Updates, type UpdateConfig } from './updates';
import { ScheduledRates } from './scheduledRates';
import { checkState, type TrainerState } from './state';
import { copiesOf, putBack, shapesOf } from './stateTensors';
import { TrainingSamples } from './trainingSamples';

export type { Part, TrainerEvent, Upcoming } from './events';

/** The seed is the network's, the loss as well. */
export type TrainerConfig = UpdateConfig & Pick<TrainingConfig, 'earlyStopping' | 'stopAt' | 'maxSeconds'>;

/**
 * Trains a network on a dataset: epochs of mini-batches in an order drawn anew for each epoch (stream "shuffle", step the
 * epoch), then an evaluation with dropout off on all training samples and on the validation set; after the last epoch the
 * test set. It works in small units, one an `advance`, so whoever drives it can pause, look and stop between any two.
 */
export class Trainer {
  /** As the run began: what was changed since is in its records. */
  readonly config: TrainerConfig;
  /** Where the epoch at work stands, in samples. */
  readonly batches: Batches;

  readonly #trained: TrainingSamples;
  readonly #updates: Updates;
  readonly #best: BestEpoch;
  readonly #losses = new EpochLosses();
  readonly #evaluation: Evaluation;
  readonly #scheduledRates: ScheduledRates;
  readonly #stopping: Stopping;

  #step = 0;
  #epoch = 1;

  /** What `advance` gives over and over: written anew each time, so that a run leaves nothing to collect. */
  readonly #stepMade = { type: 'step' as const, step: 0, epoch: 1, loss: NaN };
  readonly #batchMeasured = { type: 'evaluated' as const, part: 'train' as Part, done: 0, total: 0 };

  /** The part being measured, where an evaluation is at work, and what earlier parts of it gave. */
  #part: Part | undefined;
  #trainMetrics: Metrics | undefined;
  #stopped = false;
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
    this.#best = new BestEpoch(network.weights.values(), network.precision);
    const largest = Math.max(dataset.train.count, dataset.validation.count, dataset.test.count);
    this.#evaluation = new Evaluation(network, dataset.target, largest, network.model.training?.metrics);
    if (dataset.target.type === 'classes') network.balanceLoss(countsOf(dataset));
    this.#scheduledRates = new ScheduledRates(network);
    this.#scheduledRates.startEpoch(1);
    this.#stopping = new Stopping(config, measuredOf(network.model.training?.metrics, dataset.target), clock);
    this.batches = new Batches(network.seed, dataset.train.count, config.batchSize);
    this.#updates = new Updates(network, config, this.stepsPerEpoch);
  }
  /** Of an epoch in batches of the size they have now. */
  get stepsPerEpoch(): number {
    return this.batches.stepsPerEpoch;
  }
  /** How far the run is, 0 to 1, by the samples it took of those of all epochs. */
  get progress(): number {
    const { position, count } = this.batches;
    return Math.min(1, (this.#epoch - 1 + position / count) / this.config.epochs);
  }
  /** Whether the next step is the last there will be, if all epochs are made. */
  get isLastStep(): boolean {
    const { position, size, count } = this.batches;
    return this.#epoch === this.config.epochs && position < count && position + size >= count;
  }
  /** Optimizer steps made; also the number, from 0, of the next step. */
  get step(): number {
    return this.#step;
  }
  /** The epoch at work, from 1. */
  get epoch(): number {
    return Math.min(this.#epoch, this.config.epochs);
  }
  /** Epochs made, with their evaluations. */
  get epochsMade(): number {
    return this.#epoch - 1;
  }
  /** How the run ended, once it has. */
  get end(): EndRecord | undefined {
    return this.#end;
  }
  /** The best epoch on validation so far, and a copy of its weights. */
  get best(): (NonNullable<EndRecord['best']> & { readonly weights: ReadonlyMap<string, Tensor> }) | undefined {
    const { record } = this.#best;
    return record && { ...record, weights: this.#best.weights() };
  }

  /** The batch of the next step; undefined where the next unit of work is no step, or the run has ended. */
  upcoming(): Upcoming | undefined {
    const { isComplete, position, size } = this.batches;
    if (this.#end || this.#stopped || this.#part || this.#reason || isComplete) return undefined;
    const rows = this.batches.orderOf(this.#epoch).subarray(position, position + size);
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
      if (this.#keepsBest(reason)) this.#best.putBack();
      const { test, validation } = this.dataset;
      if (test.count > 0) return this.#startMeasuring('test');
      // Measured anew: by the weights that the run ends with.
      if (validation.count > 0 && this.dataset.target.type === 'classes') return this.#startMeasuring('validation');
      return this.#finish({ reason });
    }
    if (!this.batches.isComplete) return this.#makeStep();
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
    if (!this.#best.record)
      throw new Error(
        'No epoch is known to be the best yet: that takes validation samples, and the end of the first epoch.',
      );
    this.#stopping.endAfter(0, 'stopped');
    // An evaluation at work measures weights that are about to go.
    this.#part = undefined;
  }

  /** Takes a run that was restored, to be looked at, as ended: it makes nothing more. */
  settle(end: EndRecord): void {
    this.#end = end;
  }

  /**
   * Ends the run as if `epoch` had been its last: where it is over, at once. For `earlyStopping` the weights of the best
   * epoch are put back.
   */
  endAfter(epoch: number, reason: 'finished' | 'earlyStopping'): void {
    this.#stopping.endAfter(epoch, reason);
  }

  /**
   * Changes a rate, or a number of the training section, from the next step on. A rate stays: where its layer followed a
   * schedule, it no longer does. A learning rate is what its schedule multiplies from then on.
   * @throws RangeError where there is no such number, or it cannot be that
   */
  change(change: Change): ChangeRecord {
    const { layer, parameter, to } = change;
    const at = { step: this.#step, epoch: this.epoch };
    if (layer === undefined) {
      const { kind } = this.config.optimizer;
      const { settings, from } = withChange(this.#updates.settings, change, { kind, maxBatch: this.network.maxBatch });
      this.#configure(settings);
      return { ...at, parameter, from, to };
    }
    if (parameter !== 'rate')
      throw new RangeError(`Layer "${layer}": only its "rate" can be changed while it trains; found "${parameter}".`);
    const from = this.network.setRate(layer, to);
    this.#scheduledRates.leave(layer);
    return { ...at, layer, parameter, from, to };
  }

  #configure(settings: Settings): void {
    this.#updates.configure(settings);
    this.batches.size = settings.batchSize;
  }

  /** Measures the network as it stands, dropout off. @throws RangeError where the part has no samples */
  evaluate(part: Part): Metrics {
    return evaluate(this.network, this.dataset[part], this.dataset.target);
  }

  #makeStep(): TrainerEvent {
    const { network, batches } = this;
    const order = batches.orderOf(this.#epoch);
    const { position, rows } = batches;
    for (let row = 0; row < rows; row++) this.#trained.put(order[position + row], row, this.#step, row);
    network.forward('train', rows, this.#step);
    const total = network.totalLoss();
    const loss = total / rows;
    if (!Number.isFinite(loss)) return this.#fail(`in step ${this.#step} (epoch ${this.#epoch})`);
    this.#updates.prepare(this.#step, this.#epoch, batches.progress(this.#epoch));
    network.backward();
    this.#updates.apply();
    this.#losses.add(total, rows, loss);
    batches.position += rows;
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

  /** Closes an epoch made again by what was measured the first time. @throws Error where it has steps left, or is measured */
  closeEpoch({ trainDropoutOff, validation }: EpochRecord): void {
    if (this.#end || this.#part || !this.batches.isComplete)
      throw new Error(`Epoch ${this.#epoch} is not one that only waits to be measured.`);
    this.#closeEpoch(trainDropoutOff, validation);
  }

  #closeEpoch(trainDropoutOff: Metrics, validation?: Metrics): TrainerEvent {
    const record: EpochRecord = {
      epoch: this.#epoch,
      step: this.#step,
      train: this.#losses.record,
      trainDropoutOff,
      ...(validation && { validation }),
      ...this.#updates.scheduled(this.#step, this.#epoch, this.batches.progress(this.#epoch)),
      ...this.#scheduledRates.rates(),
    };
    const { monitor } = this.#stopping;
    const value = validation?.[monitor];
    const best = this.#best.record;
    if (validation && this.#stopping.isBetter(value, best && (best.value ?? best.loss)))
      this.#best.take({ epoch: this.#epoch, loss: validation.loss, ...(monitor !== 'loss' && { value }) });
    const measured = validation ?? trainDropoutOff;
    this.#updates.epochEnd(measured.loss);
    this.#stopping.epochEnd(measured);
    this.#part = undefined;
    this.#trainMetrics = undefined;
    this.#epoch++;
    this.batches.position = 0;
    this.#losses.restore(null);
    if (!this.#reason) this.#scheduledRates.startEpoch(this.#epoch);
    return { type: 'epoch', record };
  }

  /** Why no more steps are to be made; undefined where some are. */
  get #reason(): EndRecord['reason'] | undefined {
    return this.#stopping.reason(this.#epoch);
  }

  #keepsBest(reason: EndRecord['reason']): boolean {
    return this.#best.record !== undefined && this.#stopping.keepsBest(reason);
  }

  #fail(when: string): TrainerEvent {
    return this.#finish({ reason: 'nan', ...explainNonFinite(this.network, when, this.config.optimizer) });
  }

  #finish(end: EndRecord): TrainerEvent {
    const { record: best } = this.#best;
    this.#part = undefined;
    this.#end = { ...end, ...(best && { best, ...(this.#keepsBest(end.reason) && { kept: best.epoch }) }) };
    return { type: 'end', record: this.#end };
  }

  /** Everything a later run needs to go on from here to the bit, as copies; `best`: with the best epoch, which no step needs. */
  state({ best = true } = {}): TrainerState {
    const { seed, precision, kernels } = this.network;
    return {
      counters: {
        seed,
        precision,
        numerics: kernels.name,
        step: this.#step,
        epoch: this.#epoch,
        position: this.batches.position,
        samples: this.batches.count,
        settings: this.#updates.settings,
        rates: this.network.rates,
        scheduledRates: this.#scheduledRates.following,
        losses: this.#losses.state,
        best: (best && this.#best.record) || null,
        schedule: this.#updates.state(),
        stopping: this.#stopping.state(),
      },
      tensors: copiesOf(this.#best.kept, this.#updates, best && this.#best.record !== undefined),
    };
  }

  /**
   * Goes on from a state of the same model, data and seed, as if the run had never been interrupted.
   * @param made by steps that were made elsewhere: what was asked of the run meanwhile still holds
   * @throws Error naming what does not fit, with nothing changed
   */
  restore(state: TrainerState, made = false): void {
    const { counters } = state;
    const { seed, precision, kernels, maxBatch } = this.network;
    const updates = this.#updates;
    const withBest = counters.best !== null;
    checkState(state, {
      seed,
      precision,
      numerics: kernels.name,
      samples: this.batches.count,
      kind: this.config.optimizer.kind,
      maxBatch,
      rates: Object.keys(this.network.rates),
      scheduledRates: this.#scheduledRates.all,
      shapes: () => shapesOf(this.#best.kept, updates, withBest, updates.slotNamesOf(counters.settings.optimizer)),
    });
    this.#configure(counters.settings);
    this.network.setRates(counters.rates);
    this.#scheduledRates.restore(counters.scheduledRates);
    putBack(state.tensors, this.#best.kept, updates, withBest);
    this.#step = counters.step;
    this.#epoch = counters.epoch;
    this.batches.position = counters.position;
    this.#losses.restore(counters.losses);
    this.#best.record = counters.best ?? undefined;
    updates.restore(counters.schedule);
    this.#stopping.restore(counters.stopping, made);
    this.#part = undefined;
    this.#end = undefined;
    if (!made) this.#stopped = false;
  }
}
