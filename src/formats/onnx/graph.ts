import { freeId, usableId } from '../../model/names';
import { sizeOf, type Shape } from '../../model/spec';
import type { Tensor } from '../../engine/real';
import type { Json } from '../../model/json';
import { FormatError } from '../error';
import { type ImportedLayer, MOST_VALUES, NoCounterpart } from '../exchange/imported';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './messages';

/** What is known of a value of the graph. */
export type Known = Flow | Constant | Dimensions;

/** What a layer of ours gives. */
export interface Flow {
  readonly type: 'flow';
  readonly layer: string;
  /** Of one sample, as ours is: channels last. */
  readonly shape: Shape;
  /** How it stands in the graph. */
  readonly layout: 'first' | 'last';
  /** Of a list: place i of the graph's is place order[i] of ours. Absent: the same. */
  readonly order?: readonly number[];
  /** How many dimensions of 1 the graph has behind ours, as behind a global pooling. */
  readonly ones?: number;
  /** The graph's is ours · scale + offset, a number each: the next dense layer takes that into its weights. */
  readonly affine?: { readonly scale: Float64Array; readonly offset: Float64Array };
}
interface Constant {
  readonly type: 'constant';
  readonly tensor: OnnxTensor;
}
/** A shape worked out within the graph. */
interface Dimensions {
  readonly type: 'dimensions';
  readonly values: readonly (number | 'batch')[];
}

/** A layer that nodes behind it may still say more of. */
type OpenLayer = ImportedLayer & { readonly params: Record<string, Json | undefined> };

/** What the nodes of a graph were so far, and the layers that they make. */
export class GraphReader {
  readonly layers: OpenLayer[] = [];
  readonly weights = new Map<string, Tensor>();
  readonly notes: string[] = [];
  readonly #known = new Map<string, Known>();
  readonly #readers = new Map<string, number>();

  constructor(readonly graph: OnnxGraph) {
    for (const { inputs } of graph.nodes)
      for (const name of inputs) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    for (const { name } of graph.outputs) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    for (const tensor of graph.initializers) this.#known.set(tensor.name, { type: 'constant', tensor });
  }

  /** @throws NoCounterpart where a sample would have no values, or more than any network here */
  know(name: string, known: Known): void {
    if (known.type === 'flow' && !known.shape.every((n) => n >= 1))
      throw new NoCounterpart(`gives values of shape [${known.shape.join(', ')}]`);
    if (known.type === 'flow' && sizeOf(known.shape) > MOST_VALUES)
      throw new NoCounterpart(`gives ${sizeOf(known.shape)} values a sample; at most ${MOST_VALUES} are read`);
    this.#known.set(name, known);
  }
  known(name: string): Known | undefined {
    return this.#known.get(name);
  }
  /** How many read a value: nodes, and the graph's output. */
  readersOf(name: string): number {
    return this.#readers.get(name) ?? 0;
  }

  /** @throws NoCounterpart where the node has no such input, or it is none that a layer gives */
  flow(node: OnnxNode, at = 0): Flow {
    const known = this.#known.get(node.inputs[at] ?? '');
    if (known?.type !== 'flow') throw new NoCounterpart('reads a value that is worked out in the graph');
    return known;
  }
  /** A flow whose numbers are ours as they stand. @throws NoCounterpart where they are moved, or in another order */
  plain(node: OnnxNode, at = 0): Flow {
    const flow = this.flow(node, at);
    if (flow.affine)
      throw new NoCounterpart('reads numbers that are scaled in the graph, which only a dense layer can take in');
    if (flow.order)
      throw new NoCounterpart(
        'reads a flattened picture with the channels first, which only a dense layer can take in',
      );
    return flow;
  }
  /** @returns undefined where the node leaves the input out @throws NoCounterpart where it is no constant */
  constant(node: OnnxNode, at: number): OnnxTensor | undefined {
    const name = node.inputs[at] ?? '';
    if (name === '') return undefined;
    const known = this.#known.get(name);
    if (known?.type !== 'constant') throw new NoCounterpart(`takes "${name}" from the graph, not from a weight`);
    return known.tensor;
  }

  /** Adds a layer behind others. @returns its id: the name of the node where that is one, else a new one */
  add(kind: string, node: OnnxNode, inputs: readonly string[], params: Record<string, Json | undefined> = {}): string {
    const taken = this.layers.map((layer) => layer.id);
    const name = usableId(node.outputs[0].split('/').filter(Boolean).join('.'), taken);
    // Numbers alone, as PyTorch names values, say nothing.
    const id = name !== undefined && /[A-Za-z]/.test(name) && name.length <= 40 ? name : freeId(kind, taken);
    this.layers.push({ id, kind, params, inputs });
    return id;
  }

  layer(id: string): OpenLayer {
    return this.layers.find((layer) => layer.id === id)!;
  }

  /** The layer that gives a value, where it may still be changed: it is linear, and nothing else reads it. */
  open(name: string, flow: Flow): OpenLayer | undefined {
    const layer = this.layer(flow.layer);
    const weighted = ['dense', 'conv1d', 'conv2d'].includes(layer.kind);
    return weighted && layer.params.activation === undefined && this.readersOf(name) === 1 && !flow.order
      ? layer
      : undefined;
  }

  setWeight(layer: string, name: string, shape: readonly number[], values: ArrayLike<number>): void {
    if (sizeOf(shape) !== values.length)
      throw new FormatError(`"${layer}/${name}" of shape [${shape.join(', ')}] has ${values.length} numbers.`);
    this.weights.set(`${layer}/${name}`, { shape, values: Float32Array.from(values) });
  }
}

type Wanted<T extends OnnxAttribute['type']> =
  Extract<OnnxAttribute, { type: T }> extends { value: infer V } ? V : never;

/** An attribute of a type. @throws NoCounterpart where it is of another */
export function attribute<T extends 'float' | 'int' | 'text' | 'ints'>(
  node: OnnxNode,
  name: string,
  type: T,
): Wanted<T> | undefined {
  const found = node.attributes.get(name);
  if (!found) return undefined;
  if (found.type !== type) throw new NoCounterpart(`has "${name}" as ${found.type}, not as ${type}`);
  return found.value as Wanted<T>;
}

/** @throws NoCounterpart where the tensor holds no floats */
export function floats(tensor: OnnxTensor): Float32Array | Float64Array {
  if (tensor.values instanceof Float32Array || tensor.values instanceof Float64Array) return tensor.values;
  throw new NoCounterpart(`takes "${tensor.name}", which holds no floats`);
}

/** @throws NoCounterpart where the tensor holds no whole numbers */
export function integers(tensor: OnnxTensor): number[] {
  if (tensor.values instanceof BigInt64Array) return Array.from(tensor.values, Number);
  throw new NoCounterpart(`takes "${tensor.name}", which holds no whole numbers`);
}
