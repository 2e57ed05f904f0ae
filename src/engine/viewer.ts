import { layerOf } from '../model/model';
import { type Samples, toDataUnits } from './dataset';
import { classOf } from './evaluation';
import { compile, type Network } from './network';
import { pictureOptions } from './plan';
import { monteCarlo } from './predict';
import type { Real } from './real';
import type { LayerSight, OtherMasks, Sight } from './records';
import { batchOf, connectionsOf, maskOf } from './sightMasks';
import type { Trainer, Upcoming } from './trainer';
import { TrainingSamples } from './trainingSamples';

/** What a captured step was, besides its weights. */
export interface Captured {
  /** Number of the step, from 0. */
  readonly step: number;
  readonly epoch: number;
  readonly batchSize: number;
}

/** A sample of any part, by its place there. */
export interface Guest {
  readonly samples: Samples;
  readonly at: number;
}

/** What a layer's units gave in the samples of a batch, from its first: rows x size. */
export interface BatchValues {
  readonly rows: number;
  readonly size: number;
  readonly values: Float32Array;
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
  #guest: Guest | undefined;

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

  /** The sample that took the first place of the captured batch, if one did. */
  get guest(): Guest | undefined {
    return this.#guest;
  }

  /**
   * Copies what the next step will begin with: weights, batch and rates.
   * @param upcoming the step that is taken for the next one; default what the trainer makes next
   * @param guest a sample that takes the first place in its batch, as it is: no training picture, so never augmented
   * @returns false, keeping what it has, where the trainer's next unit of work is no step
   */
  capture(upcoming: Upcoming | undefined = this.#trainer.upcoming(), guest?: Guest): boolean {
    if (!upcoming) return false;
    this.#guest = guest;
    for (const [name, { values }] of this.#network.weights) values.set(this.#trainer.network.weights.get(name)!.values);
    this.#network.setRates(this.#trainer.network.rates);
    this.#rows.set(upcoming.rows);
    this.#captured = { step: upcoming.step, epoch: upcoming.epoch, batchSize: upcoming.rows.length };
    return true;
  }

  /**
   * What one sample of the captured step looks like inside the network.
   * @param sample its position in the batch, from 0
   * @param strip the layer whose masks of the whole batch are wanted; default the first that drops anything, null none
   * @throws RangeError where nothing was captured, or the batch has no such sample
   */
  look(sample: number, strip?: string | null): Sight {
    const captured = this.#at(sample);
    const { step, epoch, batchSize } = captured;
    const network = this.#network;
    // The rows of the batch that are run, and which of them is the sample.
    const first = this.#wholeBatch ? 0 : sample;
    const count = this.#wholeBatch ? batchSize : 1;
    const own = (values: Real, size: number): Float32Array =>
      new Float32Array(values.subarray((sample - first) * size, (sample - first + 1) * size));
    for (let row = 0; row < count; row++) this.#put(first + row, row, step);
    network.forward('train', count, step, first);
    const whole =
      strip === undefined
        ? network.layers.find(({ runtime: { dropping: d } }) => d?.masks ?? d?.connections)?.id
        : strip;
    const layers = network.layers.map(({ id, values, size, runtime: { dropping } }): LayerSight => ({
      id,
      values: own(values, size),
      ...(dropping?.masks && { mask: maskOf(dropping, dropping.masks, sample, step) }),
      ...(dropping?.connections && { connections: connectionsOf(dropping, dropping.connections, sample, step) }),
      ...(dropping && id === whole && { batch: batchOf(dropping, captured) }),
    }));
    const withMask = this.#answer(own(network.output, network.outputSize));
    network.forward('evaluate', count);
    return {
      step,
      epoch,
      sample,
      batchSize,
      row: this.#rowOf(sample)[0],
      input: own(network.input, network.inputSize),
      target: this.#target(own(network.targets, network.outputSize)),
      layers,
      answer: { withMask, withoutMask: this.#answer(own(network.output, network.outputSize)) },
    };
  }

  /**
   * What the network of the captured step answers for one of its samples with other masks, a pass a piece.
   * @param sample its position in the batch, from 0
   * @throws RangeError where the batch has no such sample, or another step is captured meanwhile
   */
  *others(sample: number, passes: number): Generator<undefined, Omit<OtherMasks, 'passes'>, undefined> {
    const captured = this.#at(sample);
    const { target } = this.#trainer.dataset;
    const work = monteCarlo(this.#network, this.#alone(sample), target, passes);
    for (;;) {
      if (this.#captured !== captured) throw new RangeError(`Step ${captured.step + 1} is no longer shown.`);
      const { done, value } = work.next();
      if (!done) {
        yield;
        continue;
      }
      const { mean, deviation, votes } = value;
      // Of the second of two classes the network may give alone: the first is as sure.
      const one = mean.length === 1 && target.type === 'classes';
      return {
        mean: one ? Float32Array.of(1 - mean[0], mean[0]) : Float32Array.from(mean),
        deviation: one ? Float32Array.of(deviation[0], deviation[0]) : Float32Array.from(deviation),
        ...(votes && { votes }),
      };
    }
  }

  /**
   * What a layer reads that drops values, or gives that drops connections, in every sample of the captured batch.
   * @param most values in all: of more, the first samples are given
   * @throws RangeError where the layer drops nothing, or another step is captured meanwhile
   */
  *batch(layer: string, most: number): Generator<undefined, BatchValues, undefined> {
    const captured = this.#captured!;
    const { batchSize, step } = captured;
    const network = this.#network;
    const { runtime } = network.layer(layer);
    if (!runtime.dropping) throw new RangeError(`Layer "${layer}" drops nothing.`);
    const of = runtime.dropping.connections ? layer : layerOf(network.model, layer).inputs[0];
    const { values: from, size } = network.layer(of);
    const rows = Math.max(1, Math.min(batchSize, Math.floor(most / size)));
    const values = new Float32Array(rows * size);
    const at = this.#wholeBatch ? batchSize : 1;
    for (let first = 0; first < rows; first += at) {
      if (this.#captured !== captured) throw new RangeError(`Step ${step + 1} is no longer shown.`);
      for (let row = 0; row < at; row++) this.#put(first + row, row, step);
      network.forward('train', at, step, first);
      values.set(from.subarray(0, Math.min(at, rows - first) * size), first * size);
      yield;
    }
    return { rows, size, values };
  }

  /** A sample of the captured step as the step saw it, on its own. */
  #alone(sample: number): Samples {
    const { input, inputSize, targets, outputSize } = this.#network;
    this.#put(sample, 0, this.#captured!.step);
    return {
      count: 1,
      inputs: Float32Array.from(input.subarray(0, inputSize)),
      targets: Float32Array.from(targets.subarray(0, outputSize)),
      rows: this.#rowOf(sample),
    };
  }

  /** Puts a sample of the batch into a row of the network. */
  #put(sample: number, row: number, step: number): void {
    if (this.#guest && sample === 0) this.#network.put(this.#guest.samples, this.#guest.at, row);
    else this.#samples.put(this.#rows[sample], row, step, sample);
  }

  /** The row of the data that a sample of the batch is. */
  #rowOf(sample: number): Uint32Array {
    const guest = sample === 0 ? this.#guest : undefined;
    const { rows } = guest?.samples ?? this.#trainer.dataset.train;
    const at = guest?.at ?? this.#rows[sample];
    return rows.subarray(at, at + 1);
  }

  /** The step captured, if its batch has the sample. */
  #at(sample: number): Captured {
    const captured = this.#captured;
    if (!captured) throw new RangeError('No step has been captured yet.');
    const { step, batchSize } = captured;
    if (!Number.isInteger(sample) || sample < 0 || sample >= batchSize)
      throw new RangeError(`The batch of step ${step} has the samples 0 to ${batchSize - 1}; asked for ${sample}.`);
    return captured;
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
