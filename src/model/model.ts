import type { JsonObject } from './json';
import type { Shape } from './spec';

/** A kind with every parameter given, defaults filled in. */
export interface Configured {
  readonly kind: string;
  readonly params: JsonObject;
}

/** A layer that passed every check, with what shape inference found. */
export interface ModelLayer extends Configured {
  readonly id: string;
  /** Its place in the file's `layers`. */
  readonly index: number;
  /** Ids of the layers it reads, written out even where the file left them unsaid. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly shape: Shape;
  /** Trained numbers in it. */
  readonly parameters: number;
  /** Multiply-adds of one sample's forward pass. */
  readonly multiplyAdds: number;
}

export interface TrainingConfig {
  readonly loss: Configured;
  readonly optimizer: Configured;
  /** Absent: the usual ones for what is learned. */
  readonly metrics?: readonly Configured[];
  /** Absent: a constant learning rate. */
  readonly schedule?: Configured;
  readonly warmupSteps?: number;
  readonly clipValue?: number;
  readonly clipNorm?: number;
  /** `monitor` and `metric` are "loss" or the name of a metric that is measured. */
  readonly earlyStopping?: { readonly monitor: string; readonly patience: number; readonly minDelta: number };
  readonly stopAt?: { readonly metric: string; readonly value: number };
  readonly maxSeconds?: number;
  /** Absent: 'auto'. */
  readonly numerics?: 'auto' | 'strict';
  /** Absent: 'builtin'. */
  readonly backend?: 'builtin' | 'torchrun';
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
}

/** What a `.netjson` file says, checked: every kind known, every parameter in range, every shape inferred. */
export interface Model {
  /** Of the format: the newest there is. */
  readonly version: number;
  readonly name: string;
  /** Absent: the network can be drawn but not trained. */
  readonly data?: Configured;
  /** In topological order: a layer stands behind all that it reads. */
  readonly layers: readonly ModelLayer[];
  /** The one layer nothing else reads. */
  readonly output: string;
  readonly training?: TrainingConfig;
}

export function layerOf(model: Model, id: string): ModelLayer {
  const layer = model.layers.find((l) => l.id === id);
  if (!layer) throw new RangeError(`The model has no layer "${id}".`);
  return layer;
}

export const parametersOf = (model: Model): number => model.layers.reduce((sum, l) => sum + l.parameters, 0);

/** Of each layer, those that read it, in the model's order. */
export function readersOf({ layers }: Model): Map<string, string[]> {
  const readers = new Map<string, string[]>(layers.map((l) => [l.id, []]));
  for (const layer of layers) for (const input of layer.inputs) readers.get(input)?.push(layer.id);
  return readers;
}
