import { Batches } from '../engine/batches';
import { isAugmented } from '../engine/dataset';
import { EpochLosses } from '../engine/epochLosses';
import { LearningRates } from '../engine/learningRates';
import type { TrainerState } from '../engine/state';
import type { Trainer } from '../engine/trainer';
import type { PytorchNetwork } from '../formats/pytorch/network';

/** What the program is told: some steps of an epoch. */
export interface Span {
  readonly epoch: number;
  /** Of what is drawn. */
  readonly seed: number;
  /** Steps made before. */
  readonly step: number;
  /** Positions of training samples, batch after batch. */
  readonly order: readonly number[];
  readonly batchSize: number;
  /** One a step. */
  readonly learningRates: readonly number[];
  /** Whether the inputs of these steps lie in a file of their own. */
  readonly augmented: boolean;
  /** Of dropout, by the names of modules. */
  readonly rates: Readonly<Record<string, number>>;
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

/** Cuts epochs into spans, with all that schedules say of their steps. */
export class Spans {
  readonly #names: PytorchNetwork['names'];
  readonly #batches: Batches;
  readonly #learningRates: LearningRates;
  readonly #augmented: boolean;
  readonly #seed: number;

  constructor({ network, dataset, config }: Trainer, { names }: PytorchNetwork) {
    this.#names = names;
    this.#augmented = isAugmented(dataset);
    this.#seed = network.seed;
    this.#batches = new Batches(network.seed, dataset.train.count, config.batchSize);
    this.#learningRates = new LearningRates(config, this.#batches.stepsPerEpoch);
  }

  /** The next steps: at most so many, and none of another epoch. */
  next({ counters }: TrainerState, most: number): Span {
    const batches = this.#batches;
    const { epoch, step, position, settings, rates } = counters;
    const { batchSize, optimizer, clipValue, clipNorm } = settings;
    const end = Math.min(counters.samples, position + most * batchSize);
    batches.size = batchSize;
    const rate = this.#learningRates;
    rate.restore(counters.schedule);
    const learningRates: number[] = [];
    for (let at = position; at < end; at += batchSize) {
      batches.position = at;
      const base = optimizer.learningRate as number;
      learningRates.push(rate.at(base, step + learningRates.length, epoch, batches.progress(epoch)));
    }
    return {
      epoch,
      seed: this.#seed,
      step,
      order: Array.from(batches.orderOf(epoch).subarray(position, end)),
      batchSize,
      learningRates,
      augmented: this.#augmented,
      rates: Object.fromEntries(Object.entries(rates).map(([id, rate]) => [this.#names.get(id)!, rate])),
      ...(clipValue !== undefined && { clipValue }),
      ...(clipNorm !== undefined && { clipNorm }),
    };
  }
}

/** The counters behind the steps of a span. @param seconds it took */
export function countersAfter(
  { counters }: TrainerState,
  span: Span,
  losses: readonly number[],
  seconds: number,
): TrainerState['counters'] {
  const all = new EpochLosses();
  all.restore(counters.losses);
  losses.forEach((loss, step) => {
    const rows = Math.min(span.batchSize, span.order.length - step * span.batchSize);
    all.add(loss * rows, rows, loss);
  });
  return {
    ...counters,
    step: counters.step + losses.length,
    position: counters.position + span.order.length,
    losses: all.state,
    stopping: { ...counters.stopping, seconds: counters.stopping.seconds + seconds },
  };
}
