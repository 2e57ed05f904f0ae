import { Batches } from '../engine/batches';
import { kindOf } from '../engine/define';
import { schedules } from '../engine/schedules/index';
import type { TrainerState } from '../engine/state';
import type { Trainer } from '../engine/trainer';
import type { PytorchNetwork } from '../formats/pytorch/network';

/** What the program is told: some steps of an epoch. */
export interface Span {
  readonly epoch: number;
  /** Steps made before. */
  readonly step: number;
  /** Positions of training samples, batch after batch. */
  readonly order: readonly number[];
  readonly batchSize: number;
  /** One a step. */
  readonly learningRates: readonly number[];
  /** Of dropout, by the names of modules. */
  readonly rates: Readonly<Record<string, number>>;
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

/** Cuts epochs into spans, with all that schedules say of their steps. */
export class Spans {
  readonly #trainer: Trainer;
  readonly #names: PytorchNetwork['names'];
  readonly #batches: Batches;

  constructor(trainer: Trainer, { names }: PytorchNetwork) {
    this.#trainer = trainer;
    this.#names = names;
    const { network, dataset, config } = trainer;
    this.#batches = new Batches(network.seed, dataset.train.count, config.batchSize);
  }

  /** The next steps: at most so many, and none of another epoch. */
  next({ counters }: TrainerState, most: number): Span {
    const { config } = this.#trainer;
    const batches = this.#batches;
    const { epoch, step, position, settings, rates } = counters;
    const { batchSize, optimizer, clipValue, clipNorm } = settings;
    const end = Math.min(counters.samples, position + most * batchSize);
    batches.size = config.batchSize;
    const steps = config.epochs * batches.stepsPerEpoch;
    batches.size = batchSize;
    const { kind, params } = config.schedule ?? { kind: 'constant', params: {} };
    const schedule = kindOf(schedules, 'schedule', kind).create(params, { steps });
    if (counters.schedule) schedule.restore?.(counters.schedule);
    const warmup = config.warmupSteps ?? 0;
    const learningRates: number[] = [];
    for (let at = position; at < end; at += batchSize) {
      batches.position = at;
      const now = step + learningRates.length;
      const warm = now < warmup ? (now + 1) / warmup : 1;
      const factor = schedule.factor({ step: batches.progress(epoch), epoch });
      learningRates.push((optimizer.learningRate as number) * warm * factor);
    }
    return {
      epoch,
      step,
      order: Array.from(batches.orderOf(epoch).subarray(position, end)),
      batchSize,
      learningRates,
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
  const before = counters.losses ?? { total: 0, samples: 0, min: Infinity, max: -Infinity };
  let { total, samples, min, max } = before;
  losses.forEach((loss, step) => {
    const rows = Math.min(span.batchSize, span.order.length - step * span.batchSize);
    total += loss * rows;
    samples += rows;
    min = Math.min(min, loss);
    max = Math.max(max, loss);
  });
  return {
    ...counters,
    step: counters.step + losses.length,
    position: counters.position + span.order.length,
    losses: { total, samples, min, max },
    stopping: { ...counters.stopping, seconds: counters.stopping.seconds + seconds },
  };
}
