import { strToU8, zipSync } from 'fflate';
import type { ExportResult } from '../exchange/exports';
import { type TrainedModel, weightOf } from '../exchange/trained';
import { type Hdf5Array, type Hdf5Group, writeHdf5 } from '../hdf5/write';
import { kerasConfig, type KerasNetwork, kerasNetwork } from './network';

/** The version of Keras whose files these are: it is said in them. */
const KERAS = '3.0.0';

/**
 * A ".keras" file (`keras.models.load_model`): a zip of "config.json" with the layers, "metadata.json", and
 * "model.weights.h5" with the weights under the names that Keras gives layers by their class.
 * @throws FormatError where a weight is missing, or a layer has no form in Keras
 */
export function writeKeras(trained: TrainedModel): ExportResult {
  const network = kerasNetwork(trained, 'keras');
  const zip = zipSync(
    {
      'metadata.json': strToU8(JSON.stringify({ keras_version: KERAS, date_saved: '' })),
      'config.json': strToU8(JSON.stringify(kerasConfig(network, 'keras'))),
      'model.weights.h5': writeHdf5(weightsOf(trained, network)),
    },
    // The same network gives the same bytes: the oldest time that a zip can say.
    { level: 0, mtime: new Date(1980, 0, 1) },
  );
  return { files: new Map([['model.keras', zip]]), notes: network.notes };
}

/** "layers/dense_1/vars/0": the second layer of class Dense, in the order in which Keras goes through a network. */
export function weightsOf(trained: TrainedModel, network: KerasNetwork): Hdf5Group {
  const layers = new Map(trained.model.layers.map((layer) => [layer.id, layer]));
  const used = new Map<string, number>();
  const groups: Record<string, Hdf5Group> = {};
  for (const { name, className, weights } of inKerasOrder(network)) {
    const stem = snakeCase(className);
    const count = used.get(stem) ?? 0;
    used.set(stem, count + 1);
    const arrays = weights.map(([, ours], i): [string, Hdf5Array] => [
      String(i),
      weightOf(trained, layers.get(name)!, ours),
    ]);
    groups[count === 0 ? stem : `${stem}_${count}`] = { vars: Object.fromEntries(arrays) };
  }
  return { layers: groups, vars: {} };
}

/** As keras.src.utils.naming.to_snake_case: "MaxPooling2D" is "max_pooling2d", "LeakyReLU" is "leaky_re_lu". */
const snakeCase = (name: string): string =>
  name
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/**
 * The layers as a functional model of Keras lists them (keras.src.ops.function.map_graph): from the deepest, counted from
 * the output, to the output; of one depth in the order in which a walk from the output, inputs in their order, meets them.
 */
function inKerasOrder({ layers, output }: KerasNetwork): KerasNetwork['layers'] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const met = new Map<string, number>();
  const walk = (name: string): void => {
    if (met.has(name)) return;
    met.set(name, met.size);
    for (const input of byName.get(name)!.inputs) walk(input);
  };
  walk(output);
  const depth = new Map<string, number>();
  // Layers stand behind all that they read: seen from the end, a layer's own depth is known when it is reached.
  for (const { name, inputs } of [...layers].reverse())
    for (const input of inputs) depth.set(input, Math.max(depth.get(input) ?? 0, (depth.get(name) ?? 0) + 1));
  return layers
    .filter(({ name }) => met.has(name))
    .sort((a, b) => (depth.get(b.name) ?? 0) - (depth.get(a.name) ?? 0) || met.get(a.name)! - met.get(b.name)!);
}
