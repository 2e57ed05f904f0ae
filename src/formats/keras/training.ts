import type { Json, JsonObject } from '../../model/json';
import { NoCounterpart, rounded } from '../exchange/imported';
import { isObject } from './config';

/** What `Model.compile` was given, as the "training" section of a model says it. */

type Params = Record<string, Json | undefined>;

/** An optimizer of Keras: what it begins with there, and how its settings are called here. */
interface Optimizer {
  readonly kind: string;
  readonly defaults: JsonObject;
  readonly settings: Readonly<Record<string, string>>;
  /** Settings that must be as they are by default. */
  readonly only?: Readonly<Record<string, readonly Json[]>>;
  readonly more?: Params;
}

const betas = { learning_rate: 'learningRate', beta_1: 'beta1', beta_2: 'beta2', epsilon: 'epsilon' };
const adam = { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 };
const plain = { amsgrad: [false], weight_decay: [null, 0] };

const optimizers: Readonly<Record<string, Optimizer>> = {
  sgd: {
    kind: 'sgd',
    defaults: { learning_rate: 0.01, momentum: 0, nesterov: false },
    settings: { learning_rate: 'learningRate', momentum: 'momentum', nesterov: 'nesterov' },
    only: { weight_decay: [null, 0] },
  },
  adam: { kind: 'adam', defaults: adam, settings: betas, only: plain },
  adamw: {
    kind: 'adamw',
    defaults: { ...adam, weight_decay: 0.004 },
    settings: { ...betas, weight_decay: 'weightDecay' },
    only: { amsgrad: [false] },
  },
  // Its momentum grows with the steps themselves, PyTorch's with a hundredth and less of them.
  nadam: {
    kind: 'nadam',
    defaults: adam,
    settings: betas,
    only: { weight_decay: [null, 0] },
    more: { momentumDecay: 1 },
  },
  rmsprop: {
    kind: 'rmsprop',
    defaults: { learning_rate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
    settings: {
      learning_rate: 'learningRate',
      rho: 'rho',
      momentum: 'momentum',
      epsilon: 'epsilon',
      centered: 'centered',
    },
    only: { weight_decay: [null, 0] },
  },
  adagrad: {
    kind: 'adagrad',
    defaults: { learning_rate: 0.001, initial_accumulator_value: 0.1, epsilon: 1e-7 },
    settings: {
      learning_rate: 'learningRate',
      initial_accumulator_value: 'initialAccumulator',
      epsilon: 'epsilon',
    },
    only: { weight_decay: [null, 0] },
  },
};

/** Of settings that all optimizers have: of those that change what training does, these do nothing. */
const idle: Readonly<Record<string, readonly Json[]>> = {
  use_ema: [false],
  clipnorm: [null],
  gradient_accumulation_steps: [null, 1],
  decay: [0],
};

const losses: Readonly<Record<string, string>> = {
  sparsecategoricalcrossentropy: 'crossentropy',
  categoricalcrossentropy: 'crossentropy',
  binarycrossentropy: 'binaryCrossentropy',
  meansquarederror: 'meanSquaredError',
  mse: 'meanSquaredError',
  meanabsoluteerror: 'meanAbsoluteError',
  mae: 'meanAbsoluteError',
  huber: 'huber',
  huberloss: 'huber',
};

/**
 * @param compiled `compile_config` of a ".keras" file, or "training_config" of an HDF5 file
 * @throws NoCounterpart where a setting has none: half of them would be another training
 */
export function readTraining(compiled: JsonObject): Record<string, Json> {
  const optimizer = compiled.optimizer ?? compiled.optimizer_config;
  const { params, clips } = readOptimizer(optimizer);
  return { loss: readLoss(compiled.loss), optimizer: params, ...clips };
}

function readOptimizer(value: Json | undefined): { readonly params: JsonObject; readonly clips: JsonObject } {
  const called = classOf(value).replace(/^Custom>/, '');
  const known = optimizers[called.toLowerCase()];
  if (!Object.hasOwn(optimizers, called.toLowerCase()))
    throw new NoCounterpart(`The optimizer "${called}" has no counterpart`);
  const given = isObject(value) && isObject(value.config) ? value.config : {};
  for (const [key, allowed] of Object.entries({ ...idle, ...known.only })) {
    const found = given[key];
    if (found !== undefined && !allowed.includes(found))
      throw new NoCounterpart(
        `The optimizer "${called}" has "${key}": ${JSON.stringify(found)}, which has no counterpart`,
      );
  }
  const params: JsonObject = { kind: known.kind };
  for (const [theirs, ours] of Object.entries(known.settings)) {
    const found = given[theirs] ?? (theirs === 'learning_rate' ? given.lr : undefined) ?? known.defaults[theirs];
    if (typeof found !== 'number' && typeof found !== 'boolean')
      throw new NoCounterpart(`The optimizer "${called}" has a schedule or something else as "${theirs}"`);
    params[ours] = typeof found === 'number' ? rounded(found) : found;
  }
  for (const [key, more] of Object.entries(known.more ?? {})) params[key] = more!;
  if (params.nesterov === false) delete params.nesterov;
  if (params.centered === false) delete params.centered;
  const clips: JsonObject = {};
  if (typeof given.global_clipnorm === 'number') clips.clipNorm = rounded(given.global_clipnorm);
  if (typeof given.clipvalue === 'number') clips.clipValue = rounded(given.clipvalue);
  return { params, clips };
}

function readLoss(value: Json | undefined): Json {
  const called = classOf(value);
  const kind = losses[called.replaceAll('_', '').toLowerCase()];
  if (kind === undefined || !Object.hasOwn(losses, called.replaceAll('_', '').toLowerCase()))
    throw new NoCounterpart(`The loss "${called}" has no counterpart`);
  const given = isObject(value) && isObject(value.config) ? value.config : {};
  if (given.from_logits === true)
    throw new NoCounterpart('The loss reads logits (from_logits=True): here the output layer has the activation');
  if (given.reduction !== undefined && !['auto', 'sum_over_batch_size'].includes(given.reduction as string))
    throw new NoCounterpart(`The loss has "reduction": ${JSON.stringify(given.reduction)}, which has no counterpart`);
  const more: JsonObject = {};
  if (typeof given.label_smoothing === 'number' && given.label_smoothing !== 0)
    more.labelSmoothing = rounded(given.label_smoothing);
  // Keras 3 leaves it out where a loss is saved as an object.
  if (kind === 'huber' && isObject(value) && isObject(value.config) && given.delta === undefined)
    throw new NoCounterpart('The loss "Huber" was saved without its delta');
  if (kind === 'huber' && typeof given.delta === 'number' && given.delta !== 1) more.delta = rounded(given.delta);
  return Object.keys(more).length > 0 ? { kind, ...more } : kind;
}

/** @throws NoCounterpart where it is neither a name nor an object of a class */
function classOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (isObject(value) && typeof value.class_name === 'string') {
    // A function that was given by its name.
    return value.class_name === 'function' && typeof value.config === 'string' ? value.config : value.class_name;
  }
  throw new NoCounterpart('Not one loss and one optimizer are said');
}
