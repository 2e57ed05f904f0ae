import { version } from '../../../package.json';
import type { ExportResult } from '../exchange/request';
import { type TrainedModel, weightOf } from '../exchange/trained';
import { OWN_TEXT } from './keras';
import { kerasConfig, kerasNetwork } from './network';

const WEIGHTS = 'weights.bin';

/**
 * The layers format of TensorFlow.js (`tf.loadLayersModel`): "model.json" with the topology and a list of the weights, and
 * "weights.bin" with their floats one behind another, little-endian.
 * @param text of the model, which is put into the file's own metadata
 * @throws FormatError where a weight is missing, or a layer has no form in Keras
 */
export function writeTfjs(trained: TrainedModel, text?: string): ExportResult {
  const network = kerasNetwork(trained, 'tfjs');
  const manifest: { name: string; shape: readonly number[]; dtype: 'float32' }[] = [];
  const parts: Float32Array[] = [];
  const layers = new Map(trained.model.layers.map((layer) => [layer.id, layer]));
  for (const { name, weights } of network.layers)
    for (const [theirs, ours] of weights) {
      const { shape, values } = weightOf(trained, layers.get(name)!, ours);
      manifest.push({ name: `${name}/${theirs}`, shape, dtype: 'float32' });
      parts.push(values);
    }
  const topology = {
    keras_version: '2.15.0',
    backend: 'tensorflow',
    model_config: kerasConfig(network, 'tfjs'),
  };
  const file = {
    format: 'layers-model',
    generatedBy: `Dropout Studio ${version}`,
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [{ paths: [WEIGHTS], weights: manifest }],
    ...(text && { userDefinedMetadata: { [OWN_TEXT]: text } }),
  };
  return {
    files: new Map<string, Uint8Array | string>([
      ['model.json', `${JSON.stringify(file, null, 1)}\n`],
      [WEIGHTS, floatBytes(parts)],
    ]),
    notes: network.notes,
  };
}

/** Floats of four bytes one behind another, little-endian on every machine. */
export function floatBytes(parts: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * parts.reduce((sum, part) => sum + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) for (let i = 0; i < part.length; i++, at += 4) view.setFloat32(at, part[i], true);
  return bytes;
}
