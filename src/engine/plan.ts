import { ModelError } from '../model/diagnostics';
import { layerOf, type Model, type ModelLayer } from '../model/model';
import type { JsonObject } from '../model/json';
import { showShape } from '../model/parameters';
import { sizeOf } from '../model/spec';
import { kindOf, type BufferSpec, type LayerDefinition, type LayerFacts, type WeightSpec } from './define';
import type { LossFunction } from './kernels/functions';
import { layers as builtInLayers } from './layers/index';
import { Lifetimes } from './lifetimes';
import { losses } from './losses/index';
import { Layout, lines, type Interval, type Slot } from './memory';
import { optimizers } from './optimizers/index';
import { matrixLayout, storedLength, type MatrixLayout } from './matrices';
import { bytesOf, type Precision } from './real';
import { bytes as showBytes } from '../model/words';

/** What a network's memory depends on. */
export interface PlanOptions {
  /** Default float32. */
  readonly precision?: Precision;
  /** Largest batch it will be given; default the model's batch size, or 1. */
  readonly maxBatch?: number;
  /** False: for answers only, without gradients. Default true. */
  readonly gradients?: boolean;
  /** Of the kernels' weight matrices, as in `KernelSet`; default none. */
  readonly panel?: number;
  /**
   * False: no two buffers share memory, so that after a step everything is there still, to be looked at or held against
   * what sharing gives. Default true.
   */
  readonly share?: boolean;
  /** Layer kinds; default all that the engine has. */
  readonly layers?: ReadonlyMap<string, LayerDefinition>;
}

export interface WeightPlan {
  readonly spec: WeightSpec;
  /** How it stands in memory; absent: row-major. */
  readonly matrix?: MatrixLayout;
  readonly values: Slot;
  readonly gradient?: Slot;
}
export interface LayerPlan {
  readonly layer: ModelLayer;
  readonly definition: LayerDefinition;
  readonly facts: LayerFacts<JsonObject>;
  readonly values: Slot;
  /** Absent where nothing at or below the layer learns. */
  readonly gradient?: Slot;
  readonly weights: readonly WeightPlan[];
  readonly buffers: ReadonlyMap<string, { readonly spec: BufferSpec; readonly slot: Slot }>;
  /** Of all that the layer has; other layers may have some of it at other moments. */
  readonly bytes: number;
}
export interface NetworkPlan {
  readonly precision: Precision;
  readonly maxBatch: number;
  readonly panel?: number;
  readonly layers: readonly LayerPlan[];
  /** Of one sample. */
  readonly inputSize: number;
  readonly outputSize: number;
  readonly targets: Slot;
  readonly loss?: LossFunction;
  readonly bytes: number;
  /** Bytes that it would take if no two buffers shared memory. */
  readonly unshared: number;
}

/**
 * Lays out the memory of a network without allocating any.
 * @throws ModelError where the loss and the output do not go together, or input layers differ in size
 * @throws RangeError where the largest batch is not a positive integer
 */
export function planNetwork(model: Model, options: PlanOptions = {}): NetworkPlan {
  const precision = options.precision ?? 'float32';
  const maxBatch = options.maxBatch ?? model.training?.batchSize ?? 1;
  const gradients = options.gradients ?? true;
  const kinds = options.layers ?? builtInLayers;
  if (!Number.isInteger(maxBatch) || maxBatch < 1)
    throw new RangeError(`The largest batch is a positive integer; found ${maxBatch}.`);

  const inputSize = inputSizeOf(model);
  const fit = lossOf(model, kinds);
  const layout = new Layout(options.share ?? true);
  const lifetimes = new Lifetimes(model, gradients);
  const real = (length: number, alive?: readonly Interval[]): Slot => layout.reserve(length, bytesOf(precision), alive);
  const learning = new Set<string>();
  const input = real(maxBatch * inputSize);

  const layers = model.layers.map((layer, place): LayerPlan => {
    const definition = kindOf(kinds, 'layer kind', layer.kind);
    const { id, params, inputShapes, shape } = layer;
    const fusedWithLoss = fit?.fused === true && id === model.output;
    const facts = { id, params, inputShapes, shape, fusedWithLoss, gradients };
    const before = layout.unshared;
    const weights = definition.weights(facts).map((spec): WeightPlan => {
      const matrix = spec.matrix && matrixLayout(spec.shape, options.panel);
      const length = matrix ? storedLength(matrix) : sizeOf(spec.shape);
      const trained = gradients && spec.trained !== false;
      return { spec, matrix, values: real(length), gradient: trained ? real(length) : undefined };
    });
    if (weights.some(({ spec }) => spec.trained !== false) || layer.inputs.some((i) => learning.has(i)))
      learning.add(id);
    const size = sizeOf(shape);
    const buffers = definition.buffers(facts).map((spec) => {
      const length = spec.length * (spec.perSample ? maxBatch : 1);
      const alive = lifetimes.ofBuffer(spec, place, facts);
      const slot =
        spec.type === 'real' ? real(length, alive) : layout.reserve(length, spec.type === 'uint8' ? 1 : 4, alive);
      return [spec.name, { spec, slot }] as const;
    });
    return {
      layer,
      definition,
      facts,
      weights,
      // All input layers are the batch itself.
      values: layer.inputs.length === 0 ? input : real(maxBatch * size),
      gradient: gradients && learning.has(id) ? real(maxBatch * size, lifetimes.ofGradient(id, place)) : undefined,
      buffers: new Map(buffers),
      bytes: layout.unshared - before,
    };
  });
  const outputSize = sizeOf(layerOf(model, model.output).shape);
  const targets = real(maxBatch * outputSize);
  const loss = fit?.create(model.training!.loss.params, outputSize);
  const bytes = layout.finish();
  const { unshared } = layout;
  return { precision, maxBatch, panel: options.panel, layers, inputSize, outputSize, targets, loss, bytes, unshared };
}

function inputSizeOf(model: Model): number {
  const [first, ...others] = model.layers.filter((l) => l.inputs.length === 0);
  if (!first)
    throw new ModelError('no-input', ['layers'], 'The model has no input layer. Begin with one of kind "input".');
  const size = sizeOf(first.shape);
  for (const layer of others) {
    if (sizeOf(layer.shape) !== size)
      throw new ModelError(
        'input-sizes',
        ['layers', layer.index, 'shape'],
        `Layer "${layer.id}" takes ${sizeOf(layer.shape)} numbers, but input "${first.id}" takes ${size}. ` +
          'All inputs get the same sample: give them the same number of values.',
      );
  }
  return size;
}

/** The loss's function, made for where the output stands: right at its activation, or behind layers that drop. */
function lossOf(model: Model, kinds: ReadonlyMap<string, LayerDefinition>) {
  if (!model.training) return undefined;
  const loss = kindOf(losses, 'loss', model.training.loss.kind);
  let answers = layerOf(model, model.output);
  while (kinds.get(answers.kind)?.drops) answers = layerOf(model, answers.inputs[0]);
  const activation = answers.params.activation ?? 'linear';
  if (loss.outputs && !loss.outputs.includes(activation as string))
    throw new ModelError(
      'loss-output',
      ['training', 'loss'],
      `The loss "${loss.kind}" needs an output layer with activation ${loss.outputs.map((o) => `"${o}"`).join(' or ')}, ` +
        `but the last layer, "${answers.id}", is of kind "${answers.kind}"` +
        (answers.params.activation === undefined ? ' and has none.' : ` with activation "${activation as string}".`) +
        ` End the network with such a layer.`,
    );
  // Softmax makes probabilities along the last dimension, the loss reads one for each class of the sample.
  if (loss.outputs && activation === 'softmax' && answers.shape.at(-1) !== sizeOf(answers.shape))
    throw new ModelError(
      'loss-output',
      ['layers', answers.index],
      `The loss "${loss.kind}" reads one list of answers, but the last layer, "${answers.id}", gives ${showShape(answers.shape)}. ` +
        'End the network with a dense layer, with a flatten layer before it.',
    );
  const behind = answers.id !== model.output && loss.createBehind;
  return {
    fused: loss.beforeActivation === true && !behind,
    create: (params: JsonObject, columns: number) => (behind ? behind(params, columns) : loss.create(params, columns)),
  };
}

/** Memory that training takes, in bytes. */
export interface MemoryEstimate {
  /** The largest batch it is enough for, in samples. */
  readonly maxBatch: number;
  /** Network, optimizer and copies. */
  readonly total: number;
  /** Weights, gradients, values and working memory of all layers, the batch and its targets. */
  readonly network: number;
  /** State that the optimizer keeps for each weight. */
  readonly optimizer: number;
  /** The weights of the best epoch, and the network of the picture. */
  readonly copies: number;
  /** What all of it would take more if no two buffers shared memory. */
  readonly saved: number;
  /** Of each layer in the network, sharing left out: together they come to more than `network`. */
  readonly layers: readonly { readonly id: string; readonly bytes: number }[];
}

/**
 * Memory that training a model takes, to the byte for the network itself, before anything is allocated.
 * @throws ModelError as `planNetwork`
 */
export function estimateMemory(model: Model, options: PlanOptions = {}): MemoryEstimate {
  return estimateOf(model, planNetwork(model, options));
}

/** How the network is compiled that shows single samples: for answers only, and whole batches only where it must. */
export function pictureOptions(plan: NetworkPlan): PlanOptions {
  const { precision, maxBatch, panel, layers } = plan;
  const mixes = layers.some(({ definition }) => definition.mixesSamples);
  const kinds = new Map(layers.map(({ definition }) => [definition.kind, definition]));
  return { precision, panel, maxBatch: mixes ? maxBatch : 1, gradients: false, layers: kinds };
}

/** The same of a network that is planned already. */
export function estimateOf(model: Model, plan: NetworkPlan): MemoryEstimate {
  const weights = plan.layers.flatMap((l) => l.weights);
  const bytes = ({ values }: WeightPlan): number => values.length * bytesOf(plan.precision);
  const { training } = model;
  const slots = training
    ? kindOf(optimizers, 'optimizer', training.optimizer.kind).slots(training.optimizer.params).length
    : 0;
  // As `Network.allocate` gives them.
  const optimizer = weights.reduce((sum, w) => sum + (w.spec.trained === false ? 0 : slots * lines(bytes(w))), 0);
  const picture = training && planNetwork(model, pictureOptions(plan));
  const copies = picture ? weights.reduce((sum, w) => sum + bytes(w), 0) + picture.bytes : 0;
  return {
    maxBatch: plan.maxBatch,
    total: plan.bytes + optimizer + copies,
    network: plan.bytes,
    optimizer,
    copies,
    saved: plan.unshared - plan.bytes + (picture ? picture.unshared - picture.bytes : 0),
    layers: plan.layers.map((l) => ({ id: l.layer.id, bytes: l.bytes })),
  };
}

/** 2 GiB: what a single buffer may have on every machine. */
export const DEFAULT_MEMORY_LIMIT = 2 * 1024 ** 3;

/** @throws ModelError at the layer that takes most, where the whole takes more than `limit` bytes */
export function checkMemory(model: Model, { total, layers, maxBatch }: MemoryEstimate, limit: number): void {
  if (total <= limit) return;
  const largest = layers.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  throw new ModelError(
    'memory',
    ['layers', layerOf(model, largest.id).index],
    `The network needs ${showBytes(total)} of memory at batches of ${maxBatch}, and the limit is ${showBytes(limit)}. ` +
      `Most of it is layer "${largest.id}" with ${showBytes(largest.bytes)}: give it, or the layer it reads, fewer units, or make the batch smaller.`,
  );
}
