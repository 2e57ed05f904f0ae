import type { Json, JsonObject } from '../../model/json';
import { FormatError } from '../error';
import { ImportError } from '../exchange/imported';

/**
 * Configurations of models as Keras writes them (`Model.to_json`, `config.json` in a ".keras" file, the attribute
 * "model_config" of an HDF5 file, the topology of TensorFlow.js): of Keras 3 and of Keras 2, sequential and functional.
 */

export interface ConfigLayer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  /** Names of the layers it reads, in their order. */
  readonly inputs: readonly string[];
  /** Why it cannot be read as a layer, where it cannot. */
  readonly problem?: string;
}

export interface KerasConfig {
  readonly name: string;
  readonly layers: readonly ConfigLayer[];
  /** The layers of which each gives an output of the model. */
  readonly outputs: readonly string[];
  /** Optimizer, loss and metrics, as `Model.compile` took them. */
  readonly compiled?: JsonObject;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** More than the deepest networks of Keras itself have, by far. */
const MOST_LAYERS = 4096;

/** Where Keras's own layers come from. Others are somebody's own, whatever their names. */
const OWN = /^(keras|tensorflow\.keras|tf_keras)(\.src)?(\.(layers|models|engine|legacy).*)?$/;

/**
 * @throws FormatError where it is no configuration of a model; ImportError where it is one of a class whose layers cannot be
 * told
 */
export function readConfig(model: Json): KerasConfig {
  if (!isObject(model) || typeof model.class_name !== 'string')
    throw new FormatError('This is no configuration of a Keras model: "class_name" and "config" are expected.');
  const kind = model.class_name;
  const { config } = model;
  const named = isObject(config) && typeof config.name === 'string' ? config.name : '';
  const compiled = isObject(model.compile_config) && Object.keys(model.compile_config).length > 0;
  const common = { name: named, ...(compiled && { compiled: model.compile_config as JsonObject }) };
  if (!isOwn(model) || !['Sequential', 'Functional', 'Model'].includes(kind))
    throw new ImportError([
      `The model is of the class "${kind}", whose layers are known to its program alone. Models of Sequential and of the functional API are read.`,
    ]);
  // Before Keras 2.3 the layers alone.
  const layers = Array.isArray(config) ? config : isObject(config) ? config.layers : undefined;
  if (!Array.isArray(layers)) throw new FormatError('The configuration has no list "layers".');
  if (layers.length > MOST_LAYERS)
    throw new FormatError(`The configuration has ${layers.length} layers; at most ${MOST_LAYERS} are read.`);
  const read = layers.map(readLayer);
  const names = new Set<string>();
  for (const { name } of read) {
    if (names.has(name)) throw new FormatError(`The configuration has two layers "${name}".`);
    names.add(name);
  }
  if (kind === 'Sequential') {
    const whole = withInput(read, isObject(config) ? config.build_input_shape : undefined);
    const chain = whole.map((layer, i): ConfigLayer => ({ ...layer, inputs: i === 0 ? [] : [whole[i - 1].name] }));
    return { ...common, layers: chain, outputs: chain.slice(-1).map(({ name }) => name) };
  }
  return { ...common, layers: read, outputs: tensorsOf((config as JsonObject).output_layers) };
}

const isOwn = ({ module, registered_name: registered, class_name: name }: JsonObject): boolean =>
  (typeof module !== 'string' || OWN.test(module)) &&
  (typeof registered !== 'string' || registered === name || registered === `Keras>${name as string}`);

const foreignness = (module: Json | undefined): string =>
  typeof module === 'string' && /^keras\b/.test(module)
    ? `is an operation of ${module}, and no layer; use the layer of keras.layers that does the same`
    : 'is of a class that is not one of Keras’s own';

function readLayer(layer: Json): ConfigLayer {
  if (!isObject(layer) || typeof layer.class_name !== 'string' || !isObject(layer.config))
    throw new FormatError('A layer of the configuration has no "class_name" and "config".');
  const { class_name: className, config } = layer;
  const name = typeof layer.name === 'string' ? layer.name : config.name;
  if (typeof name !== 'string') throw new FormatError(`A layer of the class "${className}" has no name.`);
  const own = isOwn(layer) ? {} : { problem: foreignness(layer.module) };
  return { name, className, config, ...readCalls(layer.inbound_nodes), ...own };
}

/** A sequential model without a layer for its input says the shape in its first, or as it was built. */
function withInput(layers: readonly ConfigLayer[], built: Json | undefined): readonly ConfigLayer[] {
  const [first] = layers;
  if (!first || first.className === 'InputLayer') return layers;
  const shape = first.config.batch_input_shape ?? first.config.batch_shape ?? built;
  if (shape === undefined)
    throw new ImportError(['The model does not say the shape of its input: it was never built.']);
  const taken = layers.map(({ name }) => name);
  const name = taken.includes('input') ? 'model_input' : 'input';
  return [{ name, className: 'InputLayer', config: { batch_shape: shape }, inputs: [] }, ...layers];
}

/** What a layer of a functional model reads: `inbound_nodes`, a node for each time that it is used. */
function readCalls(nodes: Json | undefined): Pick<ConfigLayer, 'inputs' | 'problem'> {
  if (nodes === undefined || (Array.isArray(nodes) && nodes.length === 0)) return { inputs: [] };
  if (!Array.isArray(nodes)) throw new FormatError('"inbound_nodes" should be a list.');
  if (nodes.length > 1)
    return { inputs: [], problem: `is used ${nodes.length} times with the same weights; a layer here is used once` };
  const [node] = nodes;
  const found: { readonly from: string; readonly call: Json; readonly tensor: Json }[] = [];
  const settings: JsonObject[] = [];
  if (isObject(node)) {
    const args = Array.isArray(node.args) ? node.args : [];
    for (const arg of args.length === 1 && Array.isArray(args[0]) ? args[0] : args) {
      const history = isObject(arg) && isObject(arg.config) ? arg.config.keras_history : undefined;
      if (!Array.isArray(history) || typeof history[0] !== 'string')
        return { inputs: [], problem: 'is given more than what layers give' };
      found.push({ from: history[0], call: history[1], tensor: history[2] });
    }
    if (isObject(node.kwargs)) settings.push(node.kwargs);
  } else if (Array.isArray(node))
    for (const input of node) {
      if (!Array.isArray(input) || typeof input[0] !== 'string')
        return { inputs: [], problem: 'is given more than what layers give' };
      found.push({ from: input[0], call: input[1], tensor: input[2] });
      if (isObject(input[3])) settings.push(input[3]);
    }
  else throw new FormatError('A node of "inbound_nodes" should be an object or a list.');
  const inputs = found.map(({ from }) => from);
  const other = found.find(({ call, tensor }) => call !== 0 || tensor !== 0);
  if (other)
    return { inputs, problem: `reads the second use or output of "${other.from}"; layers here have one of each` };
  for (const [key, value] of settings.flatMap((setting) => Object.entries(setting))) {
    if (value === null || value === false) continue;
    if (key === 'training') return { inputs, problem: 'is always in training (training=True), which no layer here is' };
    return { inputs, problem: key === 'mask' ? 'is given a mask' : `is called with "${key}"` };
  }
  return { inputs };
}

/** Names of layers, as `["name", 0, 0]` alone or several in a list or an object. */
function tensorsOf(value: Json | undefined): string[] {
  if (Array.isArray(value)) return typeof value[0] === 'string' ? [value[0]] : value.flatMap(tensorsOf);
  return isObject(value) ? Object.values(value).flatMap(tensorsOf) : [];
}
