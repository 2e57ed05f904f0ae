import type { Shape } from '../../model/spec';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './messages';

/** A value of the graph: a batch of arrays of one shape, first dimension the batch. */
export interface GraphValue {
  readonly name: string;
  /** Of one sample, as the engine has it: channels last. */
  readonly shape: Shape;
  /** Where the channels stand in the graph. Of lists of numbers there is only one way. */
  readonly layout: 'last' | 'first';
}

/** Whole numbers as they are, other numbers as `{ float }`. */
type AttributeValue = number | { readonly float: number } | string | readonly number[] | OnnxTensor;

/**
 * Puts a graph together. ONNX's convolutions and pools have the channels first, the engine has them last: values stay as
 * their node gives them, and are turned where a reader wants them otherwise, once for all its readers.
 */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly #turned = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** @returns the name of the node's first output: `name`, or that with a number where it is taken */
  node(
    type: string,
    name: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    outputs = 1,
  ): string {
    const free = this.#free(name);
    this.nodes.push({
      name: free,
      type,
      domain: '',
      inputs,
      outputs: [free, ...Array.from({ length: outputs - 1 }, (_, i) => `${free}/${i + 2}`)],
      attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)])),
    });
    return free;
  }

  /** A name that no value has yet, and from now on has. */
  #free(name: string): string {
    let free = name;
    for (let n = 2; this.#taken.has(free); n++) free = `${name}/${n}`;
    this.#taken.add(free);
    return free;
  }

  weight(name: string, shape: readonly number[], values: Float32Array): string {
    const free = this.#free(name);
    this.initializers.push({ name: free, shape, values });
    return free;
  }
  number(name: string, value: number): string {
    return this.weight(name, [], Float32Array.of(value));
  }
  /** A list of whole numbers, such as a shape. */
  integers(name: string, values: readonly number[]): string {
    const free = this.#free(name);
    this.initializers.push({ name: free, shape: [values.length], values: BigInt64Array.from(values, BigInt) });
    return free;
  }
  boolean(name: string, value: boolean): string {
    const free = this.#free(name);
    this.initializers.push({ name: free, shape: [], values: Uint8Array.of(value ? 1 : 0) });
    return free;
  }

  /** The graph's input. */
  input(name: string, shape: Shape): GraphValue {
    return { name: this.#free(name), shape, layout: 'last' };
  }

  /** The name of a value with the channels last. */
  last(value: GraphValue): string {
    return value.layout === 'last' ? value.name : this.#turn(value, 'last');
  }
  /** The name of a value with the channels first, behind the batch. */
  first(value: GraphValue): string {
    return value.layout === 'first' || value.shape.length < 2 ? value.name : this.#turn(value, 'first');
  }

  #turn({ name, shape }: GraphValue, to: 'first' | 'last'): string {
    const key = `${to} ${name}`;
    const known = this.#turned.get(key);
    if (known !== undefined) return known;
    const rank = shape.length;
    const inner = Array.from({ length: rank - 1 }, (_, i) => i + (to === 'first' ? 1 : 2));
    const perm = to === 'first' ? [0, rank, ...inner] : [0, ...inner, 1];
    const made = this.node('Transpose', `${name}/${to}`, [name], { perm });
    this.#turned.set(key, made);
    return made;
  }

  /**
   * Gives a value the name that the graph's output is to have; whatever had it gets another. A value that others read too,
   * or that is the graph's input, gets a node of its own for it.
   */
  output(value: GraphValue, name: string): void {
    const made = this.last(value);
    const last =
      this.nodes.some((node) => node.outputs[0] === made) && !this.nodes.some((n) => n.inputs.includes(made));
    const from = last ? made : this.node('Identity', `${name}/output`, [made]);
    if (from === name) return;
    if (this.#taken.has(name)) this.#rename(name, this.#free(`${name}/inner`));
    this.#rename(from, name);
  }

  #rename(from: string, to: string): void {
    const named = (name: string): string => (name === from ? to : name);
    this.nodes.forEach((node, i) => {
      const name = named(node.name);
      this.nodes[i] = { ...node, name, inputs: node.inputs.map(named), outputs: node.outputs.map(named) };
    });
  }
}

function attributeOf(value: AttributeValue): OnnxAttribute {
  if (typeof value === 'string') return { type: 'text', value };
  if (typeof value === 'number') return { type: 'int', value };
  if ('float' in value) return { type: 'float', value: value.float };
  if ('values' in value && 'name' in value) return { type: 'tensor', value };
  return { type: 'ints', value };
}
