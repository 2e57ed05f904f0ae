import type { Model } from '../model/model';
import { sizeOf, type NumberSpec } from '../model/spec';
import { ModelError } from '../model/diagnostics';
import { copyLevels, type Samples } from './dataset';
import type { LayerRuntime, Mode, Pass, Regularization } from './define';
import type { GradientTarget, LossFunction } from './kernels/functions';
import { reference } from './kernels/reference';
import type { KernelSet, PendingUpdate, Region } from './kernels/set';
import { lines, type Slot } from './memory';
import {
  checkMemory,
  DEFAULT_MEMORY_LIMIT,
  estimateOf,
  planNetwork,
  type NetworkPlan,
  type PlanOptions,
  type WeightPlan,
} from './plan';
import { store, type MatrixLayout } from './matrices';
import { bytesOf, isFiniteReal, newReal, type Precision, type Real } from './real';
import { checkSeed, Random } from './rng/philox';

export interface CompileOptions extends PlanOptions {
  /** Of weights and masks; default the model's seed, or 0. */
  readonly seed?: number;
  /** Bytes above which the model is refused; default 2 GiB. */
  readonly memoryLimit?: number;
  readonly kernels?: KernelSet;
}

/** A weight tensor of the network. */
export interface Weight {
  /** Layer and weight, such as "dense1/kernel". */
  readonly name: string;
  readonly layer: string;
  readonly shape: readonly number[];
  /** As the kernels want them: `rowMajor` and `store` of matrices.ts bring them into the usual order and back. */
  readonly values: Real;
  /** How they stand; absent: row-major. */
  readonly matrix: MatrixLayout | undefined;
}

/** One that training moves along its gradient. */
export interface Parameter extends Weight {
  /** Of the last backward pass. Absent in a network compiled without gradients. */
  readonly gradient: Real | undefined;
  readonly regularization: Regularization | undefined;
  /** Written by the trainer: see MatrixWeight. */
  update?: PendingUpdate;
}

export interface NetworkLayer {
  readonly id: string;
  readonly kind: string;
  /** Values of one sample. */
  readonly size: number;
  /** Of the last forward pass, a row of `size` a sample. */
  readonly values: Real;
  readonly runtime: LayerRuntime;
}

/**
 * Compiles a checked model: allocates every buffer there will be and draws the first weights. Passes allocate nothing.
 * @throws ModelError where the network would need more memory than allowed, or loss and output do not go together
 * @throws RangeError on a bad seed or batch
 */
export function compile(model: Model, options: CompileOptions = {}): Network {
  const seed = options.seed ?? model.training?.seed ?? 0;
  checkSeed(seed);
  const wanted = options.kernels ?? reference;
  const kernels = wanted.precisions.includes(options.precision ?? 'float32') ? wanted : reference;
  const plan = planNetwork(model, { ...options, panel: kernels.panel });
  checkMemory(model, estimateOf(model, plan), options.memoryLimit ?? DEFAULT_MEMORY_LIMIT);
  return new Network(model, plan, seed, kernels);
}

/** A model in memory, ready for passes: `put` a batch, `forward`, and for training `loss` and `backward`. */
export class Network {
  readonly precision: Precision;
  readonly maxBatch: number;
  /** In topological order. */
  readonly layers: readonly NetworkLayer[];
  /** What is trained, by name, in the order of the layers. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Everything that training leaves behind: the parameters, and what layers keep besides, such as moving averages. */
  readonly weights: ReadonlyMap<string, Weight>;
  /** The batch, a row a sample; and the targets, a row of outputs a sample. */
  readonly input: Real;
  readonly targets: Real;
  readonly output: Real;
  readonly inputSize: number;
  readonly outputSize: number;

  readonly #byId: ReadonlyMap<string, NetworkLayer>;
  readonly #weights: readonly PlannedWeight[];
  readonly #loss: LossFunction | undefined;
  readonly #beforeActivation: Real;
  readonly #outputGradient: Real | undefined;
  /** True from a forward pass to the backward pass behind it, which leaves nothing to run backwards from again. */
  #isForward = false;
  /** Of the batch's samples, where they weigh differently: there once the first such sample was put. */
  #sampleWeights: Real | undefined;
  #isWeighted = false;
  readonly #pass: Pass = { mode: 'evaluate', rows: 0, step: 0, firstSample: 0 };

  /** @see compile */
  constructor(
    readonly model: Model,
    readonly plan: NetworkPlan,
    readonly seed: number,
    readonly kernels: KernelSet,
  ) {
    this.precision = plan.precision;
    this.maxBatch = plan.maxBatch;
    this.inputSize = plan.inputSize;
    this.outputSize = plan.outputSize;
    this.#loss = plan.loss && kernels.loss(plan.loss);

    const memory = kernels.allocate(plan.bytes);
    const view = (slot: Slot): Real => realOf(plan.precision, memory, slot);
    const built = buildLayers(plan, seed, kernels, memory, view);
    this.layers = built.layers;
    this.#weights = built.weights;
    const byName = (weights: readonly PlannedWeight[]) => new Map(weights.map(({ weight }) => [weight.name, weight]));
    this.weights = byName(built.weights);
    this.parameters = byName(built.weights.filter(({ plan }) => plan.spec.trained !== false));
    this.#byId = new Map(this.layers.map((l) => [l.id, l]));
    this.targets = view(plan.targets);
    this.input = view(plan.layers.find((l) => l.layer.inputs.length === 0)!.values);
    const output = this.layer(model.output);
    this.output = output.values;
    this.#outputGradient = built.gradients.get(model.output);
    this.#beforeActivation = output.runtime.beforeActivation ?? output.values;
    this.initialize();
  }

  /** @throws RangeError where there is no such layer */
  layer(id: string): NetworkLayer {
    const layer = this.#byId.get(id);
    if (!layer) throw new RangeError(`The network has no layer "${id}".`);
    return layer;
  }

  /**
   * More of the memory that the kernels work in, for what steps touch besides: zero, and there as long as the network.
   * @param length in numbers; it takes `lines` of their bytes
   */
  allocate(length: number): Real {
    const region = this.kernels.allocate(lines(length * bytesOf(this.precision)));
    return realOf(this.precision, region, { offset: 0, length });
  }

  /** Draws all weights as at the start of a run, each from the stream "weights/<layer>/<weight>". */
  initialize(seed = this.seed): void {
    for (const { weight, plan } of this.#weights) {
      const random = new Random(seed, `weights/${weight.name}`);
      weight.values.fill(0);
      if (!weight.matrix) {
        plan.spec.initialize(weight.values, random);
        continue;
      }
      const values = newReal(this.precision, sizeOf(weight.shape));
      plan.spec.initialize(values, random);
      store(weight.values, values, weight.matrix);
    }
  }

  /**
   * Copies one sample, at `index` of `samples`, into row `row` of the batch. A single output for two classes wants the
   * last of their two columns: the probability of the second class.
   */
  put(samples: Samples, index: number, row: number): void {
    const { inputSize, outputSize, input, targets } = this;
    if (samples.levels) copyLevels(samples, index, inputSize, input, row);
    else
      for (let i = 0, from = index * inputSize, to = row * inputSize; i < inputSize; i++)
        input[to + i] = samples.inputs[from + i];
    const width = samples.targets.length / samples.count;
    for (let i = 0, from = (index + 1) * width - outputSize, to = row * outputSize; i < outputSize; i++)
      targets[to + i] = samples.targets[from + i];
    this.#isWeighted = samples.weights !== undefined;
    if (samples.weights) (this.#sampleWeights ??= this.allocate(this.maxBatch))[row] = samples.weights[index];
  }

  /**
   * Runs the batch in `input` through all layers; the answers are in `output`.
   * @param rows samples in the batch
   * @param step number of the training step, from 0: keys the dropout masks of the modes 'train' and 'sample'
   * @param firstSample position in its batch of the sample in row 0, where not the whole batch is run
   */
  forward(mode: Mode, rows: number, step = 0, firstSample = 0): void {
    if (!(rows >= 1 && rows <= this.maxBatch))
      throw new RangeError(`A batch of ${rows} samples was given to a network compiled for 1 to ${this.maxBatch}.`);
    const pass = this.#pass;
    pass.mode = mode;
    pass.rows = rows;
    pass.step = step;
    pass.firstSample = firstSample;
    for (const layer of this.layers) layer.runtime.forward(pass);
    this.#isForward = true;
  }

  /**
   * Sum over the samples of the last forward pass of each one's loss, times its weight where samples have weights.
   * @throws Error once it was run backwards
   */
  totalLoss(): number {
    const loss = this.#requireLoss();
    this.#requireForward();
    const { output, targets, outputSize } = this;
    const { rows } = this.#pass;
    const weights = this.#isWeighted ? this.#sampleWeights : undefined;
    if (!weights) return loss.total(this.#beforeActivation, output, targets, rows, outputSize);
    let total = 0;
    for (let row = 0; row < rows; row++)
      total += weights[row] * loss.total(this.#beforeActivation, output, targets, 1, outputSize, row);
    return total;
  }

  /** The loss of one sample of the last forward pass, by its row. @throws Error as `totalLoss` */
  lossOfRow(row: number): number {
    const loss = this.#requireLoss();
    this.#requireForward();
    const own = (values: Real): Real => values.subarray(row * this.outputSize, (row + 1) * this.outputSize);
    return loss.total(own(this.#beforeActivation), own(this.output), own(this.targets), 1, this.outputSize);
  }

  /**
   * Gradients of the mean loss of the last forward pass (the sum over the number of samples, whatever they weigh), with its
   * very masks, into the parameters' `gradient`.
   * @throws Error without a forward pass since the last time: what layers kept has made room for gradients
   */
  backward(): void {
    const gradient = this.#outputGradient;
    if (!gradient) throw new Error('This network was compiled without gradients, or has nothing to learn.');
    const loss = this.#requireLoss();
    this.#requireForward();
    this.#isForward = false;
    const { rows } = this.#pass;
    loss.gradient(this.output, this.targets, gradient, rows, this.outputSize);
    if (this.#isWeighted) this.kernels.scaleRows(gradient, this.#sampleWeights!, rows, this.outputSize);
    for (let i = this.layers.length - 1; i >= 0; i--) this.layers[i].runtime.backward(this.#pass);
  }

  /** Lets a loss that balances classes know how many training samples each has. */
  balanceLoss(counts: ArrayLike<number>): void {
    this.#loss?.balance?.(counts);
  }

  #requireForward(): void {
    if (!this.#isForward)
      throw new Error('The network has not run forwards since it last ran backwards: call `forward`.');
  }

  #requireLoss(): LossFunction {
    if (!this.#loss)
      throw new ModelError('no-training', [], 'The model has no "training" section, so there is no loss to compute.');
    return this.#loss;
  }

  /** The rates that hold now, by the ids of the layers that drop. */
  get rates(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.layers.flatMap(({ id, runtime }) => (runtime.dropping ? [[id, runtime.dropping.rate]] : [])),
    );
  }

  /**
   * Sets a layer's dropout rate from the next forward pass on.
   * @returns the rate it had
   * @throws RangeError where the layer does not drop, or the rate is out of its range
   */
  setRate(id: string, rate: number): number {
    const { dropping } = this.layer(id).runtime;
    if (!dropping) throw new RangeError(`Layer "${id}" drops nothing, so it has no rate to set.`);
    const spec = this.plan.layers.find((l) => l.layer.id === id)!.definition.parameters.rate as NumberSpec;
    const { min = 0, max = 1, below = Infinity } = spec;
    if (!(rate >= min && rate <= max && rate < below))
      throw new RangeError(
        `Layer "${id}": a rate is a number from ${min} to below ${Math.min(max, below)}; found ${rate}.`,
      );
    const before = dropping.rate;
    dropping.rate = rate;
    return before;
  }

  /** Sets the rates of several layers, by their ids. @throws RangeError as `setRate` */
  setRates(rates: Readonly<Record<string, number>>): void {
    for (const [id, rate] of Object.entries(rates)) this.setRate(id, rate);
  }

  /** The first layer, in order, with a weight or a value of the last pass that is not finite. */
  findNonFinite(): { readonly layer: string; readonly in: 'weights' | 'values' } | undefined {
    for (const layer of this.layers) {
      for (const weight of this.weights.values())
        if (weight.layer === layer.id && !isFiniteReal(weight.values)) return { layer: layer.id, in: 'weights' };
      if (!isFiniteReal(layer.values, this.#pass.rows * layer.size)) return { layer: layer.id, in: 'values' };
    }
    return undefined;
  }
}

/** A view of a slot of `memory`. */
function realOf(precision: Precision, { buffer, byteOffset }: Region, { offset, length }: Slot): Real {
  return precision === 'float32'
    ? new Float32Array(buffer, byteOffset + offset, length)
    : new Float64Array(buffer, byteOffset + offset, length);
}

interface PlannedWeight {
  readonly weight: Parameter;
  readonly plan: WeightPlan;
}

/** Gives every layer the arrays it works on and builds it. */
function buildLayers(
  plan: NetworkPlan,
  seed: number,
  kernels: KernelSet,
  { buffer: memory, byteOffset: start }: Region,
  view: (slot: Slot) => Real,
) {
  const layers: NetworkLayer[] = [];
  const weights: PlannedWeight[] = [];
  const values = new Map(plan.layers.map((l) => [l.layer.id, view(l.values)]));
  const gradients = new Map(plan.layers.map((l) => [l.layer.id, l.gradient && view(l.gradient)]));
  const targetsOf = gradientTargets(plan, gradients);

  for (const [index, { layer, definition, facts, weights: planned, buffers }] of plan.layers.entries()) {
    const own = planned.map((w) => {
      const name = `${layer.id}/${w.spec.name}`;
      const gradient = w.gradient && view(w.gradient);
      const { shape, regularization } = w.spec;
      const { matrix } = w;
      const weight = { name, layer: layer.id, shape, matrix, values: view(w.values), gradient, regularization };
      return { weight, plan: w };
    });
    const buffer = (name: string, type: string): Slot => {
      const found = buffers.get(name);
      if (found?.spec.type !== type)
        throw new Error(`Layer kind "${layer.kind}" declares no ${type} buffer "${name}".`);
      return found.slot;
    };
    weights.push(...own);
    const runtime = definition.build({
      ...facts,
      seed,
      kernels,
      inputs: layer.inputs.map((id) => values.get(id)!),
      output: values.get(layer.id)!,
      inputGradients: targetsOf[index],
      outputGradient: gradients.get(layer.id),
      weight: (name) => {
        const found = own.find((w) => w.plan.spec.name === name);
        if (!found) throw new Error(`Layer kind "${layer.kind}" declares no weight "${name}".`);
        return found.weight;
      },
      real: (name) => view(buffer(name, 'real')),
      uint8: (name) => {
        const { offset, length } = buffer(name, 'uint8');
        return new Uint8Array(memory, start + offset, length);
      },
      uint32: (name) => {
        const { offset, length } = buffer(name, 'uint32');
        return new Uint32Array(memory, start + offset, length);
      },
    });
    const size = facts.shape.reduce((product, n) => product * n, 1);
    layers.push({ id: layer.id, kind: layer.kind, size, values: values.get(layer.id)!, runtime });
  }
  return { layers, weights, gradients };
}

/** Where each layer writes its inputs' gradients. Layers run backwards, so the last reader of a layer is the first writer. */
function gradientTargets(
  plan: NetworkPlan,
  gradients: ReadonlyMap<string, Real | undefined>,
): readonly (readonly (GradientTarget | undefined)[])[] {
  const written = new Set<string>();
  const targetOf = (id: string): GradientTarget | undefined => {
    const values = gradients.get(id);
    if (!values) return undefined;
    const accumulate = written.has(id);
    written.add(id);
    return { values, accumulate };
  };
  const backwards = [...plan.layers].reverse().map(({ layer }) => layer.inputs.map(targetOf));
  return backwards.reverse();
}
