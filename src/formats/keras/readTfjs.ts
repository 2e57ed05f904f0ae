import type { Json } from '../../model/json';
import { sizeOf } from '../../model/spec';
import { MOST_BYTES } from '../arrays';
import { FormatError } from '../error';
import type { Imported } from '../exchange/imported';
import { foreignNetwork, ownNetwork, type ParseModel } from './read';
import { isObject, readConfig } from './config';
import { OWN_TEXT } from './keras';
import { byName, type StoredArray, type StoredWeights, weightName } from './weights';

/** True for the "model.json" of the layers format of TensorFlow.js, which also says where weights are. */
export const isTfjs = (file: Json): boolean => isObject(file) && file.modelTopology !== undefined;

/**
 * The names of the files with the weights, which lie beside "model.json".
 * @throws FormatError where one is not the plain name of a file
 */
export function tfjsFiles(file: Json): readonly string[] {
  return groupsOf(file).flatMap(({ paths }) => {
    for (const path of paths)
      if (!/^[A-Za-z0-9_][A-Za-z0-9_. -]*$/.test(path))
        throw new FormatError(`Weights in "${path}" are not read: they should lie in files beside model.json.`);
    return paths;
  });
}

/**
 * Reads the layers format of TensorFlow.js.
 * @param files the files that `tfjsFiles` names
 * @throws FormatError where it is damaged; ImportError listing all that has no counterpart
 */
export function readTfjs(file: Json, files: ReadonlyMap<string, Uint8Array>, parse: ParseModel): Imported {
  const topology = isObject(file) ? file.modelTopology : undefined;
  const config = isObject(topology) ? (topology.model_config ?? topology) : undefined;
  if (config === undefined) throw new FormatError('model.json has no "modelTopology".');
  const stored = storedIn(file, files);
  const metadata = isObject(file) ? file.userDefinedMetadata : undefined;
  const text = isObject(metadata) ? metadata[OWN_TEXT] : undefined;
  const own = typeof text === 'string' ? ownNetwork(text, config, 'tfjs', parse) : undefined;
  if (own) return { ...own.imported, weights: own.weightsBy(stored) };
  return foreignNetwork(readConfig(config), () => stored);
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Json[];
}

function groupsOf(file: Json): Group[] {
  const manifest = isObject(file) ? file.weightsManifest : undefined;
  if (!Array.isArray(manifest)) throw new FormatError('model.json has no list "weightsManifest".');
  return manifest.map((group): Group => {
    const paths = isObject(group) ? group.paths : undefined;
    const weights = isObject(group) ? group.weights : undefined;
    if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string') || !Array.isArray(weights))
      throw new FormatError('A group of "weightsManifest" should have "paths" and "weights".');
    return { paths, weights };
  });
}

/** "dense_1/kernel" is an array "kernel" of the layer "dense_1"; in files of Keras a model's name may stand before. */
function storedIn(file: Json, files: ReadonlyMap<string, Uint8Array>): StoredWeights {
  const layers = new Map<string, Map<string, StoredArray>>();
  for (const { paths, weights } of groupsOf(file)) {
    const bytes = joined(paths.map((path) => files.get(path) ?? new Uint8Array(0)));
    let at = 0;
    for (const weight of weights) {
      const { name, shape, dtype, quantization } = isObject(weight) ? weight : {};
      if (
        typeof name !== 'string' ||
        !Array.isArray(shape) ||
        !shape.every((n) => Number.isSafeInteger(n) && Number(n) >= 0)
      )
        throw new FormatError('A weight of "weightsManifest" should have "name" and "shape".');
      if (dtype !== 'float32' || quantization !== undefined)
        throw new FormatError(
          `The weight "${name}" is of ${JSON.stringify(dtype ?? null)}${quantization === undefined ? '' : ', quantized'}; float32 is read.`,
        );
      const [from, size] = [at, sizeOf(shape as number[]) * 4];
      if (from + size > bytes.length)
        throw new FormatError(`The weight "${name}" ends at byte ${from + size}, but there are ${bytes.length}.`);
      at += size;
      const layer = name.split('/').at(-2) ?? '';
      const read = (): Float32Array => {
        const view = new DataView(bytes.buffer, bytes.byteOffset + from, size);
        return Float32Array.from({ length: size / 4 }, (_, i) => view.getFloat32(4 * i, true));
      };
      const arrays = layers.get(layer) ?? new Map<string, StoredArray>();
      layers.set(layer, arrays.set(weightName(name), { shape: shape as number[], read }));
    }
    if (at !== bytes.length) throw new FormatError(`The weights take ${at} bytes; their files have ${bytes.length}.`);
  }
  return ({ name }) => {
    const arrays = layers.get(name);
    return arrays && byName(arrays);
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > MOST_BYTES) throw new FormatError(`The weights have ${size} bytes; at most ${MOST_BYTES} are read.`);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
