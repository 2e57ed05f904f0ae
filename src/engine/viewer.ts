import { toDataUnits } from './dataset';
import type { MaskDrawer, Rated } from './dropping';
import { classOf } from './evaluation';
import { compile, type Network } from './network';
import { pictureOptions } from './plan';
import type { Real } from './real';
import type { LayerMask, LayerSight, Sight } from './records';
import type { Trainer } from './trainer';
import { TrainingSamples } from './trainingSamples';

/** What a captured step was, besides its weights. */
export interface Captured {
  /** Number of the step, from 0. */
  readonly step: number;
  readonly epoch: number;
  readonly batchSize: number;
}

/**
 * Shows one training step as it was: `capture` it before it is made, then `look` at any sample of its batch, even when
 * training has long gone on. A look runs the sample through a small network of its own, with the weights the step began
 * with and the very masks it used, which come from their counter. So watching neither slows nor changes training.
 *
 * A sample gives alone what it gives in its batch, to the bit, for kernels sum in one order. Only where a layer mixes the
 * samples of a batch, a look runs the whole batch.
 */
export class Viewer {
  readonly #trainer: Trainer;
  readonly #network: Network;
  readonly #samples: TrainingSamples;
  readonly #wholeBatch: boolean;
  /** Positions in the training set; the first `batchSize` are the batch captured. */
  readonly #rows: Uint32Array;
  #captured: Captured | undefined;

  constructor(trainer: Trainer) {
    const { model, seed, kernels, plan } = trainer.network;
    this.#trainer = trainer;
    this.#rows = new Uint32Array(plan.maxBatch);
    const options = pictureOptions(plan);
    this.#wholeBatch = options.maxBatch !== 1;
    // Its memory was counted when the trainer's network was compiled.
    this.#network = compile(model, { ...options, seed, kernels, memoryLimit: Infinity });
    this.#samples = new TrainingSamples(this.#network, trainer.dataset);
  }

  get captured(): Captured | undefined {
    return this.#captured;
  }

  /**
   * Copies what the next step will begin with: weights, batch and rates.
   * @returns false, keeping what it has, where the trainer's next unit of work is no step
   */
  capture(): boolean {
    const upcoming = this.#trainer.upcoming();
    if (!upcoming) return false;
    for (const [name, { values }] of this.#network.weights) values.set(this.#trainer.network.weights.get(name)!.values);
    for (const { id, runtime } of this.#trainer.network.layers)
      if (runtime.dropping) this.#network.setRate(id, runtime.dropping.rate);
    this.#rows.set(upcoming.rows);
    this.#captured = { step: upcoming.step, epoch: upcoming.epoch, batchSize: upcoming.rows.length };
    return true;
  }

  /**
   * What one sample of the captured step looks like inside the network.
   * @param sample its position in the batch, from 0
   * @throws RangeError where nothing was captured, or the batch has no such sample
   */
  look(sample: number): Sight {
    const captured = this.#captured;
    if (!captured) throw new RangeError('No step has been captured yet.');
    const { step, epoch, batchSize } = captured;
    if (!Number.isInteger(sample) || sample < 0 || sample >= batchSize)
      throw new RangeError(`The batch of step ${step} has the samples 0 to ${batchSize - 1}; asked for ${sample}.`);
    const network = this.#network;
    const { train } = this.#trainer.dataset;
    // The rows of the batch that are run, and which of them is the sample.
    const first = this.#wholeBatch ? 0 : sample;
    const count = this.#wholeBatch ? batchSize : 1;
    const own = (values: Real, size: number): Float32Array =>
      new Float32Array(values.subarray((sample - first) * size, (sample - first + 1) * size));
    for (let row = 0; row < count; row++) this.#samples.put(this.#rows[first + row], row, step, first + row);
    network.forward('train', count, step, first);
    const layers = network.layers.map(({ id, values, size, runtime: { dropping } }): LayerSight => {
      const sight = { id, values: own(values, size) };
      if (!dropping?.masks) return sight;
      return { ...sight, mask: maskOf(dropping, dropping.masks, sample, captured) };
    });
    const withMask = this.#answer(own(network.output, network.outputSize));
    network.forward('evaluate', count);
    return {
      step,
      epoch,
      sample,
      batchSize,
      row: train.rows[this.#rows[sample]],
      input: own(network.input, network.inputSize),
      target: this.#target(own(network.targets, network.outputSize)),
      layers,
      answer: { withMask, withoutMask: this.#answer(own(network.output, network.outputSize)) },
    };
  }

  /** A probability a class, also where the network gives only that of the second of two; or the numbers, in the data's units. */
  #answer(output: Float32Array): Float32Array {
    const one = output.length === 1 && this.#trainer.dataset.target.type === 'classes';
    return one ? Float32Array.of(1 - output[0], output[0]) : toDataUnits(output, this.#trainer.dataset.target);
  }

  #target(targets: Float32Array): number | readonly number[] {
    const { target } = this.#trainer.dataset;
    return target.type === 'classes'
      ? classOf(targets, 0, targets.length)
      : Array.from(toDataUnits(Float64Array.from(targets), target));
  }
}

/** A layer's masks for a whole batch, and one sample's among them. */
function maskOf(rated: Rated, drawer: MaskDrawer, sample: number, { step, batchSize }: Captured): LayerMask {
  const { units } = drawer;
  const rowBytes = Math.ceil(units / 8);
  const batch = new Uint8Array(batchSize * rowBytes);
  const mask = new Uint8Array(units);
  let dropped = 0;
  for (let position = 0; position < batchSize; position++) {
    const count = drawer.draw(mask, 0, rated, step, position);
    if (position === sample) dropped = count;
    packBits(mask, batch, position * rowBytes);
  }
  return { rate: rated.rate, units, dropped, bits: batch.slice(sample * rowBytes, (sample + 1) * rowBytes), batch };
}

/** Bit i of byte i>>3, least significant first, is mask[i]. `to` is zero there beforehand. */
function packBits(mask: Uint8Array, to: Uint8Array, offset: number): void {
  for (let i = 0; i < mask.length; i++) to[offset + (i >> 3)] |= mask[i] << (i & 7);
}
