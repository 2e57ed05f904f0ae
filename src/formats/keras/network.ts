import type { Json } from '../../model/json';
import type { ExportNote, TrainedModel } from '../exchange/trained';
import { type Dialect, kerasForm, type KerasLayer } from './layers';

/** A network in Keras's words: layers in the order in which they run. */
export interface KerasNetwork {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  readonly input: string;
  readonly output: string;
  readonly notes: readonly ExportNote[];
}

/** @throws FormatError where a layer has no form in Keras */
export function kerasNetwork({ model }: Pick<TrainedModel, 'model'>, dialect: Dialect): KerasNetwork {
  const layers: KerasLayer[] = [];
  const notes: ExportNote[] = [];
  /** The layer of Keras that gives what a layer of ours does. */
  const giver = new Map<string, string>();
  for (const layer of model.layers) {
    if (layer.kind === 'input') {
      const config = {
        [dialect === 'tfjs' ? 'batch_input_shape' : 'batch_shape']: [null, ...layer.shape],
        dtype: 'float32',
      };
      layers.push({ name: layer.id, className: 'InputLayer', config, inputs: [], weights: [], shape: layer.shape });
      giver.set(layer.id, layer.id);
      continue;
    }
    const inputs = layer.inputs.map((id) => giver.get(id)!);
    const { layers: made, note } = kerasForm(layer, inputs, dialect);
    layers.push(...made);
    giver.set(layer.id, made[made.length - 1]?.name ?? inputs[0]);
    if (note !== undefined) notes.push({ layer: layer.id, message: note });
  }
  return {
    name: model.name.replaceAll(/[^A-Za-z0-9_.-]+/g, '_') || 'network',
    layers,
    input: model.layers[0].id,
    output: giver.get(model.output)!,
    notes,
  };
}

/** The configuration of a functional model, as `Model.to_json` of the dialect writes it. */
export function kerasConfig({ name, layers, input, output }: KerasNetwork, dialect: Dialect): Json {
  const shapes = new Map(layers.map((layer) => [layer.name, layer.shape]));
  const tensor = (from: string): Json => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, ...shapes.get(from)!], dtype: 'float32', keras_history: [from, 0, 0] },
  });
  const inbound = (inputs: readonly string[]): Json => {
    if (inputs.length === 0) return [];
    if (dialect === 'tfjs') return [inputs.map((from) => [from, 0, 0, {}])];
    // One input is an argument, several are a list in one.
    const args = inputs.length === 1 ? [tensor(inputs[0])] : [inputs.map(tensor)];
    return [{ args, kwargs: {} }];
  };
  return {
    class_name: dialect === 'tfjs' ? 'Model' : 'Functional',
    ...(dialect === 'keras' && { module: 'keras.src.models.functional', registered_name: 'Functional' }),
    config: {
      name,
      trainable: true,
      layers: layers.map((layer) => ({
        ...(dialect === 'keras' && { module: 'keras.layers', registered_name: null }),
        class_name: layer.className,
        config: { name: layer.name, ...layer.config },
        name: layer.name,
        inbound_nodes: inbound(layer.inputs),
      })),
      input_layers: dialect === 'tfjs' ? [[input, 0, 0]] : [input, 0, 0],
      output_layers: dialect === 'tfjs' ? [[output, 0, 0]] : [output, 0, 0],
    },
  };
}
