import { rowMajor } from '../matrices';
import type { Network, NetworkLayer, Parameter } from '../network';
import type { Real } from '../real';
import type { Part } from '../trainer';
import type { LensView, Work } from './define';
import { histogram, type Histogram } from './histogram';
import type { WeightBands } from './weightHistory';

export type InsideAsk = Readonly<Record<string, never>>;

export interface InsideAnswer {
  /** Steps made when it was measured. */
  readonly step: number;
  /** What the activations were measured on, dropout off: so many samples of this part. */
  readonly part: Part;
  readonly samples: number;
  /** Samples of the batch that the gradients are of: the next one, with its masks. */
  readonly batch: number;
  readonly layers: readonly InsideLayer[];
  /** How the kernels were spread after each epoch. */
  readonly history?: WeightBands;
}
export interface InsideLayer {
  readonly id: string;
  /** Units; of convolutions, filters. */
  readonly units: number;
  readonly activation?: string;
  readonly tensors: readonly InsideTensor[];
  readonly activations: Activations;
}
export interface InsideTensor {
  /** Such as "kernel". */
  readonly name: string;
  readonly values: Histogram;
  /** Euclidean norms of all values and of all gradients. */
  readonly norm: number;
  readonly gradientNorm: number;
  /** Root of the mean square of the gradients. */
  readonly gradientSize: number;
  readonly gradients: Histogram;
}
/** Of evenly chosen units where there are more than MOST_UNITS. A filter's activation is the mean over its places. */
export interface Activations {
  readonly chosen: number;
  /** Of single activations, and of the mean of each unit over the samples: figures 8 and 7 of Srivastava et al. (2014). */
  readonly values: Histogram;
  readonly means: Histogram;
  readonly mean: number;
  /** Share of activations that are exactly 0. */
  readonly zero: number;
  /** Of relu layers alone: units that gave 0 for every sample, of all units there are. */
  readonly dead?: readonly number[];
  /** Correlation of the activations of two units, over all pairs of the chosen ones that are not constant. */
  readonly coadaptation?: {
    readonly pairs: number;
    /** Mean of |r|. */
    readonly mean: number;
    /** Of r, from -1 to 1. */
    readonly values: Histogram;
  };
}

const BINS = 40;
const MOST_UNITS = 64;
const MOST_SAMPLES = 256;

/**
 * What it looks like inside of the network: weights, gradients and activations of each layer that has weights or an
 * activation. Sparsity and co-adaptation are what Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting" (2014), look for in section 7.
 */
export function* inside(view: LensView): Work<InsideAnswer> {
  const { trainer, copies, history } = view;
  const { dataset, step } = trainer;
  const network = copies.answering();
  const { gradients, batch } = gradientsOf(view);
  const bands = history?.bands();
  const part: Part = dataset.validation.count > 0 ? 'validation' : 'train';
  const samples = dataset[part];
  const count = Math.min(samples.count, MOST_SAMPLES);
  const tensors = new Map<string, InsideTensor[]>();
  for (const weight of network.parameters.values()) {
    const own = tensors.get(weight.layer) ?? [];
    tensors.set(weight.layer, [...own, tensorOf(weight, gradients.get(weight.name)!)]);
    yield;
  }
  const seen = network.layers
    .filter(({ id, kind }) => tensors.has(id) || kind === 'activation')
    .map((layer) => new Seen(layer, network, count));
  for (let from = 0; from < count; from += network.maxBatch) {
    const rows = Math.min(network.maxBatch, count - from);
    for (let row = 0; row < rows; row++) network.put(samples, Math.floor(((from + row) * samples.count) / count), row);
    network.forward('evaluate', rows);
    for (const layer of seen) layer.add(from, rows);
    yield;
  }
  const layers: InsideLayer[] = [];
  for (const layer of seen) {
    const activations = yield* layer.measure();
    layers.push({
      id: layer.id,
      units: layer.units,
      ...(layer.activation !== undefined && { activation: layer.activation }),
      tensors: tensors.get(layer.id) ?? [],
      activations,
    });
  }
  return { step, part, samples: count, batch, layers, ...(bands && { history: bands }) };
}

/** Gradients of the batch that the next step is made on, with its masks; where none comes next, of the first samples. */
function gradientsOf({ trainer, copies }: LensView) {
  const network = copies.learning();
  const { train } = trainer.dataset;
  const upcoming = trainer.upcoming();
  const rows = upcoming?.rows ?? Uint32Array.from({ length: Math.min(network.maxBatch, train.count) }, (_, i) => i);
  for (let row = 0; row < rows.length; row++) network.put(train, rows[row], row);
  network.forward('train', rows.length, upcoming?.step ?? trainer.step);
  network.backward();
  const gradients = new Map(
    [...network.parameters.values()].map(({ name, gradient, matrix }) => [name, rowMajor(gradient!, matrix)]),
  );
  return { gradients, batch: rows.length };
}

function tensorOf({ name, layer, values, matrix }: Parameter, gradient: Real): InsideTensor {
  const plain = rowMajor(values, matrix);
  const gradientNorm = normOf(gradient);
  return {
    name: name.slice(layer.length + 1),
    values: histogram(plain, BINS),
    norm: normOf(plain),
    gradientNorm,
    gradientSize: gradientNorm / Math.sqrt(gradient.length),
    gradients: histogram(gradient, BINS),
  };
}

function normOf(values: Real): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}

/** The activations of one layer, as they come in. */
class Seen {
  readonly id: string;
  readonly units: number;
  readonly activation: string | undefined;
  readonly #layer: NetworkLayer;
  /** Places of a filter; 1 where each value is a unit of its own. */
  readonly #places: number;
  readonly #chosen: Uint32Array;
  /** chosen x samples. */
  readonly #values: Float32Array;
  readonly #silent: Uint8Array;

  constructor(
    layer: NetworkLayer,
    network: Network,
    readonly samples: number,
  ) {
    const { shape, params } = network.model.layers.find(({ id }) => id === layer.id)!;
    this.id = layer.id;
    this.#layer = layer;
    this.units = shape[shape.length - 1];
    this.#places = layer.size / this.units;
    this.activation = typeof params.activation === 'string' ? params.activation : undefined;
    const count = Math.min(this.units, MOST_UNITS);
    this.#chosen = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * this.units) / count));
    this.#values = new Float32Array(count * samples);
    this.#silent = new Uint8Array(this.units).fill(1);
  }

  add(from: number, rows: number): void {
    const { size, values } = this.#layer;
    const places = this.#places;
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < size; i++) if (values[row * size + i] !== 0) this.#silent[i % this.units] = 0;
      this.#chosen.forEach((unit, c) => {
        let sum = 0;
        for (let place = 0; place < places; place++) sum += values[row * size + place * this.units + unit];
        this.#values[c * this.samples + from + row] = sum / places;
      });
    }
  }

  *measure(): Work<Activations> {
    const { samples } = this;
    const values = this.#values;
    const rows = Array.from(this.#chosen, (_, c) => values.subarray(c * samples, (c + 1) * samples));
    const means = rows.map(meanOf);
    let zeros = 0;
    for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++;
    const activations = {
      chosen: rows.length,
      values: histogram(values, BINS),
      means: histogram(means, BINS),
      mean: meanOf(values),
      zero: zeros / values.length,
      ...(this.activation === 'relu' && { dead: Array.from(this.#silent.keys()).filter((u) => this.#silent[u] === 1) }),
    };
    yield;
    const coadaptation = yield* correlationsOf(rows);
    return { ...activations, ...(coadaptation && { coadaptation }) };
  }
}

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
};

/** Pearson's r of all pairs of rows that are not constant; undefined where there are no two such rows. */
export function* correlationsOf(
  rows: readonly ArrayLike<number>[],
): Work<NonNullable<Activations['coadaptation']> | undefined> {
  const unit = rows.flatMap((row) => {
    const mean = meanOf(row);
    const centred = Float64Array.from(row, (value) => value - mean);
    const norm = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
    // Rounding makes a constant row look as if it moved a little.
    return norm > 1e-6 * Math.abs(mean) * Math.sqrt(row.length) && norm > 0
      ? [centred.map((value) => value / norm)]
      : [];
  });
  if (unit.length < 2) return undefined;
  const found: number[] = [];
  for (let a = 0; a < unit.length; a++) {
    for (let b = 0; b < a; b++) {
      let r = 0;
      for (let i = 0; i < unit[a].length; i++) r += unit[a][i] * unit[b][i];
      found.push(Math.max(-1, Math.min(1, r)));
    }
    yield;
  }
  return { pairs: found.length, mean: meanOf(found.map(Math.abs)), values: histogram(found, BINS, [-1, 1]) };
}
