import { layers as kinds } from '../../engine/layers/index';
import type { Tensor } from '../../engine/real';
import type { Json } from '../../model/json';
import type { Model } from '../../model/model';
import { freeId, isId, usableId } from '../../model/names';
import { defaultsOf, type Parameters, ShapeError, sizeOf, type Shape } from '../../model/spec';
import { FormatError } from '../error';
import { type Imported, ImportError, type ImportedLayer, MOST_VALUES, NoCounterpart } from '../exchange/imported';
import { readHdf5 } from '../hdf5/read';
import { unzipped, zipEntries } from '../zip';
import { type ConfigLayer, isObject, type KerasConfig, readConfig } from './config';
import { joinCrops } from './crops';
import { OWN_TEXT } from './keras';
import { LayerConfig } from './layerConfig';
import { kerasConfig, type KerasNetwork, kerasNetwork } from './network';
import { readKerasLayer } from './readLayers';
import { readTraining } from './training';
import { type StoredWeights, weightsByClass, weightsByLayer, weightsByNumber, weightsOfLayer } from './weights';

/** Reads the text of a `.netjson`. @returns undefined where it is none */
export type ParseModel = (text: string) => Model | undefined;

/** A configuration, in characters: the largest networks of Keras itself have a few millions. */
const LONGEST_CONFIG = 2 ** 26;
const VARIABLES = 'model.weights.h5';

/**
 * Reads a ".keras" file.
 * @throws FormatError where it is damaged; ImportError listing all that has no counterpart
 */
export function readKeras(bytes: Uint8Array, parse: ParseModel): Imported {
  const entries = zipEntries(bytes);
  const file = (name: string, most?: number): Uint8Array => {
    const entry = entries.find((e) => e.name === name);
    if (!entry)
      throw new FormatError(
        `A .keras file holds config.json and ${VARIABLES}; this one lacks ${name}. It has ${entries.map((e) => e.name).join(', ') || 'nothing'}.`,
      );
    if (most !== undefined && entry.size > most)
      throw new FormatError(`${name} has ${entry.size} bytes; at most ${most} are read.`);
    return unzipped(bytes, entry, name);
  };
  const config = parsed(file('config.json', LONGEST_CONFIG), 'config.json');
  const metadata = entries.some((e) => e.name === 'metadata.json')
    ? parsed(file('metadata.json', LONGEST_CONFIG), 'metadata.json')
    : null;
  const root = readHdf5(file(VARIABLES));
  const text = isObject(metadata) ? metadata[OWN_TEXT] : undefined;
  const own = typeof text === 'string' ? ownNetwork(text, config, 'keras', parse) : undefined;
  const weights = (layers: readonly ConfigLayer[], output: string): StoredWeights =>
    weightsByClass(root, layers, output);
  if (own) return { ...own.imported, weights: own.weightsBy(weights(own.layers, own.output)) };
  return foreignNetwork(readConfig(config), weights);
}

/**
 * Reads an HDF5 file with a whole model (`model.save('model.h5')`).
 * @throws FormatError where it is damaged or has weights alone; ImportError listing all that has no counterpart
 */
export function readKerasHdf5(bytes: Uint8Array): Imported {
  const root = readHdf5(bytes);
  const text = root.attributes.text('model_config');
  if (text === undefined)
    throw new FormatError(
      'The HDF5 file has weights alone: its attribute "model_config" is missing. Save the model as a whole, as .keras or by model.save.',
    );
  const config = readConfig(parsedText(text, 'The attribute "model_config"'));
  const training = root.attributes.text('training_config');
  const compiled = training === undefined ? null : parsedText(training, 'The attribute "training_config"');
  return foreignNetwork({ ...config, ...(isObject(compiled) && { compiled }) }, () => weightsByLayer(root));
}

/**
 * Reads a configuration alone, as `Model.to_json` writes it: layers without weights.
 * @throws as readKeras
 */
export const readKerasConfig = (config: Json): Imported => foreignNetwork(readConfig(config), undefined);

/** JSON of a file. @throws FormatError where it is none */
export function parsed(bytes: Uint8Array, what: string): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`${what} is not in UTF-8.`);
  }
  return parsedText(text, what);
}
function parsedText(text: string, what: string): Json {
  if (text.length > LONGEST_CONFIG)
    throw new FormatError(`${what} has ${text.length} characters; at most ${LONGEST_CONFIG} are read.`);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new FormatError(`${what} is not JSON: ${(error as Error).message}`);
  }
}

/** A network whose file brought our own text along. */
export interface OwnNetwork {
  readonly imported: Omit<Imported, 'weights'>;
  readonly layers: readonly ConfigLayer[];
  readonly output: string;
  /** @throws FormatError where one is missing */
  weightsBy(stored: StoredWeights): Map<string, Tensor>;
}

/** @returns undefined where the text does not say the very same as the configuration */
export function ownNetwork(
  text: string,
  config: Json,
  dialect: 'keras' | 'tfjs',
  parse: ParseModel,
): OwnNetwork | undefined {
  const model = parse(text);
  if (!model) return undefined;
  try {
    const network = kerasNetwork({ model }, dialect);
    if (JSON.stringify(kerasConfig(network, dialect)) !== JSON.stringify(config)) return undefined;
    return {
      imported: { name: model.name, layers: [], notes: [], text },
      layers: network.layers.map(({ name, className, inputs }) => ({ name, className, inputs, config: {} })),
      output: network.output,
      weightsBy: (stored) => fitted(model, network, stored, []),
    };
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/**
 * Reads weights alone (`model.save_weights('model.weights.h5')`) for a model that is there: as in Keras, by the numbers that its
 * layers have among those of their class.
 * @throws FormatError where the file is damaged; ImportError listing all that has no place, or gets nothing
 */
export function readKerasWeights(bytes: Uint8Array, model: Model): ReadonlyMap<string, Tensor> {
  const network = kerasNetwork({ model }, 'keras');
  const { stored, leftOver } = weightsByNumber(readHdf5(bytes), network.layers, network.output);
  return fitted(
    model,
    network,
    stored,
    leftOver().map((name) => `"layers/${name}" of the file has no place in the network.`),
  );
}

/** @throws ImportError with these problems, and each layer's that does not find its weights */
function fitted(
  model: Model,
  network: KerasNetwork,
  stored: StoredWeights,
  problems: readonly string[],
): Map<string, Tensor> {
  const all = [...problems];
  const weights = new Map<string, Tensor>();
  for (const layer of network.layers) {
    const ours = model.layers.find(({ id }) => id === layer.name);
    const wanted = ours ? wantedOf(ours, layer.weights) : [];
    const arrays = weightsOfLayer(stored(layer), wanted);
    if (typeof arrays === 'string') all.push(`Layer "${layer.name}" ${arrays}.`);
    else
      arrays.forEach((array, i) =>
        weights.set(`${layer.name}/${wanted[i].ours}`, { shape: array.shape, values: array.read() }),
      );
  }
  if (all.length > 0) throw new ImportError(all);
  return weights;
}

/** The weights of a layer, with their shapes. */
function wantedOf(
  { kind, params, inputShapes, shape }: Pick<Model['layers'][number], 'kind' | 'params' | 'inputShapes' | 'shape'>,
  names: readonly (readonly [theirs: string, ours: string])[],
): { readonly theirs: string; readonly ours: string; readonly shape: Shape }[] {
  const facts = { id: '', params, inputShapes, shape, fusedWithLoss: false, gradients: false };
  const shapes = new Map(
    kinds
      .get(kind)!
      .weights(facts)
      .map((weight) => [weight.name, weight.shape]),
  );
  return names.map(([theirs, ours]) => ({ theirs, ours, shape: shapes.get(ours)! }));
}

/**
 * A network whose file says no more than its configuration, and its weights.
 * @param weightsIn what finds the weights of layers; undefined where there are none to find
 * @throws ImportError listing all that has no counterpart; FormatError where layers go in circles
 */
export function foreignNetwork(
  config: KerasConfig,
  weightsIn: ((layers: readonly ConfigLayer[], output: string) => StoredWeights) | undefined,
): Imported {
  const problems: string[] = [];
  const notes: string[] = [];
  const say = (layer: ConfigLayer, message: string): void =>
    void problems.push(`Layer "${layer.name}" (${layer.className}) ${message}.`);
  const inputs = config.layers.filter(({ className }) => className === 'InputLayer');
  if (inputs.length !== 1)
    problems.push(
      `A network here reads one input; the model has ${inputs.length}: ${inputs.map((i) => i.name).join(', ')}.`,
    );
  if (config.outputs.length !== 1)
    problems.push(
      `A network here has one output; the model has ${config.outputs.length}: ${config.outputs.join(', ')}.`,
    );
  const ordered = inReadingOrder(config.layers);
  const [output] = config.outputs;
  if (output !== undefined && !ordered.some(({ name }) => name === output))
    throw new FormatError(`The output "${output}" is no layer of the model.`);
  const joined = joinCrops(ordered);
  const stored = problems.length > 0 ? undefined : weightsIn?.(ordered, output);
  const shapes = new Map<string, Shape>();
  const ids = new Map<string, string>();
  const taken = joined.map(({ name }) => name);
  const layers: ImportedLayer[] = [];
  const weights = new Map<string, Tensor>();
  for (const layer of joined) {
    // What reads a layer that has no counterpart is not looked at: what it gives is not known.
    if (!layer.inputs.every((name) => shapes.has(name))) {
      if (problems.length === 0) say(layer, 'reads a layer that is not there');
      continue;
    }
    try {
      const inputShapes = layer.inputs.map((name) => shapes.get(name)!);
      const c = new LayerConfig(layer, inputShapes);
      if (layer.className !== 'InputLayer' && inputShapes.length === 0 && !layer.problem)
        throw new NoCounterpart('reads no layer');
      const { kind, params, weights: names = [] } = readKerasLayer(c);
      const definition = kinds.get(kind)!;
      if (inputShapes.length < definition.inputs.min || inputShapes.length > definition.inputs.max)
        throw new NoCounterpart(`reads ${inputShapes.length} layers, which ours does not`);
      const said = Object.fromEntries(Object.entries(params).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
      const full = { ...defaultsOf(definition.parameters), ...wide(said, definition.parameters) };
      const shape = definition.shape(full, inputShapes);
      if (sizeOf(shape) > MOST_VALUES)
        throw new NoCounterpart(`gives ${sizeOf(shape)} values a sample; at most ${MOST_VALUES} are read`);
      const id = isId(layer.name)
        ? layer.name
        : (usableId(layer.name, [...taken, ...ids.values()]) ?? freeId(kind, [...taken, ...ids.values()]));
      const wanted = wantedOf({ kind, params: full, inputShapes, shape }, names);
      if (stored) {
        const arrays = weightsOfLayer(stored(layer), wanted);
        if (typeof arrays === 'string') throw new NoCounterpart(arrays);
        arrays.forEach((array, i) =>
          weights.set(`${id}/${wanted[i].ours}`, { shape: array.shape, values: array.read() }),
        );
      }
      for (const note of c.notes) notes.push(`Layer "${layer.name}": ${note}`);
      shapes.set(layer.name, shape);
      ids.set(layer.name, id);
      layers.push({ id, kind, params: said, inputs: layer.inputs.map((name) => ids.get(name)!) });
    } catch (error) {
      if (error instanceof NoCounterpart) say(layer, error.message);
      else if (error instanceof ShapeError) say(layer, `does not fit what it reads: ${error.message}`);
      else throw error;
    }
  }
  if (problems.length > 0) throw new ImportError(problems);
  const read = new Set(joined.flatMap((layer) => layer.inputs));
  const unread = joined.filter(({ name }) => name !== output && !read.has(name));
  if (unread.length > 0 || read.has(output))
    throw new ImportError([
      `The output "${output}" should be the only layer that no other reads${unread.length > 0 ? `, as ${unread.map((l) => `"${l.name}"`).join(', ')} is` : ''}.`,
    ]);
  return { name: config.name, layers, weights, notes, ...trainingOf(config, notes) };
}

/** Lone numbers of sizes as the lists that they stand for. */
function wide(said: Record<string, Json>, parameters: Parameters): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(said).map(([key, value]) => {
      const spec = parameters[key];
      const single = spec?.type === 'shape' && spec.single && typeof value === 'number';
      return [key, single ? Array.from({ length: spec.rank!.max }, () => value) : value];
    }),
  );
}

/** The "training" section, or a note on why there is none. */
function trainingOf({ compiled }: KerasConfig, notes: string[]): Pick<Imported, 'training'> {
  if (!compiled) return {};
  try {
    return { training: readTraining(compiled) };
  } catch (error) {
    if (!(error instanceof NoCounterpart)) throw error;
    notes.push(`${error.message}: the settings of training are left out.`);
    return {};
  }
}

/**
 * Each layer behind all that it reads, else in the order of the file.
 * @throws FormatError where layers go in circles
 */
function inReadingOrder(layers: readonly ConfigLayer[]): readonly ConfigLayer[] {
  const names = new Set(layers.map(({ name }) => name));
  const done = new Set<string>();
  const ordered: ConfigLayer[] = [];
  let left = layers;
  while (left.length > 0) {
    const later: ConfigLayer[] = [];
    for (const layer of left)
      if (layer.inputs.every((name) => done.has(name) || !names.has(name))) {
        ordered.push(layer);
        done.add(layer.name);
      } else later.push(layer);
    if (later.length === left.length)
      throw new FormatError(
        `The layers ${later.map(({ name }) => `"${name}"`).join(', ')} read each other in a circle.`,
      );
    left = later;
  }
  return ordered;
}
