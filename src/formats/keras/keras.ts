import { strToU8, zipSync } from 'fflate';
import type { ExportResult } from '../exchange/request';
import { type TrainedModel, weightOf } from '../exchange/trained';
import { type Hdf5Array, type Hdf5Group, writeHdf5 } from '../hdf5/write';
import { kerasConfig, type KerasNetwork, kerasNetwork } from './network';
import { inKerasOrder, weightGroups } from './order';

/** The version of Keras whose files these are: it is said in them. */
const KERAS = '3.0.0';
/** In the metadata: the text of the model. */
export const OWN_TEXT = 'dropout_studio';

/**
 * A ".keras" file (`keras.models.load_model`): a zip of "config.json" with the layers, "metadata.json", and
 * "model.weights.h5" with the weights under the names that Keras gives layers by their class.
 * @param text of the model, which is put into the metadata: Keras does not read it, and read back here it is the model
 * @throws FormatError where a weight is missing, or a layer has no form in Keras
 */
export function writeKeras(trained: TrainedModel, text?: string): ExportResult {
  const network = kerasNetwork(trained, 'keras');
  const zip = zipSync(
    {
      'metadata.json': strToU8(
        JSON.stringify({ keras_version: KERAS, date_saved: '', ...(text && { [OWN_TEXT]: text }) }),
      ),
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
  const groups: Record<string, Hdf5Group> = {};
  const ordered = inKerasOrder(network.layers, network.output);
  const names = weightGroups(ordered);
  for (const { name, weights } of ordered) {
    const arrays = weights.map(([, ours], i): [string, Hdf5Array] => [
      String(i),
      weightOf(trained, layers.get(name)!, ours),
    ]);
    groups[names.get(name)!] = { vars: Object.fromEntries(arrays) };
  }
  return { layers: groups, vars: {} };
}
