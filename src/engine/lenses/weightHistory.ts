import { sizeOf } from '../../model/spec';
import { columnStart } from '../matrices';
import type { Network, Weight } from '../network';

/** Shares of a tensor's values below each of its quantiles. */
export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** Of one tensor: QUANTILES.length numbers an epoch, in the order of the epochs. */
export interface WeightBands {
  readonly epochs: readonly number[];
  readonly tensors: readonly { readonly name: string; readonly layer: string; readonly bands: Float32Array }[];
}

/** Epochs remembered at most; when there would be more, every second is let go. */
const MOST_EPOCHS = 200;
/** Values of a tensor that its quantiles are taken of at most, evenly chosen. */
const MOST_VALUES = 1024;

/**
 * How the kernels' values were spread after each epoch, in bounded memory: it is recorded whether somebody looks or not,
 * so it costs little (one sort of 1,024 numbers a tensor and epoch) and a panel that opens late shows the whole run.
 */
export class WeightHistory {
  #every = 1;
  #epochs: { readonly epoch: number; readonly bands: readonly Float32Array[] }[] = [];

  constructor(readonly network: Network) {}

  /** @param epoch from 1, each later than the one before */
  record(epoch: number): void {
    if ((epoch - 1) % this.#every !== 0) return;
    this.#epochs.push({ epoch, bands: this.#kernels().map(bandsOf) });
    if (this.#epochs.length <= MOST_EPOCHS) return;
    this.#every *= 2;
    this.#epochs = this.#epochs.filter((e) => (e.epoch - 1) % this.#every === 0);
  }

  bands(): WeightBands {
    return {
      epochs: this.#epochs.map(({ epoch }) => epoch),
      tensors: this.#kernels().map(({ name, layer }, i) => {
        const bands = new Float32Array(this.#epochs.length * QUANTILES.length);
        this.#epochs.forEach((e, at) => bands.set(e.bands[i], at * QUANTILES.length));
        return { name, layer, bands };
      }),
    };
  }

  /** Weight matrices, not biases and scales: a layer's first. */
  #kernels() {
    const seen = new Set<string>();
    return [...this.network.parameters.values()].filter(({ layer }) => !seen.has(layer) && seen.add(layer));
  }
}

/** Quantiles by the nearest rank below, of evenly chosen values. */
export function bandsOf({ values, shape, matrix }: Pick<Weight, 'values' | 'shape' | 'matrix'>): Float32Array {
  const all = sizeOf(shape);
  const count = Math.min(all, MOST_VALUES);
  const at = (i: number): number =>
    matrix ? columnStart(matrix, i % matrix.columns) + Math.floor(i / matrix.columns) * matrix.panel : i;
  const chosen = Float32Array.from({ length: count }, (_, i) => values[at(Math.floor((i * all) / count))]).sort();
  return Float32Array.from(QUANTILES, (q) => chosen[Math.min(count - 1, Math.floor(q * count))]);
}
