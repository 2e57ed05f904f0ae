import type { Json, JsonObject } from './json';

/**
 * What a kind (a layer, an optimizer, a loss, a data source) says of itself to the language. The same record drives
 * validation, defaults, the JSON schema, the designer's forms and the table in docs/netjson.md.
 */
export interface KindSpec {
  readonly kind: string;
  readonly title: string;
  /** One or two plain sentences: what it does, with its formula where it has one. */
  readonly help: string;
  readonly parameters: Parameters;
  /**
   * What no parameter tells alone: parameters that do not go together. Asked once each is good by itself.
   * @returns the parameter to mark, and what is wrong with the remedy; undefined where nothing is
   */
  check?(params: JsonObject): { readonly parameter: string; readonly message: string } | undefined;
  /** A valid configuration, without `id` and `kind`: the palette's starting point and the conformance suite's input. */
  readonly example: JsonObject;
}

export type Parameters = { readonly [name: string]: ParameterSpec };

interface Common {
  readonly title: string;
  readonly help: string;
  /** Absent and not `optional`: the parameter is required. */
  readonly default?: Json;
  readonly optional?: true;
}

/** A finite number. Bounds are inclusive unless they say otherwise; a value outside is refused, never clamped. */
export interface NumberSpec extends Common {
  readonly type: 'number' | 'integer';
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
  /** How far one arrow key moves it in a form. */
  readonly step?: number;
  /**
   * True: it may be written as a schedule over epochs, `{ "schedule": "linear", ... }`. The model then has its value of the
   * first epoch under its own name, and the schedule under that name with "Schedule" behind it.
   */
  readonly schedulable?: true;
}
export interface ChoiceSpec extends Common {
  readonly type: 'choice';
  readonly options: readonly { readonly value: string; readonly help: string }[];
}
export interface BooleanSpec extends Common {
  readonly type: 'boolean';
}
export interface TextSpec extends Common {
  /** `path` is a file, relative to the model; `column` names a column of the data. */
  readonly type: 'text' | 'path' | 'column';
  /** True: a `path` that names a folder. */
  readonly folder?: true;
}
export interface TextListSpec extends Common {
  readonly type: 'textList';
  /** True: a lone text may be written, and stands for a list of it; there is at least one. */
  readonly single?: true;
}
/** A list of finite numbers; the bounds are each one's. */
export interface NumberListSpec extends Common {
  readonly type: 'numberList';
  readonly min?: number;
  readonly max?: number;
}
/** Positive integers: [64], or [height, width, channels]. */
export interface ShapeSpec extends Common {
  readonly type: 'shape';
  readonly rank?: { readonly min: number; readonly max: number };
  /** True: a lone number may be written, and stands for itself in all `rank.max` dimensions: 3 for [3, 3]. */
  readonly single?: true;
  /** True: null may stand for a dimension, and means its full size. */
  readonly open?: true;
}
/** One of another registry's kinds: `"adam"`, or `{ "kind": "adam", "learningRate": 0.003 }`. */
export interface ReferenceSpec extends Common {
  readonly type: 'reference';
  readonly registry: Registry;
}
/** Some of another registry's kinds, each written as a reference: `["accuracy", { "kind": "topK", "k": 3 }]`. */
export interface ReferenceListSpec extends Common {
  readonly type: 'referenceList';
  readonly registry: Registry;
}
/** The registries whose kinds stand as values of parameters. */
export type Registry = 'optimizers' | 'losses' | 'metrics' | 'schedules' | 'augmentations';
/** A nested object with parameters of its own. */
export interface GroupSpec extends Common {
  readonly type: 'group';
  readonly parameters: Parameters;
  /** Present where its parameters are alternatives: a form shows those of one of these ways at a time, the first unless marked. */
  readonly ways?: readonly Way[];
}
/** One of several ways to give a group. */
export interface Way {
  readonly title: string;
  /** Any of these, written, says that the group is given in this way. */
  readonly marks: readonly string[];
  /** The parameters that belong to it, in the order of a form. */
  readonly keys: readonly string[];
  /** What choosing it writes where the first of these is not written yet. */
  readonly start?: JsonObject;
  /** By parameter: the one that it stands in the place of. */
  readonly instead?: { readonly [key: string]: string };
}
export type ParameterSpec =
  | NumberSpec
  | ChoiceSpec
  | BooleanSpec
  | TextSpec
  | TextListSpec
  | NumberListSpec
  | ShapeSpec
  | ReferenceSpec
  | ReferenceListSpec
  | GroupSpec;

/** What parameters are where nothing is written; those without a default are left out. */
export const defaultsOf = (parameters: Parameters): JsonObject =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]])),
  );

/** Dimensions of one sample, without the batch: [units], or [height, width, channels]. */
export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

export type LayerGroup = 'Inputs' | 'Layers' | 'Dropout';

export interface LayerSpec extends KindSpec {
  readonly group: LayerGroup;
  /** How many layers it reads. An input reads none. */
  readonly inputs: { readonly min: number; readonly max: number };
  /** Parameters with which training does what evaluation does: of the dropout family, without which a model is its twin. */
  readonly off?: JsonObject;
  /** True where the layer hands on what it reads, and training drops or disturbs that at the parameter `rate`. */
  readonly drops?: true;
  /** Shapes of layers that `example` can read: with it they make the documentation's example and the suite's input. */
  readonly exampleInputs: readonly Shape[];
  /**
   * The shape of one output sample.
   * @throws ShapeError where the inputs do not fit, saying what was expected, what was found and the remedy
   */
  shape(params: JsonObject, inputs: readonly Shape[]): Shape;
  /** Trained numbers. */
  parameterCount(params: JsonObject, inputs: readonly Shape[]): number;
  /** Multiply-adds of one sample's forward pass. */
  multiplyAdds(params: JsonObject, inputs: readonly Shape[]): number;
}

/** A loss says what it needs of the output layer, so that a wrong pairing is found before training. */
export interface LossSpec extends KindSpec {
  /** `classes`: one probability a class. `numbers`: any values. */
  readonly target: 'classes' | 'numbers' | 'either';
  /** Activations of the output layer it accepts; absent: any. */
  readonly outputs?: readonly string[];
  /** True: two classes may be told apart by one output, the probability of the second. */
  readonly oneOutput?: true;
  /** Where targets that are numbers must lie; absent: anywhere. */
  readonly range?: readonly [number, number];
}

/** A measure of answers, taken with dropout off. */
export interface MetricSpec extends KindSpec {
  readonly target: 'classes' | 'numbers';
  readonly better: 'higher' | 'lower';
  /** True: measured where the model does not say what to measure. */
  readonly usual?: true;
  /** Its name in records; for a kind without parameters the kind itself. */
  name(params: JsonObject): string;
}

export interface SourceSpec extends KindSpec {
  /** Known without reading anything (synthetic sets): the shape of a sample and how many classes there are. */
  readonly yields?: { readonly shape: Shape; readonly classes: readonly string[] };
}

/** How a rate moves over the epochs of a run. */
export interface RateScheduleSpec extends KindSpec {
  /** @param epoch from 1 */
  at(params: JsonObject, epoch: number): number;
}

/** All kinds there are. Given to the language by whoever composes the program; the language imports none of them. */
export interface Catalogue {
  readonly layers: ReadonlyMap<string, LayerSpec>;
  readonly losses: ReadonlyMap<string, LossSpec>;
  readonly optimizers: ReadonlyMap<string, KindSpec>;
  readonly metrics: ReadonlyMap<string, MetricSpec>;
  readonly schedules: ReadonlyMap<string, KindSpec>;
  readonly rateSchedules: ReadonlyMap<string, RateScheduleSpec>;
  readonly augmentations: ReadonlyMap<string, KindSpec>;
  readonly sources: ReadonlyMap<string, SourceSpec>;
}

export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}
