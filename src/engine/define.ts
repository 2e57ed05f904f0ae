import type { JsonObject } from '../model/json';
import type { KindSpec, LayerSpec, LossSpec, MetricSpec, Parameters, RateScheduleSpec, Shape } from '../model/spec';
import type { Dropping, MaskDrawer } from './dropping';
import type { ActivationDefinition, GradientTarget, LossFunction, UpdateRule } from './kernels/functions';
import type { KernelFunction, KernelSet, MatrixWeight } from './kernels/set';
import type { Real } from './real';
import type { Random } from './rng/philox';
import { typed, type Typed } from './typed';

/**
 * Every kind is one file that calls one of the functions below, and one line in its folder's index.ts. `P` is taken from
 * the `parameters` a definition declares, so that its functions get them typed.
 */

// ---- Layers ----

/** What is known of a layer before anything is allocated. */
export interface LayerFacts<P> {
  readonly id: string;
  readonly params: P;
  readonly inputShapes: readonly Shape[];
  readonly shape: Shape;
  /**
   * True for the output layer where the loss works on the values before its activation: the layer keeps those in
   * `beforeActivation`, and the gradient it gets is already with respect to them.
   */
  readonly fusedWithLoss: boolean;
  /** False where the network is only asked for answers: running backwards needs no memory then. */
  readonly gradients: boolean;
}

export interface WeightSpec {
  /** Its name within the layer; "kernel" of layer "dense1" is the parameter "dense1/kernel". */
  readonly name: string;
  readonly shape: Shape;
  /**
   * True: a matrix for the products of the kernels, its last dimension the columns. It stands as they want it (see
   * matrices.ts); every other weight is row-major.
   */
  readonly matrix?: true;
  /** Fills the weight's initial values from its own stream of random numbers. */
  initialize(values: Real, random: Random): void;
  /**
   * False: no gradient reaches it and no optimizer moves it; the layer itself keeps it up while it learns, such as
   * running averages. It is part of checkpoints and of every copy of the weights all the same. Default true.
   */
  readonly trained?: false;
  /** What training holds it to besides the loss; see regularization.ts. Absent: nothing. */
  readonly regularization?: Regularization;
}

/** Penalties and a bound on a weight tensor whose last dimension is the units that it leads to. */
export interface Regularization {
  /** The penalty l1 Σ|w| + l2 Σw², whose gradient is added to the loss's. */
  readonly l1: number;
  readonly l2: number;
  /** The longest that the vector of one unit's incoming weights may be after an update. */
  readonly maxNorm?: number;
}

/** Memory that a layer works with besides its output; planned once, when the network is compiled. */
export interface BufferSpec {
  readonly name: string;
  readonly type: 'real' | 'uint8' | 'uint32';
  readonly length: number;
  /** True: `length` is for one sample and is multiplied by the largest batch. */
  readonly perSample: boolean;
  /**
   * How long what a call of the layer writes stays. 'call': only until that call of `forward` or `backward` returns.
   * Default: from `forward` to the end of the `backward` behind it. At other times the memory is that of others.
   */
  readonly lifetime?: 'call';
}

/** What a layer is built from: arrays of the largest batch, of which a pass uses the first `rows` rows. */
export interface LayerBuild<P> extends LayerFacts<P> {
  readonly seed: number;
  readonly kernels: KernelSet;
  /** Values of the layers read, and this layer's own. */
  readonly inputs: readonly Real[];
  readonly output: Real;
  /** Undefined where nothing below learns, or where the network is only asked for answers. */
  readonly inputGradients: readonly (GradientTarget | undefined)[];
  readonly outputGradient: Real | undefined;
  /** `gradient` is undefined where the network is only asked for answers, and of weights that are not trained. */
  weight(name: string): MatrixWeight;
  real(buffer: string): Real;
  uint8(buffer: string): Uint8Array;
  uint32(buffer: string): Uint32Array;
}

/** `sample`: dropout drops, and everything else is as in evaluation. Monte Carlo prediction runs so; it has no backward. */
export type Mode = 'train' | 'evaluate' | 'sample';

/** One pass over a batch. One object, reused for every pass. */
export interface Pass {
  mode: Mode;
  /** Samples in this batch. */
  rows: number;
  /** Number of the training step from 0: keys the dropout masks. */
  step: number;
  /** Position in the batch of row 0: not 0 only where a picture runs one sample of a batch alone. */
  firstSample: number;
}

/** What a layer's masks depend on, besides the seed, the step and the sample. */
export type MaskFacts<P> = Pick<LayerFacts<P>, 'id' | 'params' | 'shape'>;

export interface LayerRuntime {
  forward(pass: Pass): void;
  /**
   * Writes the gradients of weights and inputs from the output's, with the state the last forward pass left. Weights
   * that are not trained are kept up here: only a training step runs backwards, while pictures and measurements, which
   * run forwards alone, must leave no trace.
   */
  backward(pass: Pass): void;
  readonly dropping?: Dropping;
  /** Present where `fusedWithLoss`. */
  readonly beforeActivation?: Real;
}

/** A layer kind: its description for the language, and how it computes. */
export interface LayerDefinition extends LayerSpec {
  /** True where a sample's output in training depends on the other samples of its batch. */
  readonly mixesSamples?: true;
  /**
   * Present where it reads no amounts but indices, such as words or classes: the values it reads are whole numbers from
   * 0 to below the number that this gives.
   */
  readonly indices?: (params: JsonObject) => number;
  /**
   * The functions of the kernels that do all its work besides its activation, with the settings of its example: a set that
   * has them all as its own runs the layer. Absent where it has loops of its own.
   */
  readonly kernels?: readonly KernelFunction[];
  weights(facts: LayerFacts<JsonObject>): readonly WeightSpec[];
  buffers(facts: LayerFacts<JsonObject>): readonly BufferSpec[];
  build(build: LayerBuild<JsonObject>): LayerRuntime;
  /** Draws the layer's masks outside of any network. Present where training drops values of the layer. */
  readonly masks?: (facts: MaskFacts<JsonObject>, seed: number) => MaskDrawer;
}

interface LayerSource<P extends Parameters>
  extends
    Omit<KindSpec, 'parameters'>,
    Pick<LayerDefinition, 'group' | 'inputs' | 'drops' | 'off' | 'mixesSamples' | 'kernels'> {
  readonly parameters: P;
  /** Default: lists of eight values. */
  readonly exampleInputs?: readonly Shape[];
  readonly indices?: (params: Typed<P>) => number;
  shape(params: Typed<P>, inputs: readonly Shape[]): Shape;
  parameterCount?(params: Typed<P>, inputs: readonly Shape[]): number;
  multiplyAdds?(params: Typed<P>, inputs: readonly Shape[]): number;
  weights?(facts: LayerFacts<Typed<P>>): readonly WeightSpec[];
  buffers?(facts: LayerFacts<Typed<P>>): readonly BufferSpec[];
  build(build: LayerBuild<Typed<P>>): LayerRuntime;
  readonly masks?: (facts: MaskFacts<Typed<P>>, seed: number) => MaskDrawer;
}

export function defineLayer<const P extends Parameters>(source: LayerSource<P>): LayerDefinition {
  const { indices, masks } = source;
  return {
    ...source,
    exampleInputs: source.exampleInputs ?? Array.from({ length: source.inputs.min }, () => [8]),
    indices: indices && ((params) => indices(typed<P>(params))),
    shape: (params, inputs) => source.shape(typed<P>(params), inputs),
    parameterCount: (params, inputs) => source.parameterCount?.(typed<P>(params), inputs) ?? 0,
    multiplyAdds: (params, inputs) => source.multiplyAdds?.(typed<P>(params), inputs) ?? 0,
    weights: (facts) => source.weights?.({ ...facts, params: typed<P>(facts.params) }) ?? [],
    buffers: (facts) => source.buffers?.({ ...facts, params: typed<P>(facts.params) }) ?? [],
    build: (build) => source.build({ ...build, params: typed<P>(build.params) }),
    masks: masks && ((facts, seed) => masks({ ...facts, params: typed<P>(facts.params) }, seed)),
  };
}

// ---- Activations and initializers: choices within a layer, not kinds with parameters ----

export const defineActivation = (definition: ActivationDefinition): ActivationDefinition => definition;

export interface InitializerDefinition {
  readonly kind: string;
  readonly help: string;
  initialize(values: Real, random: Random, fans: Fans): void;
}
/** How a kernel joins two layers. */
export interface Fans {
  /** Values that one output sums over. */
  readonly fanIn: number;
  /** Outputs that one input reaches. */
  readonly fanOut: number;
  /** What the initializer "constant" fills in. */
  readonly value: number;
  /** Size of the kernel's last dimension: the units, or channels, that it leads to. */
  readonly units: number;
}
export const defineInitializer = (definition: InitializerDefinition): InitializerDefinition => definition;

// ---- Losses ----

export interface LossDefinition extends LossSpec {
  /**
   * True: works on the values before the output's activation (the only one in `outputs`), with which the formula is
   * stable where the two apart are not. `gradient` is then with respect to those values.
   */
  readonly beforeActivation?: true;
  /** @throws ModelError where the settings do not go with so many outputs */
  create(params: JsonObject, columns: number): LossFunction;
  /**
   * The same where a layer stands between that activation and the loss, such as dropout: it works on the outputs, which
   * should be probabilities, and its gradient is with respect to them. See losses/probabilities.ts.
   */
  readonly createBehind?: (params: JsonObject, columns: number) => LossFunction;
}

interface LossSource<P extends Parameters> extends Omit<LossDefinition, 'parameters' | 'create' | 'createBehind'> {
  readonly parameters: P;
  create(params: Typed<P>, columns: number): LossFunction;
  readonly createBehind?: (params: Typed<P>, columns: number) => LossFunction;
}
export function defineLoss<const P extends Parameters>(source: LossSource<P>): LossDefinition {
  const { createBehind } = source;
  return {
    ...source,
    create: (params, columns) => source.create(typed<P>(params), columns),
    createBehind: createBehind && ((params, columns) => createBehind(typed<P>(params), columns)),
  };
}

// ---- Metrics ----

/** One measured batch, dropout off. One object, reused for every batch. */
export interface Answers {
  /** rows x columns, as the network gives them and as they should be. */
  outputs: Real;
  targets: Real;
  rows: number;
  columns: number;
  /** For classes: the class answered and the class wanted, a number a row. */
  readonly answered: Uint32Array;
  readonly wanted: Uint32Array;
}

/** What a metric is built for. */
export interface MetricFacts {
  /** How many classes there are; 0 where numbers are learned. */
  readonly classes: number;
  /** Columns of the network's output: one for two classes where it is the probability of the second. */
  readonly columns: number;
  /** The most samples of one evaluation. */
  readonly capacity: number;
  /** What one unit of each output is in the data's own units. */
  readonly scale: ArrayLike<number>;
}

/** Adds a metric up over the batches of an evaluation. */
export interface Meter {
  start(): void;
  add(answers: Answers): void;
  /** Over all batches since `start`; undefined where these samples leave it undefined. */
  value(): number | undefined;
}

export interface MetricDefinition extends MetricSpec {
  create(params: JsonObject, facts: MetricFacts): Meter;
}

interface MetricSource<P extends Parameters> extends Omit<MetricDefinition, 'parameters' | 'create' | 'name'> {
  readonly parameters: P;
  name?(params: Typed<P>): string;
  create(params: Typed<P>, facts: MetricFacts): Meter;
}
export const defineMetric = <const P extends Parameters>(source: MetricSource<P>): MetricDefinition => ({
  ...source,
  name: (params) => source.name?.(typed<P>(params)) ?? source.kind,
  create: (params, facts) => source.create(typed<P>(params), facts),
});

// ---- Optimizers ----

export interface OptimizerDefinition extends KindSpec {
  /** Names of the state tensors it keeps beside each weight tensor: a checkpoint holds them under these. */
  slots(params: JsonObject): readonly string[];
  create(params: JsonObject): UpdateRule;
}

interface OptimizerSource<P extends Parameters> extends Omit<KindSpec, 'parameters' | 'check'> {
  readonly parameters: P;
  readonly check?: (params: Typed<P>) => ReturnType<NonNullable<KindSpec['check']>>;
  slots(params: Typed<P>): readonly string[];
  create(params: Typed<P>): UpdateRule;
}
export function defineOptimizer<const P extends Parameters>(source: OptimizerSource<P>): OptimizerDefinition {
  const { check } = source;
  return {
    ...source,
    check: check && ((params) => check(typed<P>(params))),
    slots: (params) => source.slots(typed<P>(params)),
    create: (params) => source.create(typed<P>(params)),
  };
}

// ---- Learning-rate schedules ----

/** What the learning rate is multiplied by, as time goes on. */
export interface Schedule {
  /** @param time the step's number, from 0, and its epoch's, from 1 */
  factor(time: { readonly step: number; readonly epoch: number }): number;
  /** Present where it follows the loss: what an epoch came to. */
  epochEnd?(loss: number): void;
  /** Present where it remembers something: plain JSON, and back. */
  state?(): JsonObject;
  restore?(state: JsonObject): void;
}
export interface ScheduleDefinition extends KindSpec {
  /** @param run `steps`: how many the run has in all */
  create(params: JsonObject, run: { readonly steps: number }): Schedule;
}
interface ScheduleSource<P extends Parameters> extends Omit<KindSpec, 'parameters'> {
  readonly parameters: P;
  create(params: Typed<P>, run: { readonly steps: number }): Schedule;
}
export const defineSchedule = <const P extends Parameters>(source: ScheduleSource<P>): ScheduleDefinition => ({
  ...source,
  create: (params, run) => source.create(typed<P>(params), run),
});

// ---- Schedules of dropout rates ----

interface RateScheduleSource<P extends Parameters> extends Omit<RateScheduleSpec, 'parameters' | 'at'> {
  readonly parameters: P;
  at(params: Typed<P>, epoch: number): number;
}
export const defineRateSchedule = <const P extends Parameters>(source: RateScheduleSource<P>): RateScheduleSpec => ({
  ...source,
  at: (params, epoch) => source.at(typed<P>(params), epoch),
});

/** A registry from definitions, in the order that forms and tables show them. */
export const registry = <D extends { readonly kind: string }>(...definitions: readonly D[]): ReadonlyMap<string, D> =>
  new Map(definitions.map((d) => [d.kind, d]));

/** Looks a kind up. @throws RangeError naming the kinds there are */
export function kindOf<D>(registry: ReadonlyMap<string, D>, what: string, kind: string): D {
  const found = registry.get(kind);
  if (!found) throw new RangeError(`There is no ${what} "${kind}". Known: ${[...registry.keys()].join(', ')}.`);
  return found;
}
