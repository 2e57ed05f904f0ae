import type { Model, ModelLayer } from '../../model/model';
import { readersOf } from '../../model/model';
import type { ExportNote } from '../exchange/trained';
import { activated } from './activations';
import { type HelperClass } from './classes';
import { type Form, formOf, type Layout, type ModuleWeight } from './kinds';
import { namesFor } from './python';

/** A weight in the module's state_dict. */
export interface StateWeight extends Omit<ModuleWeight, 'theirs'> {
  readonly layer: ModelLayer;
  /** Such as "conv1.weight". */
  readonly name: string;
}

/** A network as lines of Python. */
export interface PytorchNetwork {
  /** What makes the modules: "self.conv1 = nn.Conv2d(…)". */
  readonly modules: readonly string[];
  /** The statements that compute the answers, the last of which returns them. */
  readonly steps: readonly string[];
  readonly helpers: readonly HelperClass[];
  readonly weights: readonly StateWeight[];
  /** "softmax" or "sigmoid" where the program can give the values before it too. */
  readonly logits?: 'softmax' | 'sigmoid';
  /** Attributes of the modules, by layer: where its rate is `p`. */
  readonly names: ReadonlyMap<string, string>;
  /** How what a layer reads lies there, by layer. */
  readonly layouts: ReadonlyMap<string, Layout>;
  readonly notes: readonly ExportNote[];
}

interface Value {
  readonly variable: string;
  readonly layout: Layout;
  /** Without the batch. */
  readonly rank: number;
}

/** @throws FormatError where a layer or an activation has no form in PyTorch */
export function pytorchNetwork(model: Model): PytorchNetwork {
  const names = namesFor(model.layers.map(({ id }) => id));
  const readers = readersOf(model);
  const modules: string[] = [];
  const steps: string[] = [];
  const helpers = new Set<HelperClass>();
  const weights: StateWeight[] = [];
  const notes: ExportNote[] = [];
  const values = new Map<string, Value>();
  const layouts = new Map<string, Layout>();
  let logits: PytorchNetwork['logits'];

  /** A value of a chain is x; one that is read elsewhere has the name of its layer. */
  const variableOf = (layer: ModelLayer, at: number): string => {
    const [reader, ...more] = readers.get(layer.id)!;
    return more.length === 0 && reader === model.layers[at + 1]?.id ? 'x' : names.get(layer.id)!;
  };

  for (const [at, layer] of model.layers.entries()) {
    if (layer.inputs.length === 0) {
      const variable = variableOf(layer, at);
      if (variable !== 'x') steps.push(`${variable} = x`);
      values.set(layer.id, { variable, layout: 'last', rank: layer.shape.length });
      continue;
    }
    const form = formOf(layer);
    const self = `self.${names.get(layer.id)!}`;
    if (form.module !== undefined) modules.push(`${self} = ${form.module}`, ...(form.after?.(self) ?? []));
    for (const helper of form.helpers ?? []) helpers.add(helper);
    for (const { theirs, ...weight } of form.weights ?? [])
      weights.push({ layer, name: `${names.get(layer.id)!}.${theirs}`, ...weight });
    if (form.note !== undefined) notes.push({ layer: layer.id, message: form.note });

    const read = layer.inputs.map((id) => values.get(id)!);
    const layout = layoutOf(form, read);
    layouts.set(layer.id, layout);
    const inputs = read.map((value) => inLayout(value, layout));
    const made = form.expression ? form.expression(inputs, layout, self) : `${self}(${inputs.join(', ')})`;
    const rank = layer.shape.length;
    const gives = rank === 1 ? 'last' : (form.gives ?? layout);
    const activation = (layer.params.activation as string | undefined) ?? 'linear';
    const isOutput = layer.id === model.output;
    if (isOutput && gives === 'last' && (activation === 'softmax' || activation === 'sigmoid')) {
      logits = activation;
      steps.push(`x = ${made}`, `return x if logits else ${activated(activation, 'x', -1)}`);
      break;
    }
    const value = activated(activation, made, gives === 'first' ? 1 : -1);
    if (isOutput) {
      steps.push(`x = ${value}`, `return ${inLayout({ variable: 'x', layout: gives, rank }, 'last')}`);
      break;
    }
    const variable = variableOf(layer, at);
    // What neither computes nor changes its name is no line.
    if (value !== variable) steps.push(`${variable} = ${value}`);
    values.set(layer.id, { variable, layout: gives, rank });
  }
  return { modules, steps, helpers: [...helpers], weights, logits, names, layouts, notes };
}

const layoutOf = ({ layout }: Form, read: readonly Value[]): Layout =>
  layout === 'any' ? (read.every((value) => value.layout === 'first') ? 'first' : 'last') : layout;

/** An expression that gives the value in a layout. */
function inLayout({ variable, layout, rank }: Value, wanted: Layout): string {
  if (layout === wanted || rank === 1) return variable;
  const inner = Array.from({ length: rank - 1 }, (_, i) => i + (wanted === 'first' ? 1 : 2));
  const order = wanted === 'first' ? [0, rank, ...inner] : [0, ...inner, 1];
  return `${variable}.permute(${order.join(', ')})`;
}
