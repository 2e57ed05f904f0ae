import type { Configured } from '../model/model';
import type { Samples, Target } from './dataset';
import { kindOf, type Answers, type Meter } from './define';
import { Confusion } from './metrics/confusion';
import { defaultMetrics, metrics } from './metrics/index';
import type { Network } from './network';
import type { Metrics } from './records';

/** The metrics asked for, or the usual ones. */
export const metricsOf = (asked: readonly Configured[] | undefined, target: Target): readonly Configured[] =>
  asked ?? defaultMetrics[target.type].map((kind) => ({ kind, params: {} }));

/** What is measured, by its name in records, and which way is better: the loss, and the metrics. */
export const measuredOf = (
  asked: readonly Configured[] | undefined,
  target: Target,
): ReadonlyMap<string, 'higher' | 'lower'> =>
  new Map([
    ['loss', 'lower'],
    ...metricsOf(asked, target).map(({ kind, params }) => {
      const definition = kindOf(metrics, 'metric', kind);
      return [definition.name(params), definition.better] as const;
    }),
  ]);

/** Measures the network, dropout off, on a set of samples, a batch at a time. One object is used again and again. */
export class Evaluation {
  readonly #network: Network;
  readonly #meters: readonly { readonly name: string; readonly meter: Meter }[];
  readonly #confusion: Confusion | undefined;
  readonly #answers: Answers;
  #samples!: Samples;
  #done = 0;
  #loss = 0;

  /** @param capacity the most samples that it will be started on */
  constructor(network: Network, target: Target, capacity: number, asked?: readonly Configured[]) {
    const { outputSize: columns, maxBatch, output, targets } = network;
    const classes = target.type === 'classes' ? target.names.length : 0;
    const scales = target.type === 'numbers' ? target.scale : undefined;
    const scale = Float64Array.from({ length: columns }, (_, i) => scales?.[i].scale ?? 1);
    this.#network = network;
    this.#confusion = classes > 0 ? new Confusion(classes) : undefined;
    this.#meters = metricsOf(asked, target).map(({ kind, params }) => {
      const definition = kindOf(metrics, 'metric', kind);
      return {
        name: definition.name(params),
        meter: definition.create(params, { classes, columns, capacity, scale }),
      };
    });
    const perRow = (): Uint32Array => new Uint32Array(classes > 0 ? maxBatch : 0);
    this.#answers = { outputs: output, targets, rows: 0, columns, answered: perRow(), wanted: perRow() };
  }

  start(samples: Samples): void {
    this.#samples = samples;
    this.#done = 0;
    this.#loss = 0;
    this.#confusion?.start();
    for (const { meter } of this.#meters) meter.start();
  }

  get done(): number {
    return this.#done;
  }
  get total(): number {
    return this.#samples.count;
  }
  get isComplete(): boolean {
    return this.#done >= this.#samples.count;
  }

  /** Measures one more batch. @returns its mean loss */
  advance(): number {
    const network = this.#network;
    const rows = Math.min(network.maxBatch, this.#samples.count - this.#done);
    for (let row = 0; row < rows; row++) network.put(this.#samples, this.#done + row, row);
    network.forward('evaluate', rows);
    const loss = network.totalLoss();
    this.#loss += loss;
    const answers = this.#answers;
    answers.rows = rows;
    if (this.#confusion) {
      const { answered, wanted, outputs, targets, columns } = answers;
      for (let row = 0; row < rows; row++) {
        answered[row] = classOf(outputs, row, columns);
        wanted[row] = classOf(targets, row, columns);
      }
      this.#confusion.add(answers);
    }
    for (const { meter } of this.#meters) meter.add(answers);
    this.#done += rows;
    return loss / rows;
  }

  /** Over all batches measured since `start`. */
  metrics(): Metrics {
    const measured: Record<string, number> = {};
    for (const { name, meter } of this.#meters) {
      const value = meter.value();
      if (value !== undefined) measured[name] = value;
    }
    return { loss: this.#loss / this.#done, ...measured };
  }

  /** How often each class was answered where each was wanted; undefined where numbers are learned. */
  confusion(): readonly (readonly number[])[] | undefined {
    return this.#confusion?.matrix();
  }
}

/** The class a row of probabilities stands for: the likeliest, or of a single one, the second where it is above one half. */
export function classOf(values: ArrayLike<number>, row: number, columns: number): number {
  const start = row * columns;
  if (columns === 1) return values[start] > 0.5 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < columns; c++) if (values[start + c] > values[start + best]) best = c;
  return best;
}

/** Measures the network on samples in one go, dropout off. @throws RangeError where there are none */
export function evaluate(
  network: Network,
  samples: Samples,
  target: Target,
  asked: readonly Configured[] | undefined = network.model.training?.metrics,
): Metrics {
  if (samples.count === 0) throw new RangeError('There are no samples to measure the network on.');
  const evaluation = new Evaluation(network, target, samples.count, asked);
  evaluation.start(samples);
  while (!evaluation.isComplete) evaluation.advance();
  return evaluation.metrics();
}
